import type { Clock } from '@nebula/clock';
import { DriverError } from '@nebula/errors';
import { checkDriver } from './check.ts';
import { DnsConflict, MustWait } from './faults.ts';
import { type Locks, processLocks } from './locks.ts';
import type { Change, Dns, Driver, Found, WriteOptions, Written, ZoneRecords } from './port.ts';
import {
  canonicalName,
  InvalidRecord,
  isWithinZone,
  type Rrset,
  type RrsetKey,
  writableRrset,
} from './record.ts';
import { hasSameValues, versionOf, zoneVersion } from './version.ts';

/** What is put around a driver. */
export interface DriverParts {
  locks: Locks;
  clock: Clock;
  /** Says whose zones these are, so that two accounts that hold zones of one name do not wait for each other. */
  account: string;
}

/**
 * Makes a {@link Dns} of a driver: names and records are proven, writers through us take turns per zone, each rrset is read
 * again right before it is written and compared with what the caller saw, and read again afterwards.
 */
export function openDriver(driver: Driver, parts: DriverParts): Dns {
  const handTurns = processLocks();

  async function read(zone: string, signal: AbortSignal | undefined): Promise<ZoneRecords | null> {
    signal?.throwIfAborted();
    const found = await driver.read(zone, signal);
    return found === null ? null : { zone, ...found, version: zoneVersion(found.rrsets, found.others) };
  }

  /** The rrset and what else stands at its name, as far as that is told. */
  async function look(zone: string, key: RrsetKey, signal: AbortSignal | undefined) {
    signal?.throwIfAborted();
    if (driver.find !== undefined && !driver.capabilities().lists) {
      // Beside a CNAME there is nothing, so one question tells.
      const alias =
        key.type === 'CNAME' ? null : await driver.find(zone, { name: key.name, type: 'CNAME' }, signal);
      const siblings = alias === null ? [] : [alias];
      return { rrset: await driver.find(zone, key, signal), siblings, isOther: false };
    }
    const records = await read(zone, signal);
    if (records === null) throw unlisted();
    const atName = records.rrsets.filter(({ name }) => name === key.name);
    const isOther = records.others.some(({ name, type }) => name === key.name && type === key.type);
    const rrset = atName.find(({ type }) => type === key.type) ?? null;
    return { rrset, siblings: atName.filter(({ type }) => type !== key.type), isOther };
  }

  async function write(
    zone: string,
    key: RrsetKey,
    wanted: Rrset | null,
    options: WriteOptions,
  ): Promise<Written> {
    const tell = options.tell ?? (() => undefined);
    for (;;) {
      try {
        const work = () => writeNow(zone, key, wanted, options);
        // A person at another provider takes days; only who wants the same records waits for them.
        if (driver.capabilities().writes === 'hand')
          return await handTurns.hold(`${zone} ${key.name} ${key.type}`, options.signal, work);
        return await parts.locks.hold(`${parts.account} ${zone}`, options.signal, work);
      } catch (error) {
        const waitMs = waitOf(error, parts.clock.now());
        if (waitMs === null || waitMs > (options.patienceMs ?? 0)) throw error;
        const until = new Date(parts.clock.now().getTime() + waitMs);
        tell(error instanceof Error ? error.message : '', until);
        await parts.clock.sleep(Math.max(waitMs, 50), options.signal);
      }
    }
  }

  async function writeNow(
    zone: string,
    key: RrsetKey,
    wanted: Rrset | null,
    options: WriteOptions,
  ): Promise<Written> {
    const { signal, expected } = options;
    const { rrset: before, siblings, isOther } = await look(zone, key, signal);
    if (isOther) {
      throw new DriverError(
        'rejected',
        `${key.name} has ${key.type} records that are not understood; they are left alone.`,
      );
    }
    const version = versionOf(before);
    // What a run that was interrupted has done already is done.
    if (version === versionOf(wanted)) return { before, after: before, version, isConfirmed: true };
    if (version !== expected) throw new DnsConflict(zone, key, { wanted, found: before });
    if (wanted !== null) refuseNeighbours(wanted, siblings);
    const change: Change = { zone, key, before, after: wanted };
    await driver.write(change, { signal, tell: options.tell ?? (() => undefined) });
    return await confirm(change, signal);
  }

  async function confirm(
    { zone, key, before, after }: Change,
    signal: AbortSignal | undefined,
  ): Promise<Written> {
    if (!driver.capabilities().lists) return { before, after, version: versionOf(after), isConfirmed: false };
    const { rrset } = await look(zone, key, signal);
    if (!hasSameValues(rrset, after)) {
      throw new DriverError(
        'rejected',
        `The provider took the ${key.type} records of ${key.name}, but shows others afterwards.`,
      );
    }
    return { before, after: rrset, version: versionOf(rrset), isConfirmed: true };
  }

  return {
    capabilities: () => driver.capabilities(),
    listZones: async ({ signal } = {}) => (await driver.listZones(signal)).map((name) => ({ name })),
    async listRecords(zone, { signal } = {}) {
      const records = await read(canonicalName(zone), signal);
      if (records === null) throw unlisted();
      return records;
    },
    async find(zone, key, { signal } = {}): Promise<Found> {
      const { rrset } = await look(canonicalName(zone), keyIn(key, canonicalName(zone)), signal);
      return { rrset, version: versionOf(rrset) };
    },
    async upsert(zone, given, options) {
      const name = canonicalName(zone);
      const rrset = writableRrset(given, name);
      refuseUnsupported(driver, rrset);
      return await write(name, { name: rrset.name, type: rrset.type }, rrset, options);
    },
    async remove(zone, key, options) {
      const name = canonicalName(zone);
      const proven = keyIn(key, name);
      if (proven.type === 'SOA') throw new InvalidRecord('type', 'The SOA record is kept by the provider.');
      if (proven.type === 'NS' && proven.name === name)
        throw new InvalidRecord('type', 'Without its name servers the zone would be gone.');
      return await write(name, proven, null, options);
    },
    check: ({ signal, zone } = {}) =>
      checkDriver(driver, zone === undefined ? null : canonicalName(zone), signal),
  };
}

