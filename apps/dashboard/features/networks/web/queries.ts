import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, eventTopic, pagesQuery } from '../../../web/feature.ts';
import type { Network } from '../contract.ts';
import type { Filter } from './place.ts';

const keys = {
  all: ['networks'] as const,
  list: (filter: Filter) => ['networks', 'list', filter] as const,
  one: (id: string) => ['networks', 'one', id] as const,
  choices: ['networks', 'choices'] as const,
};

/** Networks by name, page by page. */
export function networksQuery(filter: Filter) {
  const pages = pagesQuery<Network>(keys.list(filter), (cursor, signal) =>
    api.networks.list({ query: { ...filter, cursor, limit: 200 }, signal }),
  );
  return { ...pages, placeholderData: keepPreviousData };
}

/** One network. */
export function networkQuery(id: string) {
  return queryOptions({
    queryKey: keys.one(id),
    queryFn: ({ signal }) => api.networks.get({ params: { id }, signal }),
  });
}

/** Containers that can be joined to a network. */
export const choicesQuery = queryOptions({
  queryKey: keys.choices,
  queryFn: async ({ signal }) => (await api.containers.list({ query: { limit: 200 }, signal })).items,
});

/** Networks came or went, or somebody joined or left one; what is loaded of them is loaded again. */
export const changedTopic = eventTopic<object>('networks.changed', (_events, client) => {
  void client.invalidateQueries({ queryKey: keys.all });
});
