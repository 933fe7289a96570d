import { queryOptions } from '@tanstack/react-query';
import { api, pagesQuery } from '../../../web/feature.ts';
import type { QueuedJob, QueuedState, Run } from '../contract.ts';
import type { RunFilter } from './filter.ts';
import { keys } from './live.ts';

/** Runs, newest first, page by page. */
export function runsQuery(filter: RunFilter) {
  return pagesQuery<Run>(keys.list(filter), (cursor, signal) =>
    api.jobs.list({ query: { ...filter, cursor, limit: 50 }, signal }),
  );
}

/** One run with its steps. */
export function runQuery(id: string) {
  return queryOptions({
    queryKey: keys.one(id),
    queryFn: ({ signal }) => api.jobs.get({ params: { id }, signal }),
  });
}

const lookAgainMs = 5000;

/** Jobs of the queue, newest first, page by page; looked at again while a page shows them. */
export function queuedQuery(filter: { state?: QueuedState | undefined }) {
  return {
    ...pagesQuery<QueuedJob>([...keys.queue, 'list', filter], (cursor, signal) =>
      api.jobs.listQueued({ query: { ...filter, cursor, limit: 50 }, signal }),
    ),
    refetchInterval: lookAgainMs,
  };
}

/** How many jobs are in which state. */
export const queuesQuery = queryOptions({
  queryKey: [...keys.queue, 'counts'],
  queryFn: ({ signal }) => api.jobs.queues({ signal }),
  refetchInterval: lookAgainMs,
});

/** What runs again and again. */
export const schedulesQuery = queryOptions({
  queryKey: keys.schedules,
  queryFn: ({ signal }) => api.jobs.schedules({ signal }),
  refetchInterval: lookAgainMs,
});
