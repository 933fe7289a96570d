import { type Api, endpointsOf, type ListedEndpoint } from '@nebula/contract';
import { z } from 'zod';
import { exitCodes, Failure, usage } from '../failure.ts';
import { isPage, isRow } from '../output/rows.ts';
import { kebab } from './fields.ts';
import type { Server } from './server.ts';

/** How a person may name what a path parameter stands for, and how that becomes what the call takes. */
export interface Lookup {
  /** Shown in the usage line. */
  placeholder: string;
  /** What a person might write there. */
  example: string;
  /** Names that may stand there, as the server has them now. */
  names(server: Server, params: Record<string, string>, signal: AbortSignal): Promise<string[]>;
  find(server: Server, params: Record<string, string>, text: string, signal: AbortSignal): Promise<string>;
}

/**
 * The lookup for a parameter: it takes names where the contract lists, at the path before it, things with a name. Undefined when
 * nothing lists them.
 */
export function lookupFor(contracts: Api, path: string, param: string): Lookup | undefined {
  const source = sourceOf(contracts, path, param);
  if (source === undefined) return undefined;
  return {
    ...wordsFor(source),
    async names(server, params, signal) {
      const rows = await rowsOf(source, server, params, {}, signal);
      return rows.map((row) => labelOf(row, source)).filter((name) => name !== '');
    },
    async find(server, params, text, signal) {
      // Nothing to find out: the name is what the call takes, or the id is whole.
      if (source.labels.includes(source.key) || isWholeId(text)) return text;
      return await find(source, server, params, text, signal);
    },
  };
}

/** A list of the contract that knows the things a parameter stands for. */
interface Source {
  listed: ListedEndpoint;
  /** Field that the call takes. */
  key: string;
  /** Fields that people know it by, the one that is shown first. */
  labels: string[];
  hasSearch: boolean;
  /** What the things are called, in the singular. */
  what: string;
}

const known = ['email', 'name'];

function sourceOf(contracts: Api, path: string, param: string): Source | undefined {
  const at = path.indexOf(`/:${param}`);
  if (param === '' || at === -1) return undefined;
  const before = path.slice(0, at);
  for (const listed of endpointsOf(contracts)) {
    const { endpoint } = listed;
    if (endpoint.kind !== 'call' || endpoint.method !== 'GET' || endpoint.path !== before) continue;
    const fields = itemFields(endpoint.output);
    const key = fields.includes(param) ? param : 'id';
    if (!fields.includes(key)) return undefined;
    const labels = key === 'id' ? known.filter((name) => fields.includes(name)) : [key];
    if (labels.length === 0) return undefined;
    const hasSearch = Object.hasOwn(endpoint.query?.shape ?? {}, 'search');
    return { listed, key, labels, hasSearch, what: singular(before) };
  }
  return undefined;
}

const examples: Record<string, string> = { container: 'web-1', domain: 'photos.example.com' };

function wordsFor({ key, labels: [label = key], what }: Source): Pick<Lookup, 'placeholder' | 'example'> {
  if (label === key) return { placeholder: key.toUpperCase(), example: key.toUpperCase() };
  const example = label === 'email' ? 'me@example.com' : (examples[what] ?? 'NAME');
  return { placeholder: label === 'email' ? 'EMAIL_OR_ID' : 'NAME_OR_ID', example };
}

/** Names of the fields of a list's rows. */
function itemFields(output: z.ZodType | undefined): string[] {
  if (!(output instanceof z.ZodObject)) return [];
  const { items } = output.shape;
  const row = items instanceof z.ZodArray ? items.element : undefined;
  return row instanceof z.ZodObject ? Object.keys(row.shape) : [];
}

/** `/account/api-keys` as `api key`. */
function singular(path: string): string {
  const last = (path.split('/').at(-1) ?? '').replaceAll('-', ' ');
  return last.endsWith('s') ? last.slice(0, -1) : last;
}

function isWholeId(text: string): boolean {
  return /^(sha256:)?[0-9a-f]{64}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

type Row = Record<string, unknown>;

async function find(
  source: Source,
  server: Server,
  params: Record<string, string>,
  text: string,
  signal: AbortSignal,
): Promise<string> {
  const { key, labels, what, hasSearch } = source;
  if (text === '' || text.length > 255) {
    throw usage(`The ${what} is named by its name or the first characters of its id.`);
  }
  const search: Row = hasSearch ? { search: text.slice(0, 100) } : {};
  const named = await rowsOf(source, server, params, search, signal);
  const exact = named.filter((row) => [key, ...labels].some((field) => textAt(row, field) === text));
  const found = exact.length > 0 ? exact : await byPrefix(source, server, params, text, signal);
  const [only] = found;
  if (only !== undefined && found.length === 1) return textAt(only, key);
  if (only === undefined) throw missing(source, text, named);
  const candidates = found.slice(0, 10).map((row) => {
    const host = textAt(row, 'hostId');
    return `${labelOf(row, source)} (${shortId(textAt(row, key))}${host === '' ? '' : ` on ${host}`})`;
  });
  throw new Failure(exitCodes.usage, `${JSON.stringify(text)} is not one ${what} but ${found.length}.`, {
    next: `Say which: ${candidates.join(', ')}${found.length > 10 ? ', …' : ''}.`,
  });
}

async function byPrefix(
  source: Source,
  server: Server,
  params: Record<string, string>,
  text: string,
  signal: AbortSignal,
): Promise<Row[]> {
  if (!/^[0-9a-f][0-9a-f-]*$/.test(text)) return [];
  const rows = await rowsOf(source, server, params, {}, signal);
  return rows.filter((row) => textAt(row, source.key).startsWith(text));
}

async function rowsOf(
  { listed: { feature, name, endpoint } }: Source,
  server: Server,
  params: Record<string, string>,
  search: Row,
  signal: AbortSignal,
): Promise<Row[]> {
  const isPaged = Object.hasOwn(endpoint.query?.shape ?? {}, 'cursor');
  const rows: Row[] = [];
  for (let cursor: string | undefined; ; ) {
    const query = isPaged ? { ...search, limit: 200, cursor } : search;
    const page = await server.call(feature, name, { params, query, signal });
    if (!isPage(page)) return rows;
    rows.push(...page.items);
    if (typeof page.next !== 'string') return rows;
    cursor = page.next;
  }
}

function missing(source: Source, text: string, similar: Row[]): Failure {
  const { listed, what } = source;
  const names = similar
    .map((row) => labelOf(row, source))
    .filter((name) => name.includes(text))
    .slice(0, 5);
  const next =
    names.length > 0
      ? `Is it one of ${names.join(', ')}?`
      : `\`nebula ${kebab(listed.feature)} ${kebab(listed.name)}\` shows what there is.`;
  return new Failure(exitCodes.notFound, `There is no ${what} ${JSON.stringify(text)}.`, { next });
}

function labelOf(row: Row, { labels }: Source): string {
  return labels.map((label) => textAt(row, label)).find((text) => text !== '') ?? '';
}

function textAt(row: Row, name: string): string {
  const value = isRow(row) ? row[name] : undefined;
  return typeof value === 'string' ? value : '';
}

function shortId(id: string): string {
  return id.length === 64 ? id.slice(0, 12) : id;
}
