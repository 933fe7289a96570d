import type { Clock } from '@nebula/clock';
import { DriverError } from '@nebula/errors';
import type { Outbound } from '@nebula/outbound';
import { LayerFault, MustWait } from '../../faults.ts';
import { processLocks } from '../../locks.ts';
import type { Capabilities, Change, Driver, DriverWriteOptions } from '../../port.ts';
import { gatherRrsets, type RawRecord, type RecordType } from '../../record.ts';
import { createResolver, type Resolver } from '../../resolve/resolver.ts';
import { Pacer, type Waits } from '../../waits.ts';
import { nameServerText } from '../../wire/exchange.ts';
import { locateServer } from '../../wire/locate.ts';
import { rrsetAt } from '../../resolve/by-query.ts';
import { callerOf } from '../../call.ts';
import { dynamicChannel } from './dynamic.ts';
import { NeedsSecondFactor, openPanel } from './panel.ts';
import { changedPage, panelTypes, recordsOn } from './rows.ts';

/** An account at ZoneEdit and the channels it can use. */
export interface ZoneEditOptions {
  username: string;
  /** Password of the control panel; null leaves that channel out. */
  password: string | null;
  /** The Dynamic Authentication token of each zone. */
  tokens: Readonly<Record<string, string>>;
  panelUrl?: string;
  dynamicUrl?: string;
  /** Who is asked where the panel cannot be; ZoneEdit's own servers unless given. */
  nameServers?: readonly string[];
  outbound: Outbound;
  clock: Clock;
  waits: Waits;
}

const own = { panel: 'https://cp.zoneedit.com', dynamic: 'https://dynamic.zoneedit.com' };
const ownNameServers = ['dns1.zoneedit.com', 'dns2.zoneedit.com', 'dns3.zoneedit.com'];

/**
 * ZoneEdit, which has no API of zones and records: its control panel where a password without a second factor is given, and
 * its dynamic channel where a zone's token is.
 */
export function openZoneEdit(options: ZoneEditOptions): Driver {
  const { username, password, tokens, outbound, clock, waits } = options;
  const panelUrl = options.panelUrl ?? own.panel;
  const panel =
    password === null
      ? null
      : openPanel({ caller: callerOf(outbound, panelUrl, 'ZoneEdit', 'public'), username, password });
  const dynamic = dynamicChannel({
    caller: callerOf(outbound, options.dynamicUrl ?? own.dynamic, 'ZoneEdit', 'public'),
    ...{ username, tokens, clock, pacer: new Pacer(waits, clock) },
  });
  // The panel keeps one selected zone per session.
  const turns = processLocks();
  let needsSecondFactor = false;

  function usesPanel(): boolean {
    return panel !== null && !needsSecondFactor;
  }

  /** Work at the panel; null when this account cannot use it. */
  async function atPanel<T>(
    signal: AbortSignal | undefined,
    work: (open: NonNullable<typeof panel>) => Promise<T>,
  ): Promise<T | null> {
    if (panel === null || needsSecondFactor) return null;
    try {
      return await turns.hold('panel', signal, () => work(panel));
    } catch (error) {
      if (!(error instanceof NeedsSecondFactor)) throw error;
      needsSecondFactor = true;
      if (Object.keys(tokens).length === 0) throw error;
      return null;
    }
  }

  async function writeAtPanel(change: Change, signal: AbortSignal | undefined): Promise<boolean> {
    const kind = panelTypes.find(({ type }) => type === change.key.type);
    if (kind === undefined)
      throw new DriverError('unsupported', `ZoneEdit's panel takes no ${change.key.type} records.`);
    const done = await atPanel(signal, async (open) => {
      const fields = await open.open(change.zone, kind.page, signal);
      await open.save(kind.page, changedPage(fields, kind, change), signal);
      return true;
    });
    return done ?? false;
  }

  /** Whether it went through the dynamic channel; where the panel can do it too, a limit is no reason to wait. */
  async function writeDynamically(change: Change, given: DriverWriteOptions): Promise<boolean> {
    const isAddress = change.key.type === 'A' && change.before?.ttl === change.after?.ttl;
    if (!dynamic.canMake(change) || (usesPanel() && !isAddress)) return false;
    try {
      await dynamic.make(change, given);
      return true;
    } catch (error) {
      if (error instanceof MustWait && usesPanel()) return false;
      throw error;
    }
  }

  return {
    capabilities: () => capabilitiesOf(usesPanel(), needsSecondFactor, Object.keys(tokens)),
    unusedLayers: () => (panelUrl.startsWith('https:') ? [] : ['tls']),
    listZones: async (signal) => (await atPanel(signal, (open) => open.zones(signal))) ?? Object.keys(tokens),
    async read(zone, signal) {
      return await atPanel(signal, async (open) => {
        const records: RawRecord[] = [];
        for (const kind of panelTypes)
          records.push(...recordsOn(await open.open(zone, kind.page, signal), kind, zone));
        return gatherRrsets(records);
      });
    },
    async find(zone, key, signal) {
      if (tokens[zone] === undefined)
        throw new LayerFault('zone', 'rejected', `There is no token for the zone ${zone}.`);
      const resolver = await serversOf(options.nameServers ?? ownNameServers, signal);
      return await rrsetAt(resolver, resolver.servers, key, signal);
    },
    async provesRight(zone, signal) {
      if (tokens[zone] !== undefined) await dynamic.signIn(zone, signal);
    },
    async write(change, given) {
      if (await writeDynamically(change, given)) return;
      if (await writeAtPanel(change, given.signal)) return;
      throw new DriverError(
        'unsupported',
        'Without the control panel, ZoneEdit only changes the address of a host that is there, and texts of zones with a token.',
      );
    },
  };
}

async function serversOf(names: readonly string[], signal: AbortSignal | undefined): Promise<Resolver> {
  const located = await Promise.all(names.map((name) => locateServer(name, signal)));
  return createResolver({ servers: located.map(nameServerText) });
}

function capabilitiesOf(hasPanel: boolean, needsSecondFactor: boolean, zones: string[]): Capabilities {
  const panelTypesOnly: RecordType[] = panelTypes.map(({ type }) => type);
  const limits = [
    ...(needsSecondFactor
      ? [
          'The control panel asks for a second factor, so records cannot be listed, made or removed from here.',
        ]
      : []),
    ...(!hasPanel && !needsSecondFactor
      ? ['Without the password of the control panel, records cannot be listed, made or removed from here.']
      : []),
    ...(zones.length > 0
      ? ['The address of a host changes at most every 10 minutes without the control panel.']
      : []),
  ];
  return {
    types: hasPanel ? panelTypesOnly : zones.length > 0 ? ['A', 'TXT'] : [],
    lists: hasPanel,
    minimumTtl: 60,
    maximumTtl: 86_400,
    hasWildcards: true,
    writes: hasPanel ? 'type' : 'record',
    comparesAndSets: false,
    propagationSeconds: 120,
    limits,
  };
}
