import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** When a certificate is valid, what it is called, and whether it may sign others. */
interface SelfSignedOptions {
  subject?: string;
  notBefore?: Date;
  notAfter?: Date;
  isAuthority?: boolean;
}

/** A certificate that nobody trusts for these names, valid for a day unless told otherwise, with its key; both PEM. */
export async function selfSigned(
  names: readonly string[],
  options: SelfSignedOptions = {},
): Promise<{ chain: string; privateKey: string }> {
  const { subject = 'Somebody', isAuthority = false } = options;
  const { notBefore = new Date(Date.now() - 1000), notAfter = new Date(Date.now() + 86_400_000) } = options;
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ name: `CN=${subject}`, keys, signingAlgorithm: algorithm, notBefore, notAfter },
    extensions: [
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns', value }))),
      ...(isAuthority ? [new x509.BasicConstraintsExtension(true)] : []),
    ],
  });
  const raw = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const lines = raw.match(/.{1,64}/g) ?? [];
  return {
    chain: made.toString('pem'),
    privateKey: `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`,
  };
}
