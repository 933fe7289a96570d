import type { ApiKeyRow, ApiKeys } from '@nebula/auth';
import type { Clock } from '@nebula/clock';
import { type Attention, mattersOf, type OverviewPart } from '@nebula/runtime';
import { accountMatters } from './contract-matters.ts';
import { ownerOf } from './keys.ts';

const matter = mattersOf('account', accountMatters);
const dayMs = 86_400_000;
const soonDays = 14;
const mostKeys = 200;

/** What accounts give to the overview: own API keys that end soon. */
export function accountOverview(apiKeys: ApiKeys, clock: Clock): OverviewPart {
  return {
    needs: 'account:manage-keys',
    async attention(context) {
      // Only people and their keys own keys.
      if (context.actor.kind !== 'user' && context.actor.kind !== 'apiKey') return [];
      const rows = await apiKeys.list(context.sql, ownerOf(context.actor), null, mostKeys);
      return endingSoon(
        rows.map(({ key }) => key),
        clock.now(),
      );
    },
  };
}

/** Keys that work now and end within two weeks, the nearest first. */
export function endingSoon(
  rows: readonly Pick<ApiKeyRow, 'id' | 'name' | 'expiresAt' | 'revokedAt'>[],
  now: Date,
): Attention[] {
  return rows
    .flatMap(({ id, name, expiresAt, revokedAt }) => {
      const left = expiresAt === null ? Number.POSITIVE_INFINITY : expiresAt.getTime() - now.getTime();
      if (revokedAt !== null || left <= 0 || left > soonDays * dayMs) return [];
      const days = Math.floor(left / dayMs);
      const severity = days < 3 ? ('warning' as const) : ('notice' as const);
      const found = matter('key', { name, days }, { id: `account.key.${id}`, severity, path: '/account' });
      return [{ left, found }];
    })
    .sort((one, other) => one.left - other.left)
    .map(({ found }) => found);
}
