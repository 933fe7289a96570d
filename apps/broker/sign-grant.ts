import { type KeyObject, randomUUID, sign } from 'node:crypto';
import { requestDigest } from './canonical.ts';
import type { Liftable } from './liftable.ts';
import { parseTarget } from './target.ts';

/** Header that carries a grant. */
export const grantHeader = 'X-Nebula-Grant';

/** What a grant permits: one request, once. */
export interface GrantRequest {
  method: string;
  /** Path with query, with or without API version, as it will be sent. */
  target: string;
  /** The JSON body as it will be sent, or undefined for none. */
  body?: unknown;
  /** The rules of the refusal (`rules` of its JSON) that an admin agreed to lift. */
  rules: readonly Liftable[];
  /** Who agreed, for the log. */
  actor: string;
  reason: string;
}

/**
 * Signs a grant after an admin confirmed with a fresh sign-in; the answer is the value of {@link grantHeader}.
 *
 * @param privateKey Ed25519 key whose public half the broker was given
 * @param life `now` and `ttlSeconds` (1 to 60)
 * @throws {RangeError} when the life is too long
 */
export function signGrant(
  privateKey: KeyObject,
  request: GrantRequest,
  life: { now: Date; ttlSeconds: number },
): string {
  if (!(life.ttlSeconds >= 1 && life.ttlSeconds <= 60))
    throw new RangeError('A grant lives 1 to 60 seconds.');
  const { path, query } = parseTarget(request.target);
  const payload = Buffer.from(
    JSON.stringify({
      v: 2,
      nonce: randomUUID(),
      // To the millisecond: cut to seconds, one signed just after the broker's start would look older than it.
      until: Math.floor(life.now.getTime() + life.ttlSeconds * 1000),
      requestSha256: requestDigest({ method: request.method, path, query, body: request.body }),
      rules: request.rules,
      actor: request.actor,
      reason: request.reason,
    }),
  ).toString('base64url');
  return `${payload}.${sign(null, Buffer.from(payload, 'ascii'), privateKey).toString('base64url')}`;
}
