import { type Actor, type ApiKeyRow, type SignedIn, sessionLifeMs } from '@nebula/auth';
import { includesRole, type Role } from '@nebula/contract';
import { AppError } from '@nebula/errors';
import type { CookieChange } from '@nebula/runtime';
import type { ApiKey } from './contract.ts';

/** Cookie that marks a device on which somebody has signed in before. */
export const deviceCookie = 'nebula_device';

const deviceSeconds = 365 * 86_400;

/** The person whose session this is. */
export function userActor({ user, sessionId }: SignedIn): Actor {
  const { id, name, email, role } = user;
  return { kind: 'user', id, name, email, role, sessionId };
}

/** What a browser keeps of a new session. */
export function cookiesOf(session: SignedIn): CookieChange[] {
  return [
    { name: 'session', value: session.token, maxAgeSeconds: sessionLifeMs / 1000 },
    { name: deviceCookie, value: session.deviceCookie, maxAgeSeconds: deviceSeconds },
  ];
}

/** Whose keys an actor sees and makes. A key acts for its owner. Throws FORBIDDEN for actors that own nothing. */
export function ownerOf(actor: Actor): string | null {
  if (actor.kind === 'user') return actor.id;
  if (actor.kind === 'apiKey' && actor.userId !== null) return actor.userId;
  // A key that the machine's owner made without an account speaks for the owner, who may see and revoke all keys.
  if (actor.kind === 'apiKey' && actor.role === 'admin') return null;
  if (actor.kind === 'system') return null;
  throw new AppError('FORBIDDEN', 'Only an account can have API keys.');
}

/** Nobody hands out more than they have. Throws FORBIDDEN. */
export function refuseWider(actor: Actor, role: Role, scopes: string[]): void {
  if (actor.kind === 'system') return;
  const ownRole = actor.kind === 'user' || actor.kind === 'apiKey' ? actor.role : 'viewer';
  if (!includesRole(ownRole, role)) {
    throw new AppError('FORBIDDEN', `You are ${ownRole}; a key of yours cannot be ${role}.`);
  }
  const isWider = (scope: string) =>
    actor.kind === 'apiKey' && !actor.scopes.includes('*') && !actor.scopes.includes(scope);
  const wider = scopes.find(isWider);
  if (wider !== undefined)
    throw new AppError('FORBIDDEN', `This key does not have the scope ${wider} itself.`);
}

/** A key as its owner sees it. */
export function shownKey(row: ApiKeyRow): ApiKey {
  const { id, name, hint, role, scopes } = row;
  return {
    id,
    name,
    hint,
    role,
    scopes,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}

/** The earlier of two ends; null is never. */
export function earlier(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}
