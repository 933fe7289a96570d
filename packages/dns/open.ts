import type { Clock } from '@nebula/clock';
import type { Outbound } from '@nebula/outbound';
import { openDriver } from './driver.ts';
import type { Locks } from './locks.ts';
import type { Dns, Driver } from './port.ts';
import type { Resolver } from './resolve/resolver.ts';
import type { ProviderSecrets, ProviderSettings } from './settings.ts';
import type { Waits } from './waits.ts';

/** What providers are opened with. */
export interface OpenParts {
  outbound: Outbound;
  clock: Clock;
  locks: Locks;
  waits: Waits;
  /** Whom zones kept by hand are looked up with. */
  resolver: Resolver;
  /** Of this account; see `DriverParts`. */
  account: string;
}

/** Opens an account at a provider; nothing is asked before its first use. Only the code of that provider is loaded. */
export async function openDns(
  settings: ProviderSettings,
  secrets: ProviderSecrets,
  parts: OpenParts,
): Promise<Dns> {
  const driver = await driverFor(settings, secrets, parts);
  return openDriver(driver, parts);
}

async function driverFor(
  settings: ProviderSettings,
  secrets: ProviderSecrets,
  parts: OpenParts,
): Promise<Driver> {
  const { outbound, clock, waits, resolver } = parts;
  switch (settings.kind) {
    case 'powerdns': {
      const { openPowerDns } = await import('./drivers/powerdns/index.ts');
      return openPowerDns({ ...settings, apiKey: secrets['apiKey'] ?? '', outbound });
    }
    case 'cloudflare': {
      const { openCloudflare } = await import('./drivers/cloudflare/index.ts');
      return openCloudflare({ token: secrets['token'] ?? '', url: settings.url, outbound });
    }
    case 'zoneedit': {
      const { openZoneEdit } = await import('./drivers/zoneedit/index.ts');
      const { username, panelUrl, dynamicUrl, nameServers } = settings;
      const tokens = Object.fromEntries(
        Object.entries(secrets).flatMap(([name, value]) =>
          name.startsWith('token:') ? [[name.slice(6), value]] : [],
        ),
      );
      const given = { username, panelUrl, dynamicUrl, tokens, password: secrets['password'] ?? null };
      return openZoneEdit({
        ...given,
        ...(nameServers.length === 0 ? {} : { nameServers }),
        outbound,
        clock,
        waits,
      });
    }
    case 'rfc2136': {
      const { openRfc2136 } = await import('./drivers/rfc2136/index.ts');
      const { server, zones, transfers, keyName, algorithm } = settings;
      const key = { name: keyName, algorithm, secret: secrets['secret'] ?? '' };
      return openRfc2136({ server, zones, transfers, key, clock });
    }
    case 'manual': {
      const { openManual } = await import('./drivers/manual/index.ts');
      return openManual({ zones: settings.zones, resolver, clock });
    }
    default:
      return settings satisfies never;
  }
}
