import type { Clock } from '@nebula/clock';
import type { Database, Sql } from '@nebula/db';
import {
  createResolver,
  type Dns,
  type Locks,
  openDns,
  processLocks,
  ProviderSettings,
  type ProviderSecrets,
  type Resolver,
  type Waits,
  zoneHolding,
} from '@nebula/dns';
import { AppError } from '@nebula/errors';
import type { Vault } from '@nebula/vault';
import { z } from 'zod';
import type { Resources } from '../../resources.ts';
import { CheckReport } from './contract-providers.ts';
import { providerById, type ProviderRow, providersAfter, setWait, tryZoneLock, waitUntil } from './store.ts';

/** A zone and the provider that holds it. */
export interface HeldZone {
  providerId: string;
  providerName: string;
  zone: string;
}

/** The way of other features to DNS. */
export interface DnsAccess {
  /** Asks name servers, with the resolvers that are configured. */
  readonly resolver: Resolver;
  /** Opens a provider. Throws NOT_FOUND. */
  open(sql: Sql, providerId: string): Promise<Dns>;
  /** Opens one that is not stored as it stands, to test it. */
  openWith(provider: { id: string; settings: ProviderSettings; secrets: ProviderSecrets }): Promise<Dns>;
  /** All zones of all providers, as their last test found them. */
  zones(sql: Sql): Promise<HeldZone[]>;
  /** Every provider by name, whatever its last test found. */
  providers(sql: Sql): Promise<{ id: string; name: string }[]>;
  /** The zone that holds a name and who keeps it; null when no provider does. */
  holding(sql: Sql, name: string): Promise<HeldZone | null>;
  /** The secrets of a provider. */
  secretsOf(row: ProviderRow): ProviderSecrets;
  /** Lets a feature tell which names' records it keeps at a provider. */
  tellNames(names: NamesKept): void;
  /** Names whose records features keep at a provider, in order. */
  namesAt: NamesKept;
}

/** Names that somebody keeps at a provider. */
export type NamesKept = (sql: Sql, providerId: string) => Promise<string[]>;

type Parts = Pick<Resources, 'database' | 'vault' | 'outbound' | 'clock' | 'dnsResolvers' | 'dnsPort'>;

const Secrets = z.record(z.string(), z.string());
const mostProviders = 200;
const accesses = new WeakMap<Database, DnsAccess>();

/** Name under which the secrets of a provider are sealed. */
export const sealName = (id: string) => `dns-provider:${id}`;

/** The one {@link DnsAccess} of an application: sessions and turns are shared by all who use it. */
export function dnsAccess(parts: Parts): DnsAccess {
  const known = accesses.get(parts.database);
  if (known !== undefined) return known;
  const made = createAccess(parts);
  accesses.set(parts.database, made);
  return made;
}

function createAccess({ database, vault, outbound, clock, dnsResolvers, dnsPort }: Parts): DnsAccess {
  const resolver = createResolver({ servers: dnsResolvers, authoritativePort: dnsPort });
  const locks = databaseLocks(database, clock);
  const opened = new Map<string, { updatedAt: number; dns: Promise<Dns> }>();
  const secretsOf = (row: ProviderRow) => openSecrets(vault, row);
  const keepers: NamesKept[] = [];

  const openWith: DnsAccess['openWith'] = ({ id, settings, secrets }) =>
    openDns(settings, secrets, {
      ...{ outbound, clock, locks, resolver },
      account: id,
      waits: storedWaits(database, id),
    });

  return {
    ...{ resolver, openWith, secretsOf },
    tellNames: (names) => void keepers.push(names),
    async namesAt(sql, providerId) {
      const names: string[] = [];
      for (const keeper of keepers) names.push(...(await keeper(sql, providerId)));
      return [...new Set(names)].sort();
    },
    async open(sql, providerId) {
      const row = await providerById(sql, providerId);
      if (row === undefined) throw new AppError('NOT_FOUND', 'There is no such DNS provider any more.');
      const kept = opened.get(providerId);
      if (kept?.updatedAt === row.updatedAt.getTime()) return await kept.dns;
      const dns = openWith({
        id: row.id,
        settings: ProviderSettings.parse(row.settings),
        secrets: secretsOf(row),
      });
      opened.set(providerId, { updatedAt: row.updatedAt.getTime(), dns });
      return await dns;
    },
    zones: async (sql) => (await providersAfter(sql, null, mostProviders)).flatMap(zonesOf),
    providers: async (sql) =>
      (await providersAfter(sql, null, mostProviders)).map(({ id, name }) => ({ id, name })),
    async holding(sql, name) {
      const zones = (await providersAfter(sql, null, mostProviders)).flatMap(zonesOf);
      const best = zoneHolding(
        name,
        zones.map(({ zone }) => zone),
      );
      return zones.find(({ zone }) => zone === best) ?? null;
    },
  };
}

function zonesOf(row: ProviderRow): HeldZone[] {
  const found = CheckReport.nullable().catch(null).parse(row.lastCheck);
  return (found?.zones ?? []).map((zone) => ({ providerId: row.id, providerName: row.name, zone }));
}

function openSecrets(vault: Vault, { id, secrets }: ProviderRow): ProviderSecrets {
  return Secrets.parse(JSON.parse(vault.open(sealName(id), secrets, secretValues)));
}

/** What of the sealed document is secret. */
export function secretValues(document: string): string[] {
  return Object.values(Secrets.parse(JSON.parse(document)));
}

function storedWaits({ sql }: Database, providerId: string): Waits {
  return {
    get: (key) => waitUntil(sql, providerId, key),
    set: (key, until) => setWait(sql, providerId, key, until),
  };
}

const retryMs = 250;
/** Each turn holds a connection, and needs others beside it. */
const turnsAtOnce = 3;

/** Turns per zone in this process, then across processes by a lock of the database. */
function databaseLocks(database: Database, clock: Clock): Locks {
  const turns = processLocks();
  let next = 0;
  return {
    hold: (key, signal, work) =>
      turns.hold(key, signal, () => {
        next = (next + 1) % turnsAtOnce;
        return turns.hold(`slot ${next}`, signal, () =>
          database.transaction(async (sql) => {
            while (!(await tryZoneLock(sql, key))) await clock.sleep(retryMs, signal);
            return await work();
          }),
        );
      }),
  };
}
