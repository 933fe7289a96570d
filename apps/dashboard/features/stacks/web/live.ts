import { type Pages, stateTopic } from '../../../web/feature.ts';
import type { Stack, StackDetail } from '../contract.ts';
import type { Filter } from './filter.ts';

/** Keys of this feature in the query cache. */
export const keys = {
  all: ['stacks'] as const,
  lists: ['stacks', 'list'] as const,
  list: (filter: Filter) => ['stacks', 'list', filter] as const,
  one: (name: string) => ['stacks', 'one', name] as const,
  file: (name: string, file: string) => ['stacks', 'file', name, file] as const,
  inspection: (name: string) => ['stacks', 'inspection', name] as const,
  check: (name: string, files: object) => ['stacks', 'check', name, files] as const,
  versions: (name: string) => ['stacks', 'versions', name] as const,
  version: (name: string, id: string) => ['stacks', 'version', name, id] as const,
};

/** Stacks as they change; patches the lists that were loaded and asks anew for a page that is open. */
export const stackTopic = stateTopic<Stack>('stacks.stack', (changes, client) => {
  const newest = new Map(changes.map(({ key, value }) => [key, value]));
  for (const query of client.getQueryCache().findAll({ queryKey: keys.lists })) {
    const pages = client.getQueryData<Pages<Stack>>(query.queryKey);
    if (pages === undefined) continue;
    const known = new Set(pages.pages.flatMap(({ items }) => items.map(({ name }) => name)));
    // A new one may belong anywhere in the order, or be left out by the filter.
    if ([...newest].some(([name, value]) => value !== null && !known.has(name)))
      void client.invalidateQueries({ queryKey: query.queryKey });
    client.setQueryData<Pages<Stack>>(query.queryKey, {
      ...pages,
      pages: pages.pages.map((page) => ({
        ...page,
        items: page.items.flatMap((row) => patched(row, newest)),
      })),
    });
  }
  for (const [name, value] of newest) {
    const before = client.getQueryData<StackDetail>(keys.one(name));
    if (before !== undefined && value !== null)
      client.setQueryData<StackDetail>(keys.one(name), { ...before, ...value });
    void client.invalidateQueries({ queryKey: keys.one(name) });
  }
});

function patched(row: Stack, newest: ReadonlyMap<string, Stack | null>): Stack[] {
  const value = newest.get(row.name);
  if (value === undefined) return [row];
  if (value === null) return [];
  // While nobody has asked compose, what was known of the files stays.
  return [value.drift === 'unknown' && value.place === 'managed' ? { ...value, drift: row.drift } : value];
}
