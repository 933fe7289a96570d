import 'reflect-metadata';
import { createPrivateKey, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';
import {
  encodeNameConstraints,
  isPermitted,
  isTopLevelDomain,
  nameConstraintsOid,
} from './name-constraints.ts';
import type { PrivateFiles } from './private-files.ts';

/** What a person and the launcher need to know about the certificates in use. */
export interface Certificates {
  /** SHA-256 of the authority's certificate, as devices show it. */
  fingerprint: string;
  /** Names and addresses that the server's certificate holds. */
  names: string[];
  /** Names that the authority was not made for; they stay without a certificate. */
  uncovered: string[];
  expires: Date;
  hasNewAuthority: boolean;
  /** Devices that trusted an earlier authority must trust the new one again. */
  hasReplacedAuthority: boolean;
  hasNewCertificate: boolean;
}

interface Signer {
  certificate: X509Certificate;
  key: webcrypto.CryptoKey;
  isNew: boolean;
  hasReplaced: boolean;
}

const day = 86_400_000;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const authorityDays = 3650;
/** The longest life that browsers and Apple's systems accept is 398 days. */
const leafDays = 397;
const renewWithin = 30 * day;

/**
 * Makes our own authority and the server's certificate, or keeps them while they are good: the certificate is made
 * anew when it ends within 30 days, does not belong to the authority or its key, or misses a name.
 *
 * @param files where `authority.pem`, `authority-key.pem`, `server.pem` and `server-key.pem` lie
 * @param hosts DNS names and IP addresses under which people reach this machine
 * @param now the current time
 */
export async function ensureCertificates(
  files: PrivateFiles,
  hosts: readonly string[],
  now: Date,
): Promise<Certificates> {
  const wanted = [...new Set(hosts.map((host) => host.toLowerCase()))];
  const authority =
    (await readAuthority(files, now)) ??
    (await makeAuthority(
      files,
      wanted.filter((host) => isIP(host) === 0 && !isTopLevelDomain(host)),
      now,
    ));
  const constraints = constraintsOf(authority.certificate);
  const names = wanted.filter((host) => isPermitted(host, constraints));
  const found = await readLeaf(files, authority.certificate, names, now);
  const leaf = found ?? (await makeLeaf(files, authority, names, now));
  return {
    fingerprint: authority.certificate.fingerprint256,
    names,
    uncovered: wanted.filter((host) => !names.includes(host)),
    expires: leaf.validToDate,
    hasNewAuthority: authority.isNew,
    hasReplacedAuthority: authority.hasReplaced,
    hasNewCertificate: found === null,
  };
}

async function readAuthority(files: PrivateFiles, now: Date): Promise<Signer | null> {
  const [pem, keyPem] = [await files.read('authority.pem'), await files.read('authority-key.pem')];
  if (pem === null || keyPem === null) return null;
  const certificate = parsed(pem);
  const key = certificate === null ? null : await importedKey(keyPem, certificate);
  const isGood =
    certificate !== null && key !== null && certificate.validToDate.getTime() - now.getTime() > renewWithin;
  return isGood ? { certificate, key, isNew: false, hasReplaced: false } : null;
}

async function makeAuthority(files: PrivateFiles, hostNames: string[], now: Date): Promise<Signer> {
  // Devices may still trust what was there: it is put aside, never overwritten.
  const hasReplaced = (await files.read('authority.pem')) !== null;
  for (const name of ['authority.pem', 'authority-key.pem']) {
    if ((await files.read(name)) !== null) await files.move(name, `replaced-${now.getTime()}-${name}`);
  }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const id = randomBytes(3).toString('hex');
  const machine = hostNames.find((name) => name !== 'localhost') ?? 'home';
  const made = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: [
        { CN: [`NebulaCommand ${machine.slice(0, 32)} ${id}`] },
        { O: ['NebulaCommand home authority'] },
      ],
      serialNumber: serialNumber(),
      notBefore: new Date(now.getTime() - day),
      notAfter: new Date(now.getTime() + authorityDays * day),
      signingAlgorithm: algorithm,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        new x509.Extension(nameConstraintsOid, true, encodeNameConstraints(hostNames)),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, crypto),
      ],
    },
    crypto,
  );
  const pem = `${made.toString('pem')}\n`;
  await files.write('authority-key.pem', await exportedKey(keys.privateKey), 0o600);
  await files.write('authority.pem', pem, 0o644);
  return { certificate: new X509Certificate(pem), key: keys.privateKey, isNew: true, hasReplaced };
}

