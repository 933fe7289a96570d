import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, pagesQuery } from '../../../web/feature.ts';
import type { Filter } from './filter.ts';
import { keys } from './live.ts';
import type { ContainerRow } from './patch.ts';

/** Containers by name, page by page. */
export function containersQuery(filter: Filter) {
  const pages = pagesQuery<ContainerRow>(keys.list(filter), (cursor, signal) =>
    api.containers.list({ query: { ...filter, cursor, limit: 200 }, signal }),
  );
  // While another filter is answered, what the one before answered stays.
  return { ...pages, placeholderData: keepPreviousData };
}

/** One container. */
export function containerQuery(id: string) {
  return queryOptions({
    queryKey: keys.one(id),
    queryFn: ({ signal }) => api.containers.get({ params: { id }, signal }),
  });
}

/** The engine's own description of a container. */
export function inspectQuery(id: string) {
  return queryOptions({
    queryKey: keys.inspect(id),
    queryFn: ({ signal }) => api.containers.inspect({ params: { id }, signal }),
    gcTime: 0,
  });
}

/** What a new container can be made with. */
export const choicesQuery = queryOptions({
  queryKey: keys.choices,
  queryFn: ({ signal }) => api.containers.creationChoices({ signal }),
});

/** Whether the engine answers. */
export const engineQuery = queryOptions({
  queryKey: keys.engine,
  queryFn: ({ signal }) => api.containers.engine({ signal }),
});

/** The newest runs of one container; under the key of runs, so that it is renewed with them. */
export function lastRunsQuery(id: string) {
  return queryOptions({
    queryKey: ['jobs', 'last', id],
    queryFn: ({ signal }) => api.jobs.list({ query: { targetId: id, limit: 5 }, signal }),
    refetchOnMount: 'always',
  });
}
