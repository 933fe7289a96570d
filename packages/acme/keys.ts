import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { der, derOid, tags } from './der.ts';

/** Makes a private key on P-256, which every authority and browser takes, as PKCS #8 in PEM. */
export function makeKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** The key of an account, ready to sign with. */
export interface AccountKey {
  jwk: { crv: string; kty: string; x: string; y: string };
  /** RFC 7638. */
  thumbprint: string;
  /** Signs a request (RFC 8555 section 6.2); a payload of null is none at all. */
  sign(header: object, payload: object | null): string;
}

/** Opens the key of an account from its PEM. */
export function openAccountKey(pem: string): AccountKey {
  const key = createPrivateKey(pem);
  const jwk = publicJwk(key);
  return {
    jwk,
    thumbprint: createHash('sha256').update(JSON.stringify(jwk)).digest('base64url'),
    sign(header, payload) {
      const encoded = encode({ alg: 'ES256', ...header }, payload);
      const signature = sign('sha256', Buffer.from(`${encoded.protected}.${encoded.payload}`), {
        key,
        dsaEncoding: 'ieee-p1363',
      });
      return JSON.stringify({ ...encoded, signature: signature.toString('base64url') });
    },
  };
}

/** Binds a key to an account that an authority knows from elsewhere (RFC 8555 section 7.3.4). */
export function bindExternally(
  key: AccountKey,
  external: { keyId: string; hmac: string },
  url: string,
): object {
  const encoded = encode({ alg: 'HS256', kid: external.keyId, url }, key.jwk);
  const signature = createHmac('sha256', Buffer.from(external.hmac, 'base64url'))
    .update(`${encoded.protected}.${encoded.payload}`)
    .digest('base64url');
  return { ...encoded, signature };
}

function encode(header: object, payload: object | null): { protected: string; payload: string } {
  const text = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return { protected: text(header), payload: payload === null ? '' : text(payload) };
}

/** The members of the key in the order that its thumbprint wants. */
function publicJwk(key: KeyObject): AccountKey['jwk'] {
  const { crv = '', kty = '', x = '', y = '' } = createPublicKey(key).export({ format: 'jwk' });
  return { crv, kty, x, y };
}

/** A request for a certificate (PKCS #10, RFC 2986) with these names and no subject, in DER. */
export function certificateRequest(names: readonly string[], keyPem: string): Buffer {
  const key = createPrivateKey(keyPem);
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const alternatives = der(tags.sequence, ...names.map((name) => der(tags.implicit2, Buffer.from(name))));
  const extension = der(tags.sequence, derOid('2.5.29.17'), der(tags.octetString, alternatives));
  const attribute = der(
    tags.sequence,
    derOid('1.2.840.113549.1.9.14'),
    der(tags.set, der(tags.sequence, extension)),
  );
  const version = der(tags.integer, Buffer.from([0]));
  const info = der(tags.sequence, version, der(tags.sequence), publicKey, der(tags.context0, attribute));
  const algorithm = der(tags.sequence, derOid('1.2.840.10045.4.3.2'));
  const signature = der(tags.bitString, Buffer.from([0]), sign('sha256', info, key));
  return der(tags.sequence, info, algorithm, signature);
}
