import 'reflect-metadata';
import { webcrypto, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { describe, expect, test } from 'vitest';
import { covers, factsOf, renewalId } from './facts.ts';
import { certificateRequest, makeKey, openAccountKey } from './keys.ts';
import { judgeOwn } from './own.ts';

const elliptic = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const rsa = (modulusLength: number, hash = 'SHA-256') => ({
  ...{ name: 'RSASSA-PKCS1-v1_5', hash, modulusLength, publicExponent: new Uint8Array([1, 0, 1]) },
});
const dayMs = 86_400_000;
const now = new Date();

/** An authority, one below it, and what they issue, in PEM. */
async function authority() {
  const keys = await webcrypto.subtle.generateKey(elliptic, true, ['sign', 'verify']);
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ name: 'CN=Test root', keys, signingAlgorithm: elliptic },
    ...{ notBefore: new Date(now.getTime() - dayMs), notAfter: new Date(now.getTime() + 90 * dayMs) },
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  async function issue(
    options: { names?: string[]; days?: number; from?: number; keyType?: object; isAuthority?: boolean } = {},
  ) {
    const { names = ['a.test'], days = 30, from = -1, keyType = elliptic, isAuthority = false } = options;
    const own = (await webcrypto.subtle.generateKey(keyType as typeof elliptic, true, [
      'sign',
      'verify',
    ])) as {
      publicKey: webcrypto.CryptoKey;
      privateKey: webcrypto.CryptoKey;
    };
    const certificate = await x509.X509CertificateGenerator.create({
      ...{
        subject: 'CN=A server',
        issuer: root.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
      },
      ...{
        notBefore: new Date(now.getTime() + from * dayMs),
        notAfter: new Date(now.getTime() + days * dayMs),
      },
      signingAlgorithm: elliptic,
      extensions: [
        new x509.BasicConstraintsExtension(isAuthority),
        new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns' as const, value }))),
        await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    const raw = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', own.privateKey)).toString('base64');
    const keyPem = `-----BEGIN PRIVATE KEY-----\n${raw}\n-----END PRIVATE KEY-----\n`;
    return { pem: certificate.toString('pem'), keyPem };
  }
  return { root: root.toString('pem'), issue };
}

describe('a certificate that a person brings', () => {
  test('is taken with its chain when everything fits', async () => {
    const { root, issue } = await authority();
    const { pem, keyPem } = await issue({ names: ['*.home.test', 'home.test'] });
    const judged = judgeOwn({ chainPem: `${pem}\n${root}`, keyPem }, ['home.test', 'a.home.test'], now);
    expect(judged).toMatchObject({
      problem: null,
      facts: { issuer: 'Test root', chain: [{ subject: 'Test root' }] },
    });
  });

  test.each([
    ['chain-unreadable', async () => ({ chainPem: 'nothing', keyPem: 'x' })],
    [
      'key-unreadable',
      async () => ({
        chainPem: (await (await authority()).issue()).pem,
        keyPem: '-----BEGIN PRIVATE KEY-----\nx',
      }),
    ],
    [
      'key-encrypted',
      async () => ({
        chainPem: (await (await authority()).issue()).pem,
        keyPem: '-----BEGIN ENCRYPTED PRIVATE KEY-----',
      }),
    ],
    ['key-differs', async () => ({ chainPem: (await (await authority()).issue()).pem, keyPem: makeKey() })],
    [
      'key-weak',
      async () => {
        const { pem, keyPem } = await (await authority()).issue({ keyType: rsa(1024) });
        return { chainPem: pem, keyPem };
      },
    ],
    [
      'name-missing',
      async () => {
        const { pem, keyPem } = await (await authority()).issue({ names: ['b.test'] });
        return { chainPem: pem, keyPem };
      },
    ],
    [
      'chain-order',
      async () => {
        const [one, other] = [await authority(), await authority()];
        const { pem, keyPem } = await one.issue();
        return { chainPem: `${pem}\n${other.root}`, keyPem };
      },
    ],
    [
      'not-yet-valid',
      async () => {
        const { pem, keyPem } = await (await authority()).issue({ from: 1 });
        return { chainPem: pem, keyPem };
      },
    ],
    [
      'expired',
      async () => {
        const { pem, keyPem } = await (await authority()).issue({ from: -9, days: -1 });
        return { chainPem: pem, keyPem };
      },
    ],
    [
      'is-authority',
      async () => {
        const { pem, keyPem } = await (await authority()).issue({ isAuthority: true });
        return { chainPem: pem, keyPem };
      },
    ],
  ] as const)('is not taken when it is %s', async (problem, brought) => {
    expect(judgeOwn(await brought(), ['a.test'], now)).toMatchObject({ problem });
  });

  test('is not taken when a signature in its chain can be forged', async () => {
    const keyType = rsa(2048, 'SHA-1');
    const keys = await webcrypto.subtle.generateKey(keyType, true, ['sign', 'verify']);
    const pem = (
      await x509.X509CertificateGenerator.create({
        ...{
          subject: 'CN=Old',
          issuer: 'CN=Someone',
          publicKey: keys.publicKey,
          signingKey: keys.privateKey,
        },
        ...{ notBefore: now, notAfter: new Date(now.getTime() + dayMs), signingAlgorithm: keyType },
        extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'a.test' }])],
      })
    ).toString('pem');
    const raw = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
    const keyPem = `-----BEGIN PRIVATE KEY-----\n${raw}\n-----END PRIVATE KEY-----\n`;
    expect(judgeOwn({ chainPem: pem, keyPem }, ['a.test'], now)).toMatchObject({ problem: 'signature-weak' });
  });

  test('never has its key in what is told of it', async () => {
    const { issue } = await authority();
    const { pem } = await issue();
    const keyPem = makeKey();
    const line = keyPem.split('\n')[1] ?? '';
    expect(JSON.stringify(judgeOwn({ chainPem: pem, keyPem }, ['a.test'], now))).not.toContain(line);
  });
});

