import { queryOptions } from '@tanstack/react-query';
import { api } from '../../../web/feature.ts';
import type { Certificate } from '../contract.ts';
import { keys } from './live.ts';

/** How often what has no event of its own is looked at again while it is shown. */
const lookAgainMs = 60_000;
/** Pages that are loaded: what renews when needs all rows. */
const mostPages = 20;

/** Every certificate. */
export const certificatesQuery = queryOptions({
  queryKey: keys.all,
  queryFn: async ({ signal }) => {
    const rows: Certificate[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < mostPages; page += 1) {
      const { items, next } = await api.certificates.list({ query: { cursor, limit: 200 }, signal });
      rows.push(...items);
      if (next === null) break;
      cursor = next;
    }
    return rows;
  },
  refetchInterval: lookAgainMs,
});

/** One certificate with its history and orders. */
export function certificateQuery(id: string) {
  return queryOptions({
    queryKey: keys.one(id),
    queryFn: ({ signal }) => api.certificates.get({ params: { id }, signal }),
    refetchInterval: lookAgainMs,
  });
}

/** Authorities in the order in which they are asked. */
export const authoritiesQuery = queryOptions({
  queryKey: keys.authorities,
  queryFn: ({ signal }) => api.certificates.authorities({ signal }),
  refetchInterval: lookAgainMs,
});
