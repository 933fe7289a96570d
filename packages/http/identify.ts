import { type Actor, type Authenticator, csrfTokenOf, nobody } from '@nebula/auth';
import type { Endpoint } from '@nebula/contract';
import { AppError } from '@nebula/errors';
import type { FastifyRequest } from 'fastify';
import type { Refusals } from './refusals.ts';

/** Name of the session cookie; over TLS the `__Host-` prefix keeps other hosts from setting it. */
export function sessionCookie(isSecure: boolean): string {
  return isSecure ? '__Host-nebula_session' : 'nebula_session';
}

/** Who sent a request, and until when that holds. */
export interface Sender {
  actor: Actor;
  sessionToken: string | null;
  expiresAt: Date | null;
  isRenewed: boolean;
}

/**
 * Finds who sent a request: an API key (`Authorization: Bearer` or `X-API-Key`) before a session cookie. Throws SIGNED_OUT
 * for a key that does not hold; a cookie that does not hold is nobody.
 */
export async function identify(
  request: FastifyRequest,
  authenticator: Authenticator,
  refusals: Refusals,
): Promise<Sender> {
  const key = apiKeyOf(request);
  if (key !== null) {
    const { actor, expiresAt } = await byApiKey(key, request.ip, authenticator, refusals);
    return { actor, sessionToken: null, expiresAt, isRenewed: false };
  }
  const token = request.cookies[sessionCookie(request.protocol === 'https')] ?? null;
  const identity = token === null ? null : await authenticator.bySession(token);
  if (identity === null) return { actor: nobody, sessionToken: null, expiresAt: null, isRenewed: false };
  return { ...identity, sessionToken: token };
}

async function byApiKey(key: string, address: string, authenticator: Authenticator, refusals: Refusals) {
  if (!authenticator.remembers(key)) refusals.check(address);
  try {
    return await authenticator.byApiKey(key);
  } catch (error) {
    if (error instanceof AppError && error.code === 'SIGNED_OUT') refusals.count(address);
    throw error;
  }
}

/**
 * Checks that a change made with a cookie was meant: the request must carry the session's CSRF token in `X-CSRF-Token`. Keys
 * are not sent by browsers on their own and need none. Throws CSRF_FAILED.
 */
export function checkCsrf(request: FastifyRequest, endpoint: Endpoint, sender: Sender): void {
  if (sender.sessionToken === null || endpoint.method === 'GET') return;
  if (request.headers['x-csrf-token'] !== csrfTokenOf(sender.sessionToken)) {
    throw new AppError('CSRF_FAILED', 'The page is out of date; load it again and repeat what you did.');
  }
}

function apiKeyOf(request: FastifyRequest): string | null {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const match = /^Bearer ([^\s]+)$/i.exec(authorization);
    if (match?.[1] === undefined) {
      throw new AppError('SIGNED_OUT', 'The Authorization header must be `Bearer` and an API key.');
    }
    return match[1];
  }
  const header = request.headers['x-api-key'];
  return typeof header === 'string' ? header : null;
}