test('a request for a certificate names every name, is signed, and brings the key', async () => {
  const key = makeKey();
  const request = new x509.Pkcs10CertificateRequest(certificateRequest(['*.home.test', 'home.test'], key));
  expect(await request.verify()).toBe(true);
  const names = alternativesOf(request).toJSON();
  expect(names).toEqual([
    { type: 'dns', value: '*.home.test' },
    { type: 'dns', value: 'home.test' },
  ]);
});

test('a long list of names makes lengths of more than a byte', () => {
  const names = Array.from({ length: 60 }, (_, index) => `name-${index}.home.test`);
  const request = new x509.Pkcs10CertificateRequest(certificateRequest(names, makeKey()));
  expect(alternativesOf(request).items).toHaveLength(60);
});

function alternativesOf(request: x509.Pkcs10CertificateRequest): x509.GeneralNames {
  const found = request.extensions.find((one) => one instanceof x509.SubjectAlternativeNameExtension);
  if (!(found instanceof x509.SubjectAlternativeNameExtension)) throw new Error('it names no names');
  return found.names;
}

test('a certificate is known to its authority by the key of the authority and its serial', async () => {
  const { pem } = await (await authority()).issue();
  const parsed = new x509.X509Certificate(pem);
  const keyId = parsed.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId ?? '';
  const [key = '', serial = ''] = (renewalId(new X509Certificate(pem)) ?? '').split('.');
  expect(Buffer.from(key, 'base64url').toString('hex')).toBe(keyId);
  expect(BigInt(`0x${Buffer.from(serial, 'base64url').toString('hex')}`)).toBe(
    BigInt(`0x${parsed.serialNumber}`),
  );
});

test('the key of an account is written as its thumbprint wants (RFC 7638)', () => {
  const { jwk, thumbprint } = openAccountKey(makeKey());
  expect(Object.keys(jwk)).toEqual(['crv', 'kty', 'x', 'y']);
  expect(thumbprint).toMatch(/^[A-Za-z0-9_-]{43}$/);
});

test.each([
  [['a.test'], 'a.test', true],
  [['*.test'], 'a.test', true],
  [['*.test'], 'a.b.test', false],
  [['*.test'], 'test', false],
  [['*.test'], '*.test', true],
  [['a.test'], '*.test', false],
])('names %j cover %s: %s', (names, host, expected) => {
  expect(covers(names, host)).toBe(expected);
});

test('text that is no certificate is told as such', () => {
  expect(() => factsOf('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')).toThrow(TypeError);
});
