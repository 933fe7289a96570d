import { eventTopic } from '../../../web/feature.ts';
import type { QueryClient } from '@tanstack/react-query';
import type { Run } from '../../jobs/contract.ts';
import type { DomainFilter } from './filter.ts';

/** Keys of this feature in the query cache. */
export const keys = {
  lists: ['domains', 'list'] as const,
  list: (filter: DomainFilter) => ['domains', 'list', filter] as const,
  one: (id: string) => ['domains', 'one', id] as const,
  tasks: (id: string) => ['domains', 'one', id, 'tasks'] as const,
  health: (id: string) => ['domains', 'one', id, 'health'] as const,
  events: (id: string) => ['domains', 'one', id, 'events'] as const,
  zones: ['domains', 'zones'] as const,
  containers: ['domains', 'containers'] as const,
  snippet: (snippet: string) => ['domains', 'snippet', snippet] as const,
};

/** Domains that somebody changed. */
export const domainTopic = eventTopic<{ id: string }>('domains.changed', (events, client) =>
  renew(
    events.map(({ id }) => id),
    client,
  ),
);

/** Many domains at once. */
export const importTopic = eventTopic<{ created: number; changed: number }>(
  'domains.imported',
  (_events, client) => void client.invalidateQueries({ queryKey: ['domains'] }),
);

/** Runs of domains as they go: each step leaves evidence, and the last one changes the domain. */
export const domainRunTopic = eventTopic<Run>('jobs.run-changed', (runs, client) =>
  renew(
    runs.flatMap(({ target }) => (target.type === 'domain' ? [target.id] : [])),
    client,
  ),
);

function renew(ids: readonly string[], client: QueryClient): void {
  if (ids.length === 0) return;
  void client.invalidateQueries({ queryKey: keys.lists });
  for (const id of new Set(ids)) void client.invalidateQueries({ queryKey: keys.one(id) });
}
