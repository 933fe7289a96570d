import type { OwnProblem } from '@nebula/acme';

/** Why a certificate that was brought is not taken, in a sentence; `of` is what it is about. */
export const ownSentences: Record<OwnProblem, (of: string) => string> = {
  'chain-unreadable': () => 'This is no certificate in PEM.',
  'key-unreadable': () => 'This is no private key in PEM.',
  'key-encrypted': () => 'This key has a password. Bring it without one.',
  'key-differs': () => 'This key does not belong to the first certificate.',
  'key-weak': (of) => `Browsers do not take this kind of key, or it is too short: ${of}.`,
  'signature-weak': (of) => `A signature in the chain can be forged (MD5 or SHA-1): ${of}.`,
  'name-missing': (of) => `The certificate is not for ${of}.`,
  'chain-order': (of) => `The chain is not in order: ${of} did not sign the certificate before it.`,
  'not-yet-valid': (of) => `It is not valid before ${of}.`,
  expired: (of) => `It has expired, or one of its chain has: ${of}.`,
  'is-authority': () => 'The first certificate is that of an authority; the one of the server comes first.',
};
