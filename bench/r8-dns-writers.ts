import { systemClock } from '@nebula/clock';
import {
  createResolver,
  memoryWaits,
  openDns,
  parseValue,
  processLocks,
  type Rrset,
  zoneFileValue,
} from '@nebula/dns';
import { twoWriters, type WritersOutcome } from '@nebula/dns/two-writers';
import { createOutbound } from '@nebula/outbound';
import { startPowerDns, startZoneEdit } from '@nebula/testbed';
import type { BenchOptions, Figure } from './bench.ts';

const zone = 'writers.example';

/** R8: two writers through us on one zone and a foreign one past us, at a real PowerDNS and at ZoneEdit's panel, which takes a type whole. */
export async function run({ quick }: BenchOptions): Promise<Figure[]> {
  const rounds = quick ? 10 : 100;
  const outcomes = { PowerDNS: await atPowerDns(rounds), ZoneEdit: await atZoneEdit(rounds) };
  return Object.entries(outcomes).flatMap(([name, outcome]) => figuresOf(name, outcome, rounds));
}

const parts = () => ({
  ...{ outbound: createOutbound(), clock: systemClock, locks: processLocks(), waits: memoryWaits() },
  ...{ resolver: createResolver(), account: 'bench' },
});

async function atPowerDns(rounds: number): Promise<WritersOutcome> {
  await using server = await startPowerDns();
  await server.addZone(zone);
  const given = parts();
  const open = () =>
    openDns({ kind: 'powerdns', url: server.url, server: 'localhost' }, { apiKey: server.apiKey }, given);
  const putBehind = ({ name, type }: Pick<Rrset, 'name' | 'type'>, rrset: Rrset | null) =>
    server.put(zone, {
      name,
      type,
      values: (rrset?.values ?? []).map((value) => zoneFileValue(parseValue(type, value))),
    });
  return await twoWriters({ zone, writers: [await open(), await open()], putBehind }, rounds);
}

async function atZoneEdit(rounds: number): Promise<WritersOutcome> {
  await using provider = await startZoneEdit({ zones: [zone] });
  const given = parts();
  const { user: username, password } = provider.account;
  const places = { panelUrl: provider.url, dynamicUrl: provider.url, nameServers: [] };
  const open = () => openDns({ kind: 'zoneedit', username, ...places }, { password }, given);
  const putBehind = async ({ name }: Pick<Rrset, 'name'>, rrset: Rrset | null) => {
    const host = name.slice(0, -zone.length - 1);
    const others = provider.rows(zone, 'a').filter((row) => row.host !== host);
    const own = (rrset?.values ?? []).map((ip) => ({ host, ttl: rrset?.ttl ?? 300, values: { ip } }));
    provider.setRows(zone, 'a', [...others, ...own]);
  };
  return await twoWriters({ zone, writers: [await open(), await open()], putBehind }, rounds);
}

function figuresOf(
  name: string,
  { lost, written, foreignChanges, noticed }: WritersOutcome,
  rounds: number,
): Figure[] {
  const share = foreignChanges === 0 ? 0 : (100 * noticed) / foreignChanges;
  return [
    {
      ...{
        id: 'R8',
        what: `records lost by two writers at ${name}`,
        figure: lost.length,
        unit: 'records',
        target: '0',
      },
      met: lost.length === 0,
      detail: `${written} writes in ${rounds} rounds${lost.length === 0 ? '' : `; lost: ${lost.slice(0, 5).join(', ')}`}`,
    },
    {
      ...{
        id: 'R8',
        what: `foreign changes noticed and offered at ${name}`,
        figure: share,
        unit: '%',
        target: '100 %',
      },
      met: noticed === foreignChanges,
      detail: `${noticed} of ${foreignChanges}`,
    },
  ];
}
