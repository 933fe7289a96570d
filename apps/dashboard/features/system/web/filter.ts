import type { Search } from '../../../web/feature.ts';

/** What the page shows; kept in the address. */
export type View = {
  tab?: 'processes' | 'units' | undefined;
  sort?: 'memory' | undefined;
  search?: string | undefined;
  active?: 'active' | 'inactive' | 'failed' | undefined;
};

/** Takes the view from the address; what is not valid is left out. */
export function readView({ tab, sort, search, active }: Search): View {
  return {
    tab: tab === 'processes' || tab === 'units' ? tab : undefined,
    sort: sort === 'memory' ? sort : undefined,
    search: search === '' ? undefined : search?.slice(0, 100),
    active: readActive(active),
  };
}

/** Takes a state of units from words that may be anything. */
export function readActive(word: string | undefined): View['active'] {
  return word === 'active' || word === 'inactive' || word === 'failed' ? word : undefined;
}
