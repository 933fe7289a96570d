import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { registerSecret } from '@nebula/log';

/** Seals secrets for the database and opens them again. */
export interface Vault {
  /**
   * Text that may be stored: `v1.<key id>.<nonce>.<ciphertext and tag>`, base64url.
   * `name` says whose secret it is, such as `totp:<user id>`; the same name is needed to open it. The log knows the secret
   * from then on, or of a document only the secrets that `secretsIn` finds in it.
   */
  seal(name: string, secret: string, secretsIn?: SecretsIn): string;
  /** What was sealed under `name`; known to the log from then on as in `seal`. Throws {@link VaultError}. */
  open(name: string, sealed: string, secretsIn?: SecretsIn): string;
}

/** Finds what of a document is secret. */
export type SecretsIn = (document: string) => string[];

/** Something sealed that cannot be opened here: another key, another name, or changed text. */
export class VaultError extends Error {
  override readonly name = 'VaultError';
}

/** Makes a vault from a key of 32 bytes. Follows NIST SP 800-38D: 96-bit random nonces, 128-bit tags. */
export function createVault({ key }: { key: Buffer }): Vault {
  if (key.length !== 32) throw new TypeError(`A vault key has 32 bytes, this one ${key.length}`);
  const keyId = createHash('sha256').update('nebula-vault').update(key).digest('hex').slice(0, 8);
  return {
    seal(name, secret, secretsIn = whole) {
      for (const one of secretsIn(secret)) registerSecret(one);
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      cipher.setAAD(Buffer.from(name));
      const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return ['v1', keyId, nonce.toString('base64url'), sealed.toString('base64url')].join('.');
    },
    open(name, text, secretsIn = whole) {
      const [version, id, nonce = '', sealed = '', ...rest] = text.split('.');
      if (version !== 'v1' || rest.length > 0) throw new VaultError('This is not a sealed secret.');
      if (id !== keyId) {
        throw new VaultError(
          'This secret was sealed with another key. Put your copy of the keys back, or enter the secret again.',
        );
      }
      const secret = decrypt(key, name, Buffer.from(nonce, 'base64url'), Buffer.from(sealed, 'base64url'));
      for (const one of secretsIn(secret)) registerSecret(one);
      return secret;
    },
  };
}

const whole: SecretsIn = (document) => [document];

function decrypt(key: Buffer, name: string, nonce: Buffer, sealed: Buffer): string {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
    decipher.setAAD(Buffer.from(name));
    decipher.setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new VaultError('This sealed secret was changed, or belongs to something else.', { cause });
  }
}
