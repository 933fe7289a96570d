import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** What a browser gave out when it subscribed (w3.org/TR/push-api): where to send to, and its keys in base64url. */
export interface Subscription {
  endpoint: string;
  /** Its public key: an uncompressed point of P-256, 65 bytes. */
  p256dh: string;
  /** 16 bytes. */
  auth: string;
}

/** Our own key pair (RFC 8292): the public one, 65 bytes in base64url, goes to browsers; the private one is a secret. */
export interface VapidKeys {
  publicKey: string;
  privateKey: string;
  /** `mailto:` or `https:`, so that a push service can reach somebody. */
  subject: string;
}

/** Makes a key pair. */
export function makeVapidKeys(subject: string): VapidKeys {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const { d = '' } = privateKey.export({ format: 'jwk' });
  return { publicKey: pointOf(createPublicKey(privateKey)).toString('base64url'), privateKey: d, subject };
}

const tokenSeconds = 12 * 3600;

/** The `authorization` header for a push service; valid for 12 of the 24 hours that RFC 8292 section 2 allows. */
export function vapidHeader(endpoint: string, keys: VapidKeys, now: Date): string {
  const claims = {
    aud: new URL(endpoint).origin,
    exp: Math.floor(now.getTime() / 1000) + tokenSeconds,
    sub: keys.subject,
  };
  const head = [{ typ: 'JWT', alg: 'ES256' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const key = privateKeyOf(keys);
  const signature = sign('sha256', Buffer.from(head), { key, dsaEncoding: 'ieee-p1363' });
  return `vapid t=${head}.${signature.toString('base64url')}, k=${keys.publicKey}`;
}

/** The uncompressed point of a public key on P-256. */
export function pointOf(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
}

function privateKeyOf({ publicKey, privateKey }: VapidKeys): KeyObject {
  const point = Buffer.from(publicKey, 'base64url');
  const x = point.subarray(1, 33).toString('base64url');
  const y = point.subarray(33).toString('base64url');
  return createPrivateKey({ key: { kty: 'EC', crv: 'P-256', x, y, d: privateKey }, format: 'jwk' });
}
