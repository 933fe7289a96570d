import type { Client } from '@nebula/contract/client';
import type { DashboardApi } from '@nebula/dashboard/contract';
import { exitCodes, Failure, usage } from '../failure.ts';

/** How a person may name what a path parameter stands for, and how that becomes its id. */
export interface Lookup {
  /** Shown in the usage line. */
  placeholder: string;
  find(client: Client<DashboardApi>, text: string, signal: AbortSignal): Promise<string>;
}

/** The lookup for a parameter: `/containers/:id/…` takes names wherever it stands in the contract. */
export function lookupFor(path: string, param: string): Lookup | undefined {
  return path.includes(`/containers/:${param}`) ? containerLookup : undefined;
}

const containerLookup: Lookup = {
  placeholder: 'NAME_OR_ID',
  async find(client, text, signal) {
    if (/^[0-9a-f]{64}$/.test(text)) return text;
    if (text === '' || text.length > 255)
      throw usage('A container is named by its name or the first digits of its id.');
    const named = await all(client, { search: text.slice(0, 100) }, signal);
    const exact = named.filter(({ name }) => name === text);
    const found = exact.length > 0 ? exact : await byPrefix(client, text, signal);
    const [only] = found;
    if (only !== undefined && found.length === 1) return only.id;
    if (only === undefined) throw missing(text, named);
    const candidates = found
      .slice(0, 10)
      .map(({ id, name, hostId }) => `${name} (${id.slice(0, 12)} on ${hostId})`);
    throw new Failure(exitCodes.usage, `${JSON.stringify(text)} is not one container but ${found.length}.`, {
      next: `Say which: ${candidates.join(', ')}${found.length > 10 ? ', …' : ''}.`,
    });
  },
};

type Row = Awaited<ReturnType<Client<DashboardApi>['containers']['list']>>['items'][number];

async function byPrefix(client: Client<DashboardApi>, text: string, signal: AbortSignal): Promise<Row[]> {
  if (!/^[0-9a-f]+$/.test(text)) return [];
  return (await all(client, {}, signal)).filter(({ id }) => id.startsWith(text));
}

async function all(
  client: Client<DashboardApi>,
  query: { search?: string },
  signal: AbortSignal,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await client.containers.list({ query: { ...query, limit: 200, cursor }, signal });
    rows.push(...page.items);
    if (page.next === null) return rows;
    cursor = page.next;
  }
}

function missing(text: string, similar: Row[]): Failure {
  const names = similar.slice(0, 5).map(({ name }) => name);
  return new Failure(exitCodes.notFound, `There is no container ${JSON.stringify(text)}.`, {
    next:
      names.length > 0
        ? `Is it one of ${names.join(', ')}?`
        : '`nebula containers list` shows what there is.',
  });
}
