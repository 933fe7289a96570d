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
}

/** Reads the keys, making those that are missing. */
export async function openKeys(dataDir: string): Promise<Keys> {
  const dir = join(dataDir, 'keys');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const audit = await ensure(join(dir, 'audit.key'), () => randomBytes(32).toString('base64'));
  const device = await ensure(join(dir, 'device.key'), () => randomBytes(32).toString('base64'));
  registerSecret(audit);
  registerSecret(device);
  return { dir, audit: Buffer.from(audit, 'base64'), device: Buffer.from(device, 'base64') };
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
