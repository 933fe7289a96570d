import { createHash, randomBytes } from 'node:crypto';

/** What a token opens; its prefix says so and lets the log recognise it. */
export type TokenKind = 'session' | 'apiKey' | 'link' | 'challenge' | 'router';

const prefixes: Record<TokenKind, string> = {
  session: 'nes_',
  apiKey: 'neb_',
  link: 'neu_',
  challenge: 'nec_',
  router: 'ner_',
};

/** A new random token of 256 bits with the prefix of its kind. Only its digest is stored. */
export function newToken(kind: TokenKind): { token: string; digest: Buffer } {
  const token = `${prefixes[kind]}${randomBytes(32).toString('base64url')}`;
  return { token, digest: digestOf(token) };
}

/** SHA-256 of a token: what is stored and looked up. */
export function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** True when a text has the form of a token of this kind; spares the database hopeless look-ups. */
export function isTokenOf(kind: TokenKind, text: string): boolean {
  return text.startsWith(prefixes[kind]) && /^[A-Za-z0-9_-]{47}$/.test(text);
}

/** The CSRF token of a session: derived from its token, so it needs no storage and dies with it. */
export function csrfTokenOf(sessionToken: string): string {
  return createHash('sha256').update(`csrf\n${sessionToken}`).digest('base64url');
}
