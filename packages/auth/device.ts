import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * A cookie that marks a device on which this account has signed in. It opens nothing; it only gives the device a throttle
 * of its own. Bound to the account by a key outside the database, so that strangers cannot invent one.
 */
export function newDeviceCookie(key: Buffer, email: string): string {
  const nonce = randomBytes(18).toString('base64url');
  return `${nonce}.${macOf(key, email, nonce).toString('base64url')}`;
}

/** The device's own id when the cookie is genuine for this account, else null. */
export function deviceOf(key: Buffer, email: string, cookie: string | undefined): string | null {
  const [nonce, mac] = cookie?.split('.') ?? [];
  if (nonce === undefined || mac === undefined) return null;
  const expected = macOf(key, email, nonce);
  const given = Buffer.from(mac, 'base64url');
  return given.length === expected.length && timingSafeEqual(given, expected) ? nonce : null;
}

function macOf(key: Buffer, email: string, nonce: string): Buffer {
  return createHmac('sha256', key).update(`device\n${email}\n${nonce}`).digest();
}
