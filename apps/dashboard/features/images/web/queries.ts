import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, eventTopic, pagesQuery } from '../../../web/feature.ts';
import type { Image, ImageCheck, RegistryLogin } from '../contract.ts';
import type { Filter } from './place.ts';

const keys = {
  lists: ['images', 'list'] as const,
  one: ['images', 'one'] as const,
  checks: ['images', 'checks'] as const,
  logins: ['images', 'logins'] as const,
};

/** Checks by image, page by page. */
export const checksQuery = pagesQuery<ImageCheck>(keys.checks, (cursor, signal) =>
  api.images.checks({ query: { cursor, limit: 100 }, signal }),
);

/** Kept logins by registry. */
export const loginsQuery = pagesQuery<RegistryLogin>(keys.logins, (cursor, signal) =>
  api.images.logins({ query: { cursor, limit: 100 }, signal }),
);

/** Key of the logins, to be renewed after a change. */
export const loginsKey = keys.logins;

/** Images that were checked; what is loaded of them is loaded again. */
export const checkedTopic = eventTopic<{ images: string[] }>('images.checked', (_events, client) => {
  void client.invalidateQueries({ queryKey: keys.checks });
});

/** Images on the machine by name, page by page. */
export function imagesQuery(filter: Filter) {
  const pages = pagesQuery<Image>([...keys.lists, filter], (cursor, signal) =>
    api.images.list({ query: { ...filter, cursor, limit: 200 }, signal }),
  );
  return { ...pages, placeholderData: keepPreviousData };
}

/** What all images take; of no other image than the first. */
export const totalsQuery = queryOptions({
  queryKey: [...keys.lists, 'totals'],
  queryFn: async ({ signal }) => (await api.images.list({ query: { limit: 1 }, signal })).totals,
});

/** One image. */
export function imageQuery(id: string) {
  return queryOptions({
    queryKey: [...keys.one, id],
    queryFn: ({ signal }) => api.images.get({ params: { id }, signal }),
  });
}

/** Images came, went or got names; what is loaded of them is loaded again. */
export const changedTopic = eventTopic<object>('images.changed', (_events, client) => {
  for (const queryKey of [keys.lists, keys.one]) void client.invalidateQueries({ queryKey });
});
