import { systemClock } from '@nebula/clock';
import { DriverError } from '@nebula/errors';
import { openDriver } from './driver.ts';
import { LayerFault } from './faults.ts';
import { processLocks } from './locks.ts';
import type { Capabilities, Dns, Driver } from './port.ts';
import { gatherRrsets, recordTypes, type Rrset, type RrsetKey } from './record.ts';

/** A provider in memory, and what a test does to it. */
export interface FakeDns extends Dns {
  /** Puts an rrset there behind everybody's back. */
  put(zone: string, rrset: Rrset): void;
  /** Takes one away behind everybody's back. */
  drop(zone: string, key: RrsetKey): void;
  /** Everything fails with this from now on; null ends it. */
  fail(error: DriverError | null): void;
  /** Writes so far, as `upsert www.example.com A`. */
  writes: string[];
}

const capabilities: Capabilities = {
  types: recordTypes.filter((type) => type !== 'SOA'),
  lists: true,
  minimumTtl: 1,
  maximumTtl: 2_147_483_647,
  hasWildcards: true,
  writes: 'rrset',
  comparesAndSets: false,
  propagationSeconds: 0,
  limits: [],
};

/** A {@link FakeDns} with these zones, empty. */
export function fakeDns(zones: string[]): FakeDns {
  const kept = new Map(zones.map((zone) => [zone, new Map<string, Rrset>()]));
  const writes: string[] = [];
  let failure: DriverError | null = null;
  const keyOf = ({ name, type }: RrsetKey) => `${name} ${type}`;

  function rrsetsOf(zone: string, signal?: AbortSignal): Map<string, Rrset> {
    signal?.throwIfAborted();
    if (failure !== null) throw failure;
    const rrsets = kept.get(zone);
    if (rrsets === undefined)
      throw new LayerFault('zone', 'rejected', `This account does not hold the zone ${zone}.`);
    return rrsets;
  }

  const driver: Driver = {
    capabilities: () => capabilities,
    unusedLayers: () => [],
    async listZones(signal) {
      signal?.throwIfAborted();
      if (failure !== null) throw failure;
      return zones;
    },
    async read(zone, signal) {
      const records = [...rrsetsOf(zone, signal).values()].flatMap(({ values, ...rest }) =>
        values.map((value) => ({ ...rest, value })),
      );
      return gatherRrsets(records);
    },
    async write({ zone, key, after }, { signal }) {
      const rrsets = rrsetsOf(zone, signal);
      writes.push(`${after === null ? 'remove' : 'upsert'} ${keyOf(key)}`);
      if (after === null) rrsets.delete(keyOf(key));
      else rrsets.set(keyOf(key), after);
    },
  };
  return {
    ...openDriver(driver, { locks: processLocks(), clock: systemClock, account: 'fake' }),
    writes,
    put: (zone, rrset) => void kept.get(zone)?.set(keyOf(rrset), rrset),
    drop: (zone, key) => void kept.get(zone)?.delete(keyOf(key)),
    fail(error) {
      failure = error;
    },
  };
}
