import type { Provider, SettingsInput } from '../contract.ts';

type ProviderKind = SettingsInput['kind'];

/** What a person enters about a provider; texts as they stand in the fields. */
export interface Draft {
  kind: ProviderKind;
  name: string;
  url: string;
  username: string;
  server: string;
  zones: string;
  keyName: string;
  algorithm: string;
  transfers: boolean;
  secret: string;
  tokens: string;
}

/** Kinds in the order in which they are offered. */
export const kinds: readonly ProviderKind[] = ['zoneedit', 'cloudflare', 'powerdns', 'rfc2136', 'manual'];

/** Algorithms of keys, the best first. */
export const algorithms = ['hmac-sha256', 'hmac-sha512', 'hmac-sha384', 'hmac-sha1'] as const;

/** The name of the one secret a kind has; null for none. */
export function secretOf(kind: ProviderKind): 'apiKey' | 'token' | 'password' | 'secret' | null {
  const names = {
    powerdns: 'apiKey',
    cloudflare: 'token',
    zoneedit: 'password',
    rfc2136: 'secret',
    manual: null,
  } as const;
  return names[kind];
}

/** The fields as they stand at first. */
export function draftOf(provider: Provider | null): Draft {
  const empty: Draft = {
    ...{ kind: 'powerdns', name: '', url: '', username: '', server: '', zones: '', keyName: '' },
    ...{ algorithm: 'hmac-sha256', transfers: true, secret: '', tokens: '' },
  };
  if (provider === null) return empty;
  const { name, settings } = provider;
  const zones = 'zones' in settings ? settings.zones.join(', ') : '';
  switch (settings.kind) {
    case 'powerdns':
      return { ...empty, kind: settings.kind, name, url: settings.url };
    case 'cloudflare':
      return { ...empty, kind: settings.kind, name };
    case 'zoneedit':
      return { ...empty, kind: settings.kind, name, username: settings.username };
    case 'rfc2136': {
      const { kind, server, keyName, algorithm, transfers } = settings;
      return { ...empty, kind, name, server, keyName, algorithm, transfers, zones };
    }
    case 'manual':
      return { ...empty, kind: settings.kind, name, zones };
    default:
      return settings satisfies never;
  }
}

/** What is sent; addresses that are not shown stay as they are kept. */
export function settingsOf(draft: Draft, before: Provider | null): SettingsInput {
  const kept = before?.settings;
  const zones = draft.zones.split(/[\s,]+/).filter((zone) => zone !== '');
  switch (draft.kind) {
    case 'powerdns':
      return { ...(kept?.kind === 'powerdns' ? kept : {}), kind: 'powerdns', url: draft.url.trim() };
    case 'cloudflare':
      return kept?.kind === 'cloudflare' ? kept : { kind: 'cloudflare' };
    case 'zoneedit':
      return {
        ...(kept?.kind === 'zoneedit' ? kept : {}),
        kind: 'zoneedit',
        username: draft.username.trim(),
      };
    case 'rfc2136': {
      const { server, keyName, transfers } = draft;
      const algorithm = algorithms.find((one) => one === draft.algorithm) ?? 'hmac-sha256';
      return { kind: 'rfc2136', server: server.trim(), zones, keyName: keyName.trim(), algorithm, transfers };
    }
    case 'manual':
      return { kind: 'manual', zones };
    default:
      return draft.kind satisfies never;
  }
}

/** The secrets that were entered, by name; `example.com token` lines are tokens of zones. */
export function secretsOf({ kind, secret, tokens }: Draft): Record<string, string> {
  const name = secretOf(kind);
  const own = name === null || secret === '' ? [] : [[name, secret] as const];
  const perZone =
    kind !== 'zoneedit'
      ? []
      : tokens.split('\n').flatMap((line) => {
          const [zone = '', token = '', ...more] = line.trim().split(/\s+/);
          return zone === '' || token === '' || more.length > 0
            ? []
            : [[`token:${zone.toLowerCase()}`, token] as const];
        });
  return Object.fromEntries([...own, ...perZone]);
}
