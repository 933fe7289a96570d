import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { type CertificateFacts, certificatesIn, covers, factsOfChain, signatureAlgorithm } from './facts.ts';

/** What a person gives who brings a certificate. */
export interface BroughtCertificate {
  chainPem: string;
  keyPem: string;
}

/** Why a certificate that a person brought is not taken; the web has its own words for each. */
export type OwnProblem =
  | 'chain-unreadable'
  | 'key-unreadable'
  | 'key-encrypted'
  | 'key-differs'
  | 'key-weak'
  | 'signature-weak'
  | 'name-missing'
  | 'chain-order'
  | 'not-yet-valid'
  | 'expired'
  | 'is-authority';

/** A certificate that was judged: what it says, or why it is not taken and of what. */
export type Judgement =
  | { facts: CertificateFacts; problem: null }
  | { facts: CertificateFacts | null; problem: OwnProblem; of: string };

/** MD5 and SHA-1 with RSA, SHA-1 with ECDSA and DSA: forged by anybody who cares to. */
const weakSignatures = new Set([
  '2a864886f70d010104',
  '2a864886f70d010105',
  '2a8648ce3d0401',
  '2a8648ce380403',
]);
const curves = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

/** Judges a certificate that a person brought for these names, before it is kept. Never tells anything of the key. */
export function judgeOwn(brought: BroughtCertificate, names: readonly string[], now: Date): Judgement {
  let chain: X509Certificate[];
  try {
    chain = certificatesIn(brought.chainPem);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { facts: null, problem: 'chain-unreadable', of: error.message };
  }
  const [leaf, ...rest] = chain;
  if (leaf === undefined) return { facts: null, problem: 'chain-unreadable', of: '' };
  const facts = factsOfChain(leaf, rest);
  const wrong = (problem: OwnProblem, of = ''): Judgement => ({ facts, problem, of });

  if (leaf.ca) return wrong('is-authority');
  const key = keyOf(brought.keyPem);
  if (typeof key === 'string') return wrong(key);
  if (!leaf.checkPrivateKey(key)) return wrong('key-differs');
  const weakness = weakKey(leaf.publicKey);
  if (weakness !== null) return wrong('key-weak', weakness);
  for (const [index, one] of chain.entries()) {
    const next = chain[index + 1];
    const signed = weakSignatures.has(signatureAlgorithm(one)) && one.subject !== one.issuer;
    if (signed) return wrong('signature-weak', firstLine(one.subject));
    if (next !== undefined && !(one.checkIssued(next) && one.verify(next.publicKey))) {
      return wrong('chain-order', firstLine(next.subject));
    }
  }
  const missing = names.find((name) => !covers(facts.names, name));
  if (missing !== undefined) return wrong('name-missing', missing);
  const early = chain.find((one) => one.validFromDate.getTime() > now.getTime());
  if (early !== undefined) return wrong('not-yet-valid', early.validFromDate.toISOString());
  const late = chain.find((one) => one.validToDate.getTime() <= now.getTime());
  if (late !== undefined) return wrong('expired', late.validToDate.toISOString());
  return { facts, problem: null };
}

function keyOf(pem: string): KeyObject | 'key-unreadable' | 'key-encrypted' {
  if (/ENCRYPTED/.test(pem)) return 'key-encrypted';
  try {
    return createPrivateKey(pem);
  } catch {
    // What is wrong with a key is not told further: the sentence might hold a part of it.
    return 'key-unreadable';
  }
}

function weakKey(key: KeyObject): string | null {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  const type = key.asymmetricKeyType ?? 'unknown';
  if (type === 'rsa') return modulusLength >= 2048 ? null : `RSA ${modulusLength}`;
  if (type === 'ec') return curves.has(namedCurve) ? null : `EC ${namedCurve}`;
  return type;
}

function firstLine(subject: string): string {
  return subject.replaceAll('\n', ', ');
}
