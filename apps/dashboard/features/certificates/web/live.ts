import type { QueryClient } from '@tanstack/react-query';
import { eventTopic } from '../../../web/feature.ts';
import type { Run } from '../../jobs/contract.ts';

/** Keys of this feature in the query cache. */
export const keys = {
  all: ['certificates', 'all'] as const,
  one: (id: string) => ['certificates', 'one', id] as const,
  authorities: ['certificates', 'authorities'] as const,
};

/** Certificates that something is done with. */
export const certificateTopic = eventTopic<{ id: string }>('certificates.changed', (events, client) =>
  renew(
    events.map(({ id }) => id),
    client,
  ),
);

/** Runs of domains: a step may bring another certificate. */
export const certificateRunTopic = eventTopic<Run>('jobs.run-changed', (runs, client) =>
  renew(
    runs.flatMap(({ target }) => (target.type === 'domain' ? [target.id] : [])),
    client,
  ),
);

function renew(ids: readonly string[], client: QueryClient): void {
  if (ids.length === 0) return;
  void client.invalidateQueries({ queryKey: keys.all });
  void client.invalidateQueries({ queryKey: keys.authorities });
  for (const id of new Set(ids)) void client.invalidateQueries({ queryKey: keys.one(id) });
}
