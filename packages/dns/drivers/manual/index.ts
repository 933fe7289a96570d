import type { Clock } from '@nebula/clock';
import { DriverError } from '@nebula/errors';
import { LayerFault } from '../../faults.ts';
import type { Capabilities, Change, Driver } from '../../port.ts';
import { parseValue, recordTypes, zoneFileValue } from '../../record.ts';
import { propagationOf } from '../../resolve/propagation.ts';
import type { Resolver } from '../../resolve/resolver.ts';
import { rrsetAt } from '../../resolve/by-query.ts';

/** Zones that a person keeps by hand at a provider that nothing here speaks with. */
export interface ManualOptions {
  /** Canonical. */
  zones: string[];
  resolver: Resolver;
  clock: Clock;
  /** Milliseconds between two looks; 15 s unless given. */
  pollMs?: number;
}

const capabilities: Capabilities = {
  types: recordTypes.filter((type) => type !== 'SOA'),
  lists: false,
  minimumTtl: 1,
  maximumTtl: 2_147_483_647,
  hasWildcards: true,
  writes: 'hand',
  comparesAndSets: false,
  propagationSeconds: 600,
  limits: [
    'Every change is entered by a person; it counts as made once all name servers of the zone show it.',
  ],
};

/** Says exactly what to enter and looks until all name servers of the zone show it, or the caller gives up. */
export function openManual({ zones, resolver, clock, pollMs = 15_000 }: ManualOptions): Driver {
  const refuseForeign = (zone: string) => {
    if (!zones.includes(zone))
      throw new LayerFault('zone', 'rejected', `The zone ${zone} is not one of these.`);
  };
  return {
    capabilities: () => capabilities,
    unusedLayers: () => ['tls', 'sign-in', 'right'],
    listZones: async () => zones,
    read: async () => null,
    async find(zone, key, signal) {
      refuseForeign(zone);
      const { servers } = await resolver.authoritative(key.name, { signal });
      return await rrsetAt(
        resolver,
        servers.map(({ at }) => at),
        key,
        signal,
      );
    },
    async provesRight(zone, signal) {
      const authority = await resolver.authoritative(zone, { signal });
      if (authority.zone !== zone)
        throw new LayerFault(
          'zone',
          'rejected',
          `${zone} is not a zone of its own; ${authority.zone} holds it.`,
        );
    },
    async write(change, { signal, tell }) {
      const { name, type } = change.key;
      const wanted = { name, type, values: change.after?.values ?? [] };
      for (;;) {
        const { views, isEverywhereAuthoritative } = await propagationOf(resolver, wanted, { signal });
        if (isEverywhereAuthoritative) return;
        const own = views.filter(({ role }) => role === 'authoritative');
        const done = own.filter(({ state }) => state === 'as-wanted').length;
        tell(`${instructionFor(change)}\n${done} of ${own.length} name servers show it.`, null);
        await clock.sleep(pollMs, signal);
      }
    },
  };
}

/** What a person has to do, in the words of a zone file. Throws a DriverError for nothing to do. */
export function instructionFor({ zone, key, before, after }: Change): string {
  const line = (ttl: number, value: string) =>
    `${key.name}. ${ttl} IN ${key.type} ${zoneFileValue(parseValue(key.type, value))}`;
  const old = (before?.values ?? []).filter((value) => after?.values.includes(value) !== true);
  const fresh = (after?.values ?? []).filter((value) => before?.values.includes(value) !== true);
  if (old.length + fresh.length === 0)
    throw new DriverError('rejected', 'Only the time to live differs; name servers do not prove that.');
  return [
    `At the provider of ${zone}:`,
    ...old.map((value) => `remove ${line(before?.ttl ?? 0, value)}`),
    ...fresh.map((value) => `add ${line(after?.ttl ?? 0, value)}`),
  ].join('\n');
}
