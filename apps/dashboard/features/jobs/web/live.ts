import { eventTopic, type Pages, stateTopic } from '../../../web/feature.ts';
import type { Progress, Run } from '../contract.ts';
import type { RunFilter } from './filter.ts';
import { patchRuns } from './patch.ts';

/** Keys of this feature in the query cache. */
export const keys = {
  all: ['jobs'] as const,
  lists: ['jobs', 'list'] as const,
  list: (filter: RunFilter) => ['jobs', 'list', filter] as const,
  queue: ['jobs-queue'] as const,
  schedules: ['jobs-schedules'] as const,
  one: (id: string) => ['jobs', 'one', id] as const,
};

/** How far running steps are. */
export const progressTopic = stateTopic<Progress>('jobs.progress');

/** Runs as they change; patches lists and pages that were loaded. */
export const runTopic = eventTopic<Run>('jobs.run-changed', (events, client) => {
  const newest = new Map(events.map((run) => [run.id, run]));
  // An answer that was asked for before these changes would overwrite them.
  if (client.isFetching({ queryKey: keys.all }) > 0) void client.invalidateQueries({ queryKey: keys.all });
  for (const query of client.getQueryCache().findAll({ queryKey: keys.lists })) {
    client.setQueryData<Pages<Run>>(
      query.queryKey,
      (pages) => pages && patchRuns(pages, newest, filterOf(query.queryKey)),
    );
  }
  for (const [id, run] of newest) client.setQueryData<Run>(keys.one(id), run);
});

function filterOf([, , filter]: readonly unknown[]): RunFilter {
  return typeof filter === 'object' && filter !== null ? filter : {};
}
