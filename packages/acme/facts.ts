import { createHash, X509Certificate } from 'node:crypto';
import { type DerValue, readDer, tags } from './der.ts';

/** What a certificate says; instants are ISO-8601 texts. */
export interface CertificateFacts {
  issuer: string;
  names: string[];
  /** Hexadecimal, upper case. */
  serial: string;
  /** SHA-256 of its DER, hexadecimal in lower case. */
  fingerprint: string;
  notBefore: string;
  notAfter: string;
  /** The certificates after it, each as it signed the one before. */
  chain: ChainLink[];
}

/** A certificate of an authority in a chain. */
export interface ChainLink {
  subject: string;
  issuer: string;
  notAfter: string;
}

/** The certificates of a PEM text in their order. Throws a TypeError when there is none, or one that is not understood. */
export function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new TypeError('There is no certificate in it.');
  return blocks.map((block) => {
    try {
      return new X509Certificate(block);
    } catch (cause) {
      throw new TypeError('One of its certificates cannot be read.', { cause });
    }
  });
}

/** Reads a chain whose first certificate is that of a server. Throws a TypeError. */
export function factsOf(pem: string): CertificateFacts {
  const [leaf, ...rest] = certificatesIn(pem);
  if (leaf === undefined) throw new TypeError('There is no certificate in it.');
  return factsOfChain(leaf, rest);
}

/** The same of certificates that were read already. */
export function factsOfChain(leaf: X509Certificate, rest: readonly X509Certificate[]): CertificateFacts {
  return {
    issuer: commonName(leaf.issuer),
    names: namesOf(leaf),
    serial: leaf.serialNumber,
    fingerprint: createHash('sha256').update(leaf.raw).digest('hex'),
    notBefore: leaf.validFromDate.toISOString(),
    notAfter: leaf.validToDate.toISOString(),
    chain: rest.map((one) => ({
      subject: commonName(one.subject),
      issuer: commonName(one.issuer),
      notAfter: one.validToDate.toISOString(),
    })),
  };
}

/** Names that a certificate is for, in lower case. */
export function namesOf(certificate: X509Certificate): string[] {
  return (certificate.subjectAltName ?? '')
    .split(', ')
    .flatMap((part) => /^DNS:(.+)$/.exec(part)?.[1]?.toLowerCase() ?? []);
}

/** Whether a certificate with these names is good for a host; a host `*.x` needs that very name. */
export function covers(names: readonly string[], host: string): boolean {
  return names.includes(host) || (!host.startsWith('*.') && names.includes(host.replace(/^[^.]+/, '*')));
}

/** Identifier of a certificate for renewal information (RFC 9773 section 4.1); null when it names no key of its authority. */
export function renewalId(certificate: X509Certificate): string | null {
  const [whole] = readDer(certificate.raw);
  const [toBeSigned] = readDer(whole?.content ?? Buffer.alloc(0));
  const fields = readDer(toBeSigned?.content ?? Buffer.alloc(0));
  const serial = fields.find(({ tag }) => tag === tags.integer);
  const keyId = authorityKey(fields);
  if (serial === undefined || keyId === null) return null;
  return `${keyId.toString('base64url')}.${serial.content.toString('base64url')}`;
}

function authorityKey(fields: readonly DerValue[]): Buffer | null {
  const holder = fields.find(({ tag }) => tag === 0xa3);
  const [list] = readDer(holder?.content ?? Buffer.alloc(0));
  for (const extension of readDer(list?.content ?? Buffer.alloc(0))) {
    const parts = readDer(extension.content);
    // 2.5.29.35, authority key identifier.
    if (parts[0]?.content.toString('hex') !== '551d23') continue;
    const [identifier] = readDer(parts.at(-1)?.content ?? Buffer.alloc(0));
    const key = readDer(identifier?.content ?? Buffer.alloc(0)).find(({ tag }) => tag === tags.implicit0);
    return key?.content ?? null;
  }
  return null;
}

/** Object identifier of the signature's algorithm, its DER in hexadecimal. */
export function signatureAlgorithm(certificate: X509Certificate): string {
  const [whole] = readDer(certificate.raw);
  const algorithm = readDer(whole?.content ?? Buffer.alloc(0))[1];
  return readDer(algorithm?.content ?? Buffer.alloc(0))[0]?.content.toString('hex') ?? '';
}

/** The name that people know a subject or an issuer by. */
export function commonName(name: string): string {
  return /^CN=(.+)$/m.exec(name)?.[1] ?? /^O=(.+)$/m.exec(name)?.[1] ?? name.replaceAll('\n', ', ');
}
