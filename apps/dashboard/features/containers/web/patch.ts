import { type Pages, patchRows } from '../../../web/shell/pages.ts';
import type { Container, Usage } from '../contract.ts';
import type { Filter } from './filter.ts';

/** A container as the list shows it. */
export type ContainerRow = Container & { usage: Usage | null };

/**
 * Puts changes into the loaded pages: known rows change in place, even when they no longer match the filter, so that nothing
 * moves under the reader; gone ones leave; new ones that match stand where the order by name puts them, unless that is
 * beyond what was loaded.
 */
export function patchContainers(
  pages: Pages<ContainerRow>,
  changes: ReadonlyMap<string, Container | null>,
  filter: Filter,
): Pages<ContainerRow> {
  const known = new Set<string>();
  const patched = patchRows(pages, (row) => {
    known.add(row.id);
    const change = changes.get(row.id);
    if (change === undefined) return row;
    return change === null ? null : merge(row, change);
  });
  const fresh = [...changes.values()].filter(
    (change) => change !== null && !known.has(change.id) && matches(change, filter),
  );
  return fresh.reduce(
    (next, change) => (change === null ? next : insert(next, { ...change, usage: null }, filter)),
    patched,
  );
}

/** Whether the server would list the container under this filter. */
export function matches(container: Container, { search, state, health, project, update }: Filter): boolean {
  if (state !== undefined && container.state !== state) return false;
  if (health !== undefined && (container.health !== health || container.state !== 'running')) return false;
  if (project !== undefined && container.project !== project) return false;
  if (update !== undefined && container.update !== update) return false;
  if (search === undefined || search === '') return true;
  const wanted = search.toLowerCase();
  return [container.name, container.image, container.project ?? ''].some((text) =>
    text.toLowerCase().includes(wanted),
  );
}

function merge(row: ContainerRow, change: Container): ContainerRow {
  const next = { ...row, ...change };
  return JSON.stringify(next) === JSON.stringify(row) ? row : next;
}

function insert(
  pages: Pages<ContainerRow>,
  row: ContainerRow,
  { sort = 'name' }: Filter,
): Pages<ContainerRow> {
  // Where figures make the order, a new one has none yet and stands at the end.
  if (sort !== 'name') return append(pages, row);
  const at = pages.pages.findIndex((page) => {
    const last = page.items.at(-1);
    return page.next === null || (last !== undefined && row.name < last.name);
  });
  if (at === -1) return pages;
  const next = pages.pages.map((page, index) => {
    if (index !== at) return page;
    const place = page.items.findIndex(({ name }) => name > row.name);
    const items = [...page.items];
    items.splice(place === -1 ? items.length : place, 0, row);
    return { ...page, items };
  });
  return { ...pages, pages: next };
}

function append(pages: Pages<ContainerRow>, row: ContainerRow): Pages<ContainerRow> {
  const next = pages.pages.map((page) =>
    page.next === null ? { ...page, items: [...page.items, row] } : page,
  );
  return { ...pages, pages: next };
}
