// The key pair of the broker's grants, made anew at each start of the broker and kept beside its sockets.
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, chownSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Names of the two halves in the directory of the broker's sockets. */
export const grantKeys = { private: 'grant-private.pem', public: 'grant-public.pem' };

/**
 * Writes a fresh pair. The server reads the private half through its group; only the directory's owner (root, when root
 * starts the broker) can replace either, so a server that was taken over cannot make the broker believe another key.
 * @param {string} dir
 * @param {number | undefined} gid group that may read, or undefined for nobody but the owner
 */
export function writeGrantKeys(dir, gid) {
  const pair = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  place(join(dir, grantKeys.public), pair.publicKey, gid);
  place(join(dir, grantKeys.private), pair.privateKey, gid);
}

/**
 * @param {string} path
 * @param {string} text
 * @param {number | undefined} gid
 */
function place(path, text, gid) {
  const draft = `${path}.new`;
  writeFileSync(draft, text, { mode: 0o600 });
  if (gid !== undefined) {
    chownSync(draft, process.getuid?.() ?? 0, gid);
    chmodSync(draft, 0o640);
  }
  renameSync(draft, path);
}

// Started by itself by the systemd unit: directory, then the group's id.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeGrantKeys(process.argv[2] ?? '', Number(process.argv[3]));
}
