import type { Sql } from '@nebula/db';
import type { DnsAccess } from '../dns/index.ts';
import type { DomainDns } from './contract-fields.ts';
import type { Said } from './contract-transfer.ts';
import { said } from './contract-transfer-words.ts';
import { domainName } from './transfer-stated.ts';

/** Who keeps records, by the words of files. */
export interface Keepers {
  /** The keeper that a file names; a zone that it leaves out is the longest that holds the name. */
  find(
    given:
      | { kind: 'elsewhere' }
      | {
          kind: 'provider';
          provider?: string | undefined;
          providerId?: string | undefined;
          zone?: string | undefined;
        },
    name: string,
  ): DomainDns | Said;
  /** Whose zone holds a name; `elsewhere` when nobody's here does. */
  guess(name: string): DomainDns;
  /** The name of a provider; its id when it is not here any more. */
  nameOf(providerId: string): string;
}

/** The keepers as they are just now. */
export async function readKeepers(access: DnsAccess, sql: Sql): Promise<Keepers> {
  const providers = await access.providers(sql);
  const zones = await access.zones(sql);
  const names = new Map(providers.map(({ id, name }) => [id, name]));
  const ids = new Map(providers.map(({ id, name }) => [name, id]));
  const byZone = new Map<string, string[]>();
  for (const { zone, providerId } of zones) byZone.set(zone, [...(byZone.get(zone) ?? []), providerId]);

  function holding(name: string, providerId: string | null): Extract<DomainDns, { kind: 'provider' }> | null {
    for (let zone = name; zone !== ''; zone = parentOf(zone)) {
      const [holder] = (byZone.get(zone) ?? []).filter((id) => providerId === null || id === providerId);
      if (holder !== undefined) return { kind: 'provider', providerId: holder, zone };
    }
    return null;
  }

  return {
    find(given, name) {
      if (given.kind === 'elsewhere') return given;
      const { provider = '', providerId = '' } = given;
      const wantedZone = given.zone ?? '';
      const zone = wantedZone === '' ? null : domainName(wantedZone);
      if (zone === null && wantedZone !== '') return said('zone-unknown', { zone: wantedZone.slice(0, 100) });
      const id = names.has(providerId)
        ? providerId
        : (ids.get(provider) ?? (names.has(provider) ? provider : null));
      if (provider === '' && providerId === '') {
        const [holder] = byZone.get(zone ?? '') ?? [];
        return zone === null || holder === undefined
          ? said('zone-unknown', { zone: wantedZone })
          : { kind: 'provider', providerId: holder, zone };
      }
      if (id === null) return said('provider-unknown', { provider: (provider || providerId).slice(0, 100) });
      if (zone !== null) return { kind: 'provider', providerId: id, zone };
      return holding(name, id) ?? said('provider-no-zone', { provider: names.get(id) ?? id });
    },
    guess: (name) => holding(name, null) ?? { kind: 'elsewhere' },
    nameOf: (providerId) => names.get(providerId) ?? providerId,
  };
}

function parentOf(name: string): string {
  const dot = name.indexOf('.');
  return dot === -1 ? '' : name.slice(dot + 1);
}
