import { type Dns, hasSameValues, type Rrset, type Version } from '@nebula/dns';
import { AppError } from '@nebula/errors';
import type { StepContext } from '@nebula/journal';
import { rrsetText } from './evidence.ts';
import type { DomainParts } from './parts.ts';
import type { DomainRow } from './store.ts';

/** The types of records that lead to a machine. */
export const addressTypes = ['A', 'AAAA'] as const;
export type AddressType = (typeof addressTypes)[number];

/** A change of one rrset that was decided on, with what stood there when it was. */
export interface RecordChange {
  type: AddressType;
  before: Rrset | null;
  /** Version of `before`. */
  version: Version;
  /** Null takes the rrset away. */
  after: Rrset | null;
}

/** Longest wait for a limit of the provider: the longest of ZoneEdit's is ten minutes. */
const patienceMs = 15 * 60_000;
/** Short, since a home's address changes. */
const wishedTtl = 300;

/**
 * Decides what is to change so that a name leads to these addresses. What somebody else put there is not replaced unless a
 * person said so.
 *
 * @throws AppError RECORD_TAKEN with what stands there
 */
export async function planRecords(
  row: DomainRow,
  dns: Dns,
  zone: string,
  addresses: { A: string | null; AAAA: string | null },
  replaces: boolean,
  signal: AbortSignal,
): Promise<RecordChange[]> {
  const { minimumTtl, maximumTtl, types } = dns.capabilities();
  const ttl = Math.min(Math.max(wishedTtl, minimumTtl), maximumTtl);
  const changes: RecordChange[] = [];
  for (const type of addressTypes) {
    const { rrset, version } = await dns.find(zone, { name: row.name, type }, { signal });
    const wanted = addresses[type];
    const ours = row.records[type] ?? [];
    const isOurs = rrset === null || hasSameValues(rrset, { ...rrset, values: ours });
    const after = wanted === null ? null : { name: row.name, type, ttl, values: [wanted] };
    if (hasSameValues(rrset, after)) continue;
    // What we never wrote and do not need is not ours to take away.
    if (after === null && !isOurs) {
      throw new AppError(
        'RECORD_TAKEN',
        `${rrsetText(rrset)} stands in ${zone}, but this machine has no such address. Visitors would be led there. Remove it, or allow to replace records.`,
      );
    }
    if (!isOurs && !replaces) {
      throw new AppError(
        'RECORD_TAKEN',
        `${zone} already has ${rrsetText(rrset)}, which was not put there from here; wanted is ${rrsetText(after)}. Allow to replace records if it should go.`,
      );
    }
    if (after !== null && !types.includes(type)) {
      if (type === 'A') throw new AppError('RECORD_UNSUPPORTED', 'This account cannot write A records.');
      continue;
    }
    changes.push({ type, before: rrset, version, after });
  }
  return changes;
}

type Owned = DomainRow['records'];

/** Values of ours after changes: what was ours before and what was written now, never what somebody else put there. */
export function ownedAfter(prior: Owned, changes: readonly RecordChange[]): Owned {
  return withValues(prior, changes, ({ after }) => after?.values);
}

/** The same of what is ours by now: what somebody settled since the changes were decided on stays as they left it. */
export function ownedSince(owned: Owned, prior: Owned, changes: readonly RecordChange[]): Owned {
  const unsettled = changes.filter(({ type }) => isSame(owned[type], prior[type]));
  return ownedAfter(owned, unsettled);
}

/** Values of ours once changes are taken back; what somebody settled after them stays as they left it. */
export function ownedBefore(owned: Owned, prior: Owned, changes: readonly RecordChange[]): Owned {
  const unsettled = changes.filter(({ type, after }) => isSame(owned[type], after?.values));
  return withValues(owned, unsettled, ({ type }) => prior[type]);
}

function withValues(
  owned: Owned,
  changes: readonly RecordChange[],
  valuesOf: (change: RecordChange) => string[] | undefined,
): Owned {
  const next = { ...owned };
  for (const change of changes) {
    const values = valuesOf(change);
    if (values === undefined) delete next[change.type];
    else next[change.type] = values;
  }
  return next;
}

function isSame(one: readonly string[] | undefined, other: readonly string[] | undefined): boolean {
  return one?.join('\n') === other?.join('\n');
}

/** Makes the changes that are not made yet. */
export async function makeChanges(
  dns: Dns,
  zone: string,
  changes: readonly RecordChange[],
  { signal, progress, name }: Pick<StepContext<unknown>, 'signal' | 'progress'> & { name: string },
): Promise<void> {
  for (const { type, version, after } of changes) {
    const { rrset } = await dns.find(zone, { name, type }, { signal });
    if (hasSameValues(rrset, after)) continue;
    const options = {
      expected: version,
      patienceMs,
      signal,
      tell: (message: string) => progress(null, message),
    };
    if (after === null) await dns.remove(zone, { name, type }, options);
    else await dns.upsert(zone, after, options);
  }
}

/** Whether the changes are made: all, none or something else. */
export async function lookAtChanges(
  dns: Dns,
  zone: string,
  name: string,
  changes: readonly RecordChange[],
  signal: AbortSignal,
): Promise<'done' | 'not-done' | 'unknown'> {
  for (const { type, before, after } of changes) {
    const { rrset } = await dns.find(zone, { name, type }, { signal });
    if (hasSameValues(rrset, after)) continue;
    return hasSameValues(rrset, before) ? 'not-done' : 'unknown';
  }
  return 'done';
}

/** Puts back what stood there, where it still is what we wrote. */
export async function takeBackChanges(
  dns: Dns,
  zone: string,
  changes: readonly RecordChange[],
  { signal, progress, name }: Pick<StepContext<unknown>, 'signal' | 'progress'> & { name: string },
): Promise<void> {
  for (const { type, before, after } of changes.toReversed()) {
    const { rrset, version } = await dns.find(zone, { name, type }, { signal });
    if (!hasSameValues(rrset, after) || hasSameValues(rrset, before)) continue;
    const options = {
      expected: version,
      patienceMs,
      signal,
      tell: (message: string) => progress(null, message),
    };
    if (before === null) await dns.remove(zone, { name, type }, options);
    else await dns.upsert(zone, before, options);
  }
}

/** The account that keeps a domain's records; null when they are kept elsewhere. Throws PROVIDER_UNKNOWN. */
export async function accountOf(
  row: DomainRow,
  parts: DomainParts,
): Promise<{ dns: Dns; zone: string; name: string } | null> {
  if (row.dns.kind === 'elsewhere') return null;
  const opened = await parts.naming.open(row.dns.providerId);
  if (opened === null)
    throw new AppError('PROVIDER_UNKNOWN', 'The DNS provider of this domain is not there any more.');
  return { ...opened, zone: row.dns.zone };
}

/** Whether records of a domain were kept by a provider that somebody removed since. */
export async function isKeeperGone(
  { dns }: Pick<DomainRow, 'dns'>,
  { naming }: Pick<DomainParts, 'naming'>,
): Promise<boolean> {
  return dns.kind === 'provider' && (await naming.open(dns.providerId)) === null;
}