/** Milliseconds until a provider that was asked too early, or too often, may be asked again; null for other failures. */
function waitOf(error: unknown, now: Date): number | null {
  if (error instanceof MustWait) return Math.max(0, error.until.getTime() - now.getTime());
  if (!(error instanceof DriverError) || error.kind !== 'rate-limited') return null;
  return (error.retryAfterSeconds ?? 60) * 1000;
}

function keyIn({ name, type }: RrsetKey, zone: string): RrsetKey {
  const canonical = canonicalName(name);
  if (!isWithinZone(canonical, zone))
    throw new InvalidRecord('name', `${canonical} does not lie in the zone ${zone}.`);
  return { name: canonical, type };
}

function refuseUnsupported(driver: Driver, { name, type, ttl }: Rrset): void {
  const { types, minimumTtl, maximumTtl, hasWildcards } = driver.capabilities();
  if (!types.includes(type))
    throw new DriverError('unsupported', `This provider takes no ${type} records from here.`);
  if (ttl < minimumTtl || ttl > maximumTtl)
    throw new InvalidRecord(
      'ttl',
      `This provider takes a time to live from ${minimumTtl} to ${maximumTtl} seconds.`,
    );
  if (name.startsWith('*') && !hasWildcards)
    throw new DriverError('unsupported', 'This provider takes no wildcards from here.');
}

/** A CNAME stands alone at its name (RFC 1034 section 3.6.2). */
function refuseNeighbours({ name, type }: Rrset, siblings: Rrset[]): void {
  const [first] = siblings;
  if (type === 'CNAME' && first !== undefined)
    throw new InvalidRecord('type', `${name} has ${first.type} records; a CNAME cannot stand beside them.`);
  if (siblings.some((one) => one.type === 'CNAME'))
    throw new InvalidRecord('type', `${name} is a CNAME; no other records can stand beside it.`);
}

function unlisted(): DriverError {
  return new DriverError('unsupported', 'This account does not tell which records a zone has.');
}
