import type { Clock } from '@nebula/clock';
import type { Role } from '@nebula/contract';
import { newId, type Sql } from '@nebula/db';
import { AppError } from '@nebula/errors';
import {
  type ApiKeyRow,
  apiKeyById,
  apiKeysBefore,
  insertApiKey,
  type ListedKey,
  revokeApiKey,
} from './store.ts';
import { newToken } from './tokens.ts';

/** What a new key may do and until when. */
export interface NewApiKey {
  name: string;
  role: Role;
  /** `*`, `<feature>:*` or permissions. */
  scopes: string[];
  expiresAt: Date | null;
  /** The owner; null for a key that the machine's owner made without an account. */
  userId: string | null;
  /** The key with which it is made; null when a person makes it. */
  madeBy?: string | null;
}

export type { ListedKey };

/** Keys for programs. */
export interface ApiKeys {
  /** Makes a key; `token` is shown once and cannot be read again. */
  create(sql: Sql, key: NewApiKey): Promise<{ token: string; row: ApiKeyRow }>;
  /** Keys of a user (all when null), newest first. */
  list(sql: Sql, userId: string | null, beforeId: string | null, limit: number): Promise<ListedKey[]>;
  /**
   * Makes a key, and those made with it, stop working at once. Throws NOT_FOUND when it is not
   * the user's (any when `userId` is null), FORBIDDEN when a key (`byKey`) would revoke one that it neither is nor made.
   */
  revoke(sql: Sql, id: string, userId: string | null, byKey?: string | null): Promise<ApiKeyRow>;
}

/** Keys on a clock. */
export function createApiKeys({ clock }: { clock: Clock }): ApiKeys {
  return {
    async create(sql, key) {
      const { token, digest } = newToken('apiKey');
      const row = {
        ...key,
        madeBy: key.madeBy ?? null,
        id: newId(),
        hint: token.slice(0, 8),
        createdAt: clock.now(),
        lastUsedAt: null,
        revokedAt: null,
        tokenSha256: digest,
      };
      await insertApiKey(sql, row);
      return { token, row };
    },
    list: apiKeysBefore,
    async revoke(sql, id, userId, byKey = null) {
      const row = await apiKeyById(sql, id);
      if (row === undefined || (userId !== null && row.userId !== userId)) {
        throw new AppError('NOT_FOUND', 'There is no such API key.');
      }
      if (byKey !== null && row.id !== byKey && row.madeBy !== byKey) {
        throw new AppError(
          'FORBIDDEN',
          'A key can revoke itself and the keys made with it; sign in to revoke others.',
        );
      }
      await revokeApiKey(sql, id, clock.now());
      return row;
    },
  };
}
