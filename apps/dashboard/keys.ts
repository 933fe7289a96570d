import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Keys that lie outside the database and its backups, in `<data>/keys` (0700). */
export interface Keys {
  dir: string;
  /** Authenticates audit entries and seals. */
  audit: Buffer;
  /** Marks known devices. */
  device: Buffer;
  /** Signs grants for the broker (Ed25519, PEM); the broker has the public half. */
  grantPrivate: string;
}

/** Reads the keys, making those that are missing. */
export async function openKeys(dataDir: string): Promise<Keys> {
  const dir = join(dataDir, 'keys');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const audit = await ensure(join(dir, 'audit.key'), () => randomBytes(32).toString('base64'));
  const device = await ensure(join(dir, 'device.key'), () => randomBytes(32).toString('base64'));
  const grantPrivate = await ensureGrantKey(dir);
  return { dir, audit: Buffer.from(audit, 'base64'), device: Buffer.from(device, 'base64'), grantPrivate };
}

async function ensureGrantKey(dir: string): Promise<string> {
  const privateFile = join(dir, 'grant-private.pem');
  const publicFile = join(dir, 'grant-public.pem');
  if (!existsSync(privateFile)) {
    const pair = generateKeyPairSync('ed25519', {
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    await ensure(publicFile, () => pair.publicKey);
    return await ensure(privateFile, () => pair.privateKey);
  }
  return await readFile(privateFile, 'utf8');
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
