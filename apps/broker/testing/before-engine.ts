import { generateKeyPairSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startBroker } from '../broker.ts';

/** Names of what the launcher lays beside the broker's sockets. */
const files = { publicKey: 'grant-public.pem', privateKey: 'grant-private.pem' };

/** A broker of a test before a real engine, with a grant key as the launcher makes one. */
export async function startBrokerBefore(options: {
  /** The engine's own socket. */
  engine: string;
  /** Directory for sockets and keys, made here; short, since a socket's path may have 107 characters. */
  socketDir: string;
  appRoots: string[];
}): Promise<AsyncDisposable> {
  const { engine, socketDir, appRoots } = options;
  await mkdir(socketDir, { recursive: true, mode: 0o700 });
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const grantKey = join(socketDir, files.publicKey);
  await writeFile(grantKey, publicKey.export({ type: 'spki', format: 'pem' }));
  await writeFile(join(socketDir, files.privateKey), privateKey.export({ type: 'pkcs8', format: 'pem' }), {
    mode: 0o600,
  });
  const settings = {
    ...{ socketDir, engine, appRoots, clientGid: undefined, grantKey, units: [] },
    ...{ caddyAdmin: '/nowhere/admin.sock', siteRoots: [] },
  };
  return await startBroker(
    settings,
    () => new Date(),
    () => undefined,
  );
}
