import type { Clock } from '@nebula/clock';
import type { Page } from '@nebula/contract';
import {
  absoluteName,
  canonicalName,
  compareNames,
  type Dns,
  InvalidRecord,
  propagationOf,
  relativeName,
  type Rrset,
  type RrsetKey,
  type RecordType,
  versionOf,
  type ZoneRecords,
} from '@nebula/dns';
import { AppError, DriverError } from '@nebula/errors';
import type { Context } from '@nebula/runtime';
import type { DnsAccess, HeldZone } from './access.ts';
import type { Propagation, RecordSet } from './contract.ts';

interface ListQuery {
  limit: number;
  cursor?: string | undefined;
  type?: RecordType | undefined;
  search?: string | undefined;
}

interface RecordPage extends Page<RecordSet> {
  total: number;
  others: { name: string; type: string; count: number }[];
}

/** Pages of one list come from one reading; the first page reads anew. */
const keptMs = 60_000;
const keptZones = 8;

/** The verbs that read records. */
export function createRecords({ access, clock }: { access: DnsAccess; clock: Clock }) {
  const readings = new Map<string, { at: number; records: ZoneRecords }>();

  async function reading(context: Context, id: string, zone: string, isFirst: boolean): Promise<ZoneRecords> {
    const key = `${id} ${zone}`;
    const kept = readings.get(key);
    if (!isFirst && kept !== undefined && clock.now().getTime() - kept.at < keptMs) return kept.records;
    const dns = await access.open(context.sql, id);
    if (!dns.capabilities().lists) throw unlisted();
    const records = await dns.listRecords(zone, { signal: context.signal });
    readings.delete(key);
    readings.set(key, { at: clock.now().getTime(), records });
    for (const old of [...readings.keys()].slice(0, -keptZones)) readings.delete(old);
    return records;
  }

  return {
    async zones(
      context: Context,
      query: { limit: number; cursor?: string | undefined; search?: string | undefined },
    ): Promise<Page<HeldZone>> {
      const place = ({ zone, providerId }: HeldZone) => `${zone} ${providerId}`;
      const search = query.search?.toLowerCase() ?? '';
      const all = (await access.zones(context.sql))
        .filter(({ zone }) => zone.includes(search))
        .sort((left, right) => (place(left) < place(right) ? -1 : 1))
        .filter((held) => query.cursor === undefined || place(held) > query.cursor);
      const items = all.slice(0, query.limit);
      const last = items.at(-1);
      return { items, next: all.length > items.length && last !== undefined ? place(last) : null };
    },

    async list(context: Context, id: string, givenZone: string, query: ListQuery): Promise<RecordPage> {
      const zone = zoneName(givenZone);
      return await answering(async () => {
        const { rrsets, others } = await reading(context, id, zone, query.cursor === undefined);
        const dns = await access.open(context.sql, id);
        const search = query.search?.toLowerCase() ?? '';
        const matching = rrsets.filter(
          ({ name, type, values }) =>
            (query.type === undefined || type === query.type) &&
            (name.includes(search) || values.some((value) => value.toLowerCase().includes(search))),
        );
        const from = query.cursor === undefined ? 0 : afterPlace(matching, query.cursor);
        const items = matching.slice(from, from + query.limit);
        const last = items.at(-1);
        const hasMore = from + items.length < matching.length;
        return {
          items: items.map((rrset) => setOf(rrset, zone, dns)),
          next: hasMore && last !== undefined ? `${last.name} ${last.type}` : null,
          ...{ total: matching.length, others },
        };
      });
    },

    async find(
      context: Context,
      id: string,
      givenZone: string,
      given: RrsetKey,
    ): Promise<{ record: RecordSet | null; version: string }> {
      const zone = zoneName(givenZone);
      return await answering(async () => {
        const dns = await access.open(context.sql, id);
        const key = { name: ownName(given.name, zone, 'query.name'), type: given.type };
        const { rrset, version } = await dns.find(zone, key, { signal: context.signal });
        return { record: rrset === null ? null : setOf(rrset, zone, dns), version };
      });
    },

    async propagation(
      context: Context,
      id: string,
      givenZone: string,
      given: RrsetKey,
    ): Promise<Propagation> {
      const zone = zoneName(givenZone);
      return await answering(async () => {
        const dns = await access.open(context.sql, id);
        const key = { name: ownName(given.name, zone, 'query.name'), type: given.type };
        const { rrset } = await dns.find(zone, key, { signal: context.signal });
        const values = rrset?.values ?? [];
        const { signal } = context;
        const { views, isEverywhere, worstWaitSeconds } = await propagationOf(
          access.resolver,
          { ...key, values },
          { signal },
        );
        return { ...{ zone, wanted: values, views, isEverywhere, worstWaitSeconds } };
      });
    },
  };
}

/** A zone's name in an address. Throws BAD_INPUT. */
export function zoneName(text: string): string {
  return refusing('params.zone', () => canonicalName(text));
}

/** The whole name of what somebody wrote below a zone. Throws BAD_INPUT. */
export function ownName(text: string, zone: string, path: string): string {
  return refusing(path, () => absoluteName(text, zone));
}

/** Turns a name or record that DNS does not take into BAD_INPUT at its field. */
export function refusing<T>(path: string | ((field: InvalidRecord['field']) => string), work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InvalidRecord)) throw error;
    const at = typeof path === 'string' ? path : path(error.field);
    throw new AppError('BAD_INPUT', error.message, {
      fields: [{ path: at, message: error.message }],
      cause: error,
    });
  }
}

/** What a provider said, as callers get it. */
export async function answering<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InvalidRecord) throw new AppError('BAD_INPUT', error.message, { cause: error });
    if (!(error instanceof DriverError)) throw error;
    const retryAfterSeconds = Math.ceil(error.retryAfterSeconds ?? 5);
    if (error.kind === 'unavailable')
      throw new AppError('UNAVAILABLE', error.message, { cause: error, retryAfterSeconds });
    if (error.kind === 'rate-limited')
      throw new AppError('RATE_LIMITED', error.message, { cause: error, retryAfterSeconds });
    throw new AppError('UPSTREAM_REJECTED', error.message, { cause: error });
  }
}

function afterPlace(rrsets: Rrset[], cursor: string): number {
  const [name = '', type = ''] = cursor.split(' ');
  const at = rrsets.findIndex(
    (rrset) => compareNames(rrset.name, name) > 0 || (rrset.name === name && rrset.type > type),
  );
  return at === -1 ? rrsets.length : at;
}

function setOf(rrset: Rrset, zone: string, dns: Dns): RecordSet {
  const isOwnNs = rrset.type === 'NS' && rrset.name === zone;
  return {
    ...rrset,
    shortName: relativeName(rrset.name, zone),
    version: versionOf(rrset),
    isWritable: dns.capabilities().types.includes(rrset.type) && !isOwnNs,
  };
}

function unlisted(): AppError {
  return new AppError(
    'UNLISTED',
    'This account does not tell which records a zone has; single names can be looked up and changed.',
  );
}
