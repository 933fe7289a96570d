import type { ApiKeyRow, ApiKeys } from '@nebula/auth';
import type { Clock } from '@nebula/clock';
import type { Attention, OverviewPart } from '@nebula/runtime';
import { ownerOf } from './identity.ts';

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
      return endingSoon(rows, clock.now());
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
      const when = days === 0 ? 'within a day' : days === 1 ? 'in 1 day' : `in ${days} days`;
      const severity = days < 3 ? ('warning' as const) : ('notice' as const);
      const sentence = `The API key ${name} ends ${when}.`;
      return [{ left, matter: { id: `account.key.${id}`, severity, sentence, path: '/account' } }];
    })
    .sort((one, other) => one.left - other.left)
    .map(({ matter }) => matter);
}
