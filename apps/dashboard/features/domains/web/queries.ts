import type { Page } from '@nebula/contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, pagesQuery } from '../../../web/feature.ts';
import type { Domain, DomainEvent } from '../contract.ts';
import type { DomainFilter } from './filter.ts';
import { keys } from './live.ts';

/** How often what has no event of its own is looked at again while it is shown. */
const lookAgainMs = 60_000;
/** Pages that are loaded where all rows are needed. */
const mostPages = 20;

/** Domains by name, page by page. */
export function domainsQuery(filter: DomainFilter) {
  const pages = pagesQuery<Domain>(keys.list(filter), (cursor, signal) =>
    api.domains.list({ query: { ...filter, cursor, limit: 100 }, signal }),
  );
  // While another filter is answered, what the one before answered stays.
  return { ...pages, placeholderData: keepPreviousData, refetchInterval: lookAgainMs };
}

/** One domain. */
export function domainQuery(id: string) {
  return queryOptions({
    queryKey: keys.one(id),
    queryFn: ({ signal }) => api.domains.get({ params: { id }, signal }),
    refetchInterval: lookAgainMs,
  });
}

/** The newest runs of a domain with what each step saw. */
export function tasksQuery(id: string) {
  return queryOptions({
    queryKey: keys.tasks(id),
    queryFn: ({ signal }) => api.domains.tasks({ params: { id }, query: { limit: 5 }, signal }),
  });
}

/** The checks of the last 24 hours, newest first. */
export function healthQuery(id: string) {
  return queryOptions({
    queryKey: keys.health(id),
    queryFn: ({ signal }) => api.domains.health({ params: { id }, signal }),
    refetchInterval: lookAgainMs,
  });
}

/** What happened to a domain, newest first. */
export function eventsQuery(id: string) {
  return pagesQuery<DomainEvent>(keys.events(id), (cursor, signal) =>
    api.domains.events({ params: { id }, query: { cursor, limit: 50 }, signal }),
  );
}

/** Zones of all providers. */
export const zonesQuery = queryOptions({
  queryKey: keys.zones,
  queryFn: ({ signal }) => everyRow((cursor) => api.dns.zones({ query: { cursor, limit: 200 }, signal })),
});

/** Containers that run, with what they listen on. */
export const runningQuery = queryOptions({
  queryKey: keys.containers,
  queryFn: ({ signal }) =>
    everyRow((cursor) => api.containers.list({ query: { state: 'running', cursor, limit: 200 }, signal })),
});

/** What the reverse proxy says of a snippet. */
export function snippetQuery(snippet: string) {
  return queryOptions({
    queryKey: keys.snippet(snippet),
    queryFn: ({ signal }) => api.domains.checkSnippet({ body: { snippet }, signal }),
    enabled: snippet.trim() !== '',
    retry: false,
    gcTime: 0,
  });
}

async function everyRow<T>(ask: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const rows: T[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const { items, next } = await ask(cursor);
    rows.push(...items);
    if (next === null) break;
    cursor = next;
  }
  return rows;
}
