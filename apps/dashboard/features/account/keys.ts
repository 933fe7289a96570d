import { type Actor, type ApiKeyRow, type ListedKey, stepUpScope } from '@nebula/auth';
import { includesRole, type Page, pageWindow, type Role } from '@nebula/contract';
import { AppError } from '@nebula/errors';
import type { Context } from '@nebula/runtime';
import { type ApiKey, account } from './contract.ts';
import type { AccountParts } from './parts.ts';
import { refuseUnknownScopes } from './scopes.ts';

const { actions } = account;
const manageUsers = 'account:manage-users';

interface NewKeyInput {
  name: string;
  role: Role;
  scopes: string[];
  expiresInDays: number | null;
}

interface ListInput {
  limit: number;
  cursor?: string | undefined;
  owner: 'own' | 'everybody';
}

/** The verbs of API keys. */
export function createKeys({ apiKeys, authenticator, clock, permissions, people }: AccountParts) {
  return {
    async list(context: Context, query: ListInput): Promise<Page<ApiKey>> {
      if (query.owner === 'everybody' && !context.can(manageUsers)) {
        throw new AppError('FORBIDDEN', `The keys of everybody need the permission ${manageUsers}.`);
      }
      const owner = query.owner === 'everybody' ? null : ownerOf(context.actor);
      const rows = await apiKeys.list(context.sql, owner, query.cursor ?? null, query.limit + 1);
      const { items, next } = pageWindow(rows, query.limit, ({ key }) => key.id);
      return { items: items.map(({ key, owner: whose }) => shownKey(key, whose)), next };
    },

    async create(context: Context, input: NewKeyInput): Promise<{ key: ApiKey; token: string }> {
      const { name, role, scopes, expiresInDays } = input;
      refuseUnknownScopes(permissions, scopes);
      refuseWider(context.actor, role, scopes);
      const expiresAt = earlier(
        expiresInDays === null ? null : new Date(clock.now().getTime() + expiresInDays * 86_400_000),
        context.actor.kind === 'apiKey' ? context.actor.expiresAt : null,
      );
      const madeBy = context.actor.kind === 'apiKey' ? context.actor.id : null;
      const target = { type: 'api-key', id: 'new', name };
      // A key that may do everything, or skip proofs, is as good as the account.
      const isStrong = role === 'admin' || scopes.includes(stepUpScope);
      const action = isStrong ? actions['create-strong-key'] : actions['create-key'];
      return await context.write(action, target, async (change) => {
        const userId = ownerOf(context.actor);
        const made = { name, role, scopes, expiresAt, userId, madeBy };
        const { row, token } = await apiKeys.create(change.sql, made);
        const after = { role, scopes, expiresAt: expiresAt?.toISOString() ?? null };
        change.record({ target: { ...target, id: row.id }, after });
        const owner = userId === null ? null : await people.byId(change.sql, userId);
        return { key: shownKey(row, owner), token };
      });
    },

    async revoke(context: Context, id: string): Promise<void> {
      await context.write(actions['revoke-key'], { type: 'api-key', id }, async (change) => {
        const isAny = context.can(manageUsers);
        const isBound = !isAny && context.actor.kind === 'apiKey' && context.actor.userId !== null;
        const owner = isAny ? null : ownerOf(context.actor);
        const row = await apiKeys.revoke(change.sql, id, owner, isBound ? context.actor.id : null);
        change.record({ target: { type: 'api-key', id, name: row.name } });
      });
      authenticator.forget();
    },
  };
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
function refuseWider(actor: Actor, role: Role, scopes: string[]): void {
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

function shownKey(row: ApiKeyRow, owner: ListedKey['owner']): ApiKey {
  const { id, name, hint, role, scopes } = row;
  return {
    id,
    name,
    hint,
    role,
    scopes,
    owner: owner === null ? null : { id: owner.id, name: owner.name, email: owner.email },
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}

/** The earlier of two ends; null is never. */
function earlier(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}
