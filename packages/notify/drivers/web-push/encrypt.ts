import { createCipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import type { Subscription } from './vapid.ts';

const recordSize = 4096;

/**
 * Encrypts a message for one browser (RFC 8291 over RFC 8188, `aes128gcm`) as a single record. `salt` (16 bytes) and
 * `privateKey` (32 bytes) are random and made for each message unless given. Throws a RangeError when it does not fit.
 */
export function encryptPush(
  plain: Buffer,
  { p256dh, auth }: Pick<Subscription, 'p256dh' | 'auth'>,
  own: { salt: Buffer; privateKey: Buffer } | null = null,
): Buffer {
  if (plain.length > recordSize - 17 - 86) throw new RangeError('A push message has at most 3993 bytes');
  const theirs = Buffer.from(p256dh, 'base64url');
  const exchange = createECDH('prime256v1');
  if (own === null) exchange.generateKeys();
  else exchange.setPrivateKey(own.privateKey);
  const salt = own?.salt ?? randomBytes(16);
  const ours = exchange.getPublicKey();
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), theirs, ours]);
  const secret = derive(exchange.computeSecret(theirs), Buffer.from(auth, 'base64url'), info, 32);
  const key = derive(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
  const nonce = derive(secret, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  // The byte 2 ends the last record (RFC 8188 section 2).
  const sealed = Buffer.concat([
    cipher.update(plain),
    cipher.update(Buffer.of(2)),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(recordSize);
  return Buffer.concat([salt, size, Buffer.of(ours.length), ours, sealed]);
}

function derive(secret: Buffer, salt: Buffer, info: Buffer, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, info, length));
}
