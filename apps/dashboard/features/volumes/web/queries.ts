import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, eventTopic, pagesQuery } from '../../../web/feature.ts';
import type { Volume } from '../contract.ts';
import type { Filter } from './place.ts';

const keys = {
  all: ['volumes'] as const,
  list: (filter: Filter) => ['volumes', 'list', filter] as const,
  counted: ['volumes', 'counted'] as const,
  one: (name: string) => ['volumes', 'one', name] as const,
};

/** Key of everything about volumes, to be renewed after a count. */
export const volumesKey = keys.all;

/** Volumes by name, page by page. */
export function volumesQuery(filter: Filter) {
  const pages = pagesQuery<Volume>(keys.list(filter), (cursor, signal) =>
    api.volumes.list({ query: { ...filter, cursor, limit: 200 }, signal }),
  );
  return { ...pages, placeholderData: keepPreviousData };
}

/** When sizes were counted last. */
export const countedQuery = queryOptions({
  queryKey: keys.counted,
  queryFn: async ({ signal }) => (await api.volumes.list({ query: { limit: 1 }, signal })).countedAt,
});

/** One volume. */
export function volumeQuery(name: string) {
  return queryOptions({
    queryKey: keys.one(name),
    queryFn: ({ signal }) => api.volumes.get({ params: { name }, signal }),
  });
}

/** Volumes came or went, or somebody began or ceased to use them; what is loaded of them is loaded again. */
export const changedTopic = eventTopic<object>('volumes.changed', (_events, client) => {
  void client.invalidateQueries({ queryKey: keys.all });
});
