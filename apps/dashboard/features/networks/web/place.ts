import type { Search } from '../../../web/feature.ts';

/** What the list is narrowed to. */
export type Filter = { search?: string | undefined; use?: Use | undefined };

/** What stands in the address: the filter, and what is open above the page. */
export type Place = Filter & { show?: string | undefined; ask?: 'create' | undefined };

export const uses = ['used', 'unused', 'system'] as const;
export type Use = (typeof uses)[number];

/** Takes the place from the address; what is not valid is left out. */
export function readPlace({ search, use, show, ask }: Search): Place {
  return {
    search: search === '' ? undefined : search?.slice(0, 255),
    use: uses.find((word) => word === use),
    show: /^[0-9a-f]{64}$/.test(show ?? '') ? show : undefined,
    ask: ask === 'create' ? 'create' : undefined,
  };
}

/** The part of the place that the server is asked with. */
export function filterOf({ search, use }: Place): Filter {
  return { search, use };
}
