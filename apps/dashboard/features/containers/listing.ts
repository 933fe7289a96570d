import type { Page } from '@nebula/contract';
import { AppError } from '@nebula/errors';
import type { UpdateState } from '../images/contract.ts';
import type { Container, ContainerState, Health, Usage } from './contract.ts';

/** What a list is narrowed to, and its order. */
export interface ListQuery {
  limit: number;
  cursor?: string | undefined;
  search?: string | undefined;
  state?: ContainerState | undefined;
  health?: Health | undefined;
  project?: string | undefined;
  update?: UpdateState | undefined;
  sort: 'name' | 'cpu' | 'memory' | 'state';
}

/** Where a row stands: what it is ordered by first, then its name and id. */
interface Place {
  rank: number;
  name: string;
  id: string;
}

type WithUsage = Container & { usage: Usage | null };

/** What wants a person's eyes stands first. */
const stateOrder: ContainerState[] = [
  'dead',
  'restarting',
  'removing',
  'exited',
  'paused',
  'created',
  'running',
];

/** A page of containers, given by name; those with equal use by name. */
export function pageOfContainers(
  byName: readonly Container[],
  query: ListQuery,
  usageOf: (id: string) => Usage | null,
): Page<WithUsage> {
  const after = query.cursor === undefined ? null : readCursor(query.cursor);
  const place = (container: Container): Place => ({
    rank: rankOf(container, query.sort, usageOf),
    name: container.name,
    id: container.id,
  });
  const search = query.search?.toLowerCase() ?? '';
  const rows: { container: Container; at: Place }[] = [];
  for (const container of byName) {
    if (!isWanted(container, query, search)) continue;
    const at = place(container);
    if (after !== null && compare(at, after) <= 0) continue;
    rows.push({ container, at });
    // By name they come in order, so the rest need not be looked at.
    if (query.sort === 'name' && rows.length > query.limit) break;
  }
  if (query.sort !== 'name') rows.sort((one, other) => compare(one.at, other.at));
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ container }) => ({ ...container, usage: usageOf(container.id) })),
    next: rows.length > query.limit && last !== undefined ? makeCursor(last.at) : null,
  };
}

function isWanted(container: Container, query: ListQuery, search: string): boolean {
  const { state, health, project, update } = query;
  if (state !== undefined && container.state !== state) return false;
  if (health !== undefined && (container.health !== health || container.state !== 'running')) return false;
  if (project !== undefined && container.project !== project) return false;
  if (update !== undefined && container.update !== update) return false;
  if (search === '') return true;
  const { name, image } = container;
  return [name, image, container.project ?? ''].some((text) => text.toLowerCase().includes(search));
}

function rankOf(
  { id, state }: Container,
  sort: ListQuery['sort'],
  usageOf: (id: string) => Usage | null,
): number {
  switch (sort) {
    case 'name':
      return 0;
    case 'cpu':
      return -(usageOf(id)?.cpuPercent ?? -1);
    case 'memory':
      return -(usageOf(id)?.memoryBytes ?? -1);
    case 'state':
      return stateOrder.indexOf(state);
    default:
      return sort satisfies never;
  }
}

function compare(one: Place, other: Place): number {
  if (one.rank !== other.rank) return one.rank - other.rank;
  if (one.name !== other.name) return one.name < other.name ? -1 : 1;
  return one.id === other.id ? 0 : one.id < other.id ? -1 : 1;
}

function makeCursor({ rank, name, id }: Place): string {
  return Buffer.from(`${id}${rank}:${name}`).toString('base64url');
}

function readCursor(text: string): Place {
  const decoded = Buffer.from(text, 'base64url').toString('utf8');
  const [, id, rank, name] = /^([0-9a-f]{64})(-?\d{1,20}(?:\.\d{1,20})?):(.*)$/s.exec(decoded) ?? [];
  if (id === undefined || rank === undefined || name === undefined) {
    const message = 'This cursor was not made by this list.';
    throw new AppError('BAD_INPUT', message, { fields: [{ path: 'query.cursor', message }] });
  }
  return { id, rank: Number(rank), name };
}

/** Pages that were asked for lately, as long as nothing changed: what many watch is put together once. */
export function createPages(most = 20) {
  const pages = new Map<string, Page<WithUsage>>();
  let known = Number.NaN;
  return {
    /** The page that the query was answered with in this generation, or a new one; frozen, so that it is written once. */
    of(generation: number, query: ListQuery, make: () => Page<WithUsage>): Page<WithUsage> {
      if (generation !== known) pages.clear();
      known = generation;
      const key = JSON.stringify(query);
      const found = pages.get(key);
      if (found !== undefined) return found;
      if (pages.size >= most) pages.clear();
      const made = Object.freeze(make());
      pages.set(key, made);
      return made;
    },
  };
}
