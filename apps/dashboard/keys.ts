import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { registerSecret } from '@nebula/log';

/** Keys that lie outside the database and its backups, in `<data>/keys` (0700). */
export interface Keys {
  dir: string;
  /** Authenticates audit entries and seals. */
  audit: Buffer;
  /** Marks known devices. */
  device: Buffer;
  /** Seals secrets that lie in the database. */
  vault: Buffer;
}

/** The keys are gone although the database was written with some. */
export class LostKeysError extends Error {
  override readonly name = 'LostKeysError';
}

/**
 * Reads the keys, making those that are missing when `mayMake`. Throws {@link LostKeysError} otherwise: new keys would make
 * everything that was sealed with the old ones look forged.
 */
export async function openKeys(dataDir: string, mayMake: boolean): Promise<Keys> {
  const dir = join(dataDir, 'keys');
  if (!mayMake && !existsSync(join(dir, 'audit.key'))) {
    throw new LostKeysError(
      `${dir} has no audit.key, but the database has an audit that was sealed with one. Put your copy of the keys back, ` +
        'or start once with NEBULA_NEW_KEYS=1 to go on with new ones; then the old entries cannot be proven any more.',
    );
  }
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const audit = await ensure(join(dir, 'audit.key'), () => randomBytes(32).toString('base64'));
  const device = await ensure(join(dir, 'device.key'), () => randomBytes(32).toString('base64'));
  const vault = await ensure(join(dir, 'vault.key'), () => randomBytes(32).toString('base64'));
  for (const key of [audit, device, vault]) registerSecret(key);
  return {
    dir,
    audit: Buffer.from(audit, 'base64'),
    device: Buffer.from(device, 'base64'),
    vault: Buffer.from(vault, 'base64'),
  };
}

/** Writes whole and to the disk before it appears under its name; when another process was first, its file counts. */
async function ensure(path: string, make: () => string): Promise<string> {
  if (existsSync(path)) return await readFile(path, 'utf8');
  const draft = `${path}.${process.pid}.new`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(make());
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  await rm(draft);
  return await readFile(path, 'utf8');
}
