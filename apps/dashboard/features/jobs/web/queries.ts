import { queryOptions } from '@tanstack/react-query';
import { api, pagesQuery } from '../../../web/feature.ts';
import type { Run } from '../contract.ts';
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