async function readLeaf(
  files: PrivateFiles,
  authority: X509Certificate,
  names: string[],
  now: Date,
): Promise<X509Certificate | null> {
  const [pem, keyPem] = [await files.read('server.pem'), await files.read('server-key.pem')];
  if (pem === null || keyPem === null) return null;
  const leaf = parsed(pem);
  if (leaf === null || (await importedKey(keyPem, leaf)) === null) return null;
  const isTimely = leaf.validFromDate <= now && leaf.validToDate.getTime() - now.getTime() > renewWithin;
  const isOurs = leaf.checkIssued(authority) && leaf.verify(authority.publicKey);
  const holds = (name: string) =>
    isIP(name) === 0 ? leaf.checkHost(name) !== undefined : leaf.checkIP(name) !== undefined;
  return isTimely && isOurs && names.every(holds) ? leaf : null;
}

async function makeLeaf(
  files: PrivateFiles,
  authority: Signer,
  names: string[],
  now: Date,
): Promise<X509Certificate> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const end = Math.min(now.getTime() + (leafDays - 1) * day, authority.certificate.validToDate.getTime());
  const issuer = new x509.X509Certificate(authority.certificate.raw);
  const made = await x509.X509CertificateGenerator.create(
    {
      subject: [{ CN: ['NebulaCommand'] }],
      issuer: issuer.subjectName,
      serialNumber: serialNumber(),
      // A phone whose clock is behind must not refuse a certificate that was made a minute ago.
      notBefore: new Date(now.getTime() - day),
      notAfter: new Date(end),
      signingAlgorithm: algorithm,
      publicKey: keys.publicKey,
      signingKey: authority.key,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth], false),
        new x509.SubjectAlternativeNameExtension(
          names.map((name) => ({ type: isIP(name) === 0 ? 'dns' : 'ip', value: name })),
        ),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, crypto),
        await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey, false, crypto),
      ],
    },
    crypto,
  );
  const pem = `${made.toString('pem')}\n`;
  // A crash between the two leaves a pair that does not match; the next run sees that and makes both anew.
  await files.write('server-key.pem', await exportedKey(keys.privateKey), 0o600);
  await files.write('server.pem', pem, 0o644);
  return new X509Certificate(pem);
}

function constraintsOf(certificate: X509Certificate): Uint8Array {
  const extension = new x509.X509Certificate(certificate.raw).getExtension(nameConstraintsOid);
  return extension === null ? new Uint8Array() : new Uint8Array(extension.value);
}

/** The certificate in a PEM text, or null when it is damaged, which is cured by making a new one. */
function parsed(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}

/** The private key when it is readable and belongs to the certificate, or null, which is cured likewise. */
async function importedKey(pem: string, certificate: X509Certificate): Promise<webcrypto.CryptoKey | null> {
  try {
    const key = createPrivateKey(pem);
    if (!certificate.checkPrivateKey(key)) return null;
    const der = key.export({ type: 'pkcs8', format: 'der' });
    return await webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
  } catch {
    return null;
  }
}

async function exportedKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  return String(
    createPrivateKey({ key: der, type: 'pkcs8', format: 'der' }).export({ type: 'pkcs8', format: 'pem' }),
  );
}

/** A positive random number of 16 bytes in hex (RFC 5280 §4.1.2.2 allows up to 20). */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}
