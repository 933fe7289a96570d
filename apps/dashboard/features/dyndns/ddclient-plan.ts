import { nameOrNull, registrableDomain, zoneHolding } from '@nebula/dns';
import type { HeldZone } from '../dns/index.ts';
import type { DdclientEntry } from './contract.ts';
import type { ParsedEntry } from './ddclient-parse.ts';

/** What an entry of ddclient becomes here. */
export interface Plan {
  kind: DdclientEntry['kind'];
  obstacle: DdclientEntry['obstacle'];
  /** Canonical; those that are no names are left out. */
  names: string[];
  zone: string | null;
  /** Who holds the zone here already. */
  held: HeldZone | null;
  /** Settings and secrets of a provider to be added; null where one holds the zone or there is an obstacle. */
  provider: {
    settings:
      | { kind: 'zoneedit'; username: string; dynamicUrl?: string }
      | { kind: 'cloudflare'; url?: string };
    secrets: Record<string, string>;
  } | null;
}

const zoneEditServers = ['dynamic.zoneedit.com', 'www.zoneedit.com', 'api.cp.zoneedit.com'];
const cloudflareServers = ['api.cloudflare.com', 'api.cloudflare.com/client/v4', 'www.cloudflare.com'];

/** Says what an entry becomes, from the zones that are held here. */
export async function planEntry(entry: ParsedEntry, zones: readonly HeldZone[]): Promise<Plan> {
  const zone = await zoneOf(entry);
  const names = namesOf(entry, zone);
  const kind = kindOf(entry.protocol);
  const held = heldZone(names, zones);
  const plan = { kind, names, zone: held?.zone ?? zone, held, provider: null };
  if (names.length === 0) return { ...plan, obstacle: 'no-names' };
  // Where the zone is held here already, ddclient's account is not needed.
  if (held !== null) return { ...plan, obstacle: null };
  if (kind === null) return { ...plan, obstacle: 'protocol' };
  if (entry.password === null) return { ...plan, obstacle: 'no-password' };
  if (zone === null) return { ...plan, obstacle: 'no-zone' };
  if (kind === 'cloudflare') {
    // A login other than `token` is an e-mail address, whose password opens the whole account.
    if (entry.login !== null && entry.login !== 'token') return { ...plan, obstacle: 'global-key' };
    const url = addressOf(entry, cloudflareServers);
    const settings = { kind, ...(url === null ? {} : { url: `${url}/client/v4` }) };
    return { ...plan, obstacle: null, provider: { settings, secrets: { token: entry.password } } };
  }
  if (entry.login === null) return { ...plan, obstacle: 'no-login' };
  const dynamicUrl = addressOf(entry, zoneEditServers);
  const settings = { kind, username: entry.login, ...(dynamicUrl === null ? {} : { dynamicUrl }) };
  return { ...plan, obstacle: null, provider: { settings, secrets: { [`token:${zone}`]: entry.password } } };
}

function kindOf(protocol: string): Plan['kind'] {
  if (protocol === 'zoneedit1') return 'zoneedit';
  return protocol === 'cloudflare' ? 'cloudflare' : null;
}

async function zoneOf({ protocol, login, zone, names }: ParsedEntry): Promise<string | null> {
  if (zone !== null) return nameOrNull(zone);
  // There the login is the zone, and hosts stand below it.
  if (protocol === 'namecheap' && login !== null) return nameOrNull(login);
  const found = new Set<string | null>();
  for (const name of names) {
    const canonical = nameOrNull(name);
    found.add(canonical === null ? null : await registrableDomain(canonical));
  }
  const [only] = found;
  return found.size === 1 ? (only ?? null) : null;
}

/** Names below the zone may be written without it, and `@` is the zone itself. */
function namesOf({ names }: ParsedEntry, zone: string | null): string[] {
  const whole = names.flatMap((name) => {
    if (name === '@') return zone === null ? [] : [zone];
    const canonical = nameOrNull(name);
    if (canonical === null) return [];
    return canonical.includes('.') ? [canonical] : zone === null ? [] : [`${canonical}.${zone}`];
  });
  return [...new Set(whole)];
}

/** The one zone here that holds all of them. */
function heldZone(names: readonly string[], zones: readonly HeldZone[]): HeldZone | null {
  const best = new Set(
    names.map((name) =>
      zoneHolding(
        name,
        zones.map(({ zone }) => zone),
      ),
    ),
  );
  const [only] = best;
  return best.size === 1 ? (zones.find(({ zone }) => zone === only) ?? null) : null;
}

/** The address of another server than the usual ones; null for those. */
function addressOf({ server, isPlain }: ParsedEntry, usual: readonly string[]): string | null {
  if (server === null) return null;
  const [, scheme, place = ''] = /^(https?:\/\/)?(.*?)\/*$/.exec(server) ?? [];
  if (usual.includes(place)) return null;
  return `${scheme ?? (isPlain ? 'http://' : 'https://')}${place}`;
}
