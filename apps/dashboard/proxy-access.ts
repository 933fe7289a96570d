import { readFileSync } from 'node:fs';
import type { Log } from '@nebula/log';
import type { Issuer, ProxyAdmin } from '@nebula/proxy';
import type { DashboardConfig } from './config.ts';
import type { CallBroker } from './resources.ts';

/** The reverse proxy's admin API as the broker lets it through. */
export function proxyAdmin(callBroker: CallBroker): ProxyAdmin {
  return {
    read: (signal) => callBroker('proxy-read', {}, signal),
    write: (config, etag, signal) => callBroker('proxy-write', { config, etag }, signal),
    adapt: (caddyfile, signal) => callBroker('proxy-adapt', { caddyfile }, signal),
    upstreams: (signal) => callBroker('proxy-upstreams', {}, signal),
  };
}

/** Authorities that certificates come from, as the settings say. */
export function issuersOf(config: DashboardConfig): Issuer[] {
  return config.acmeDirectories.map((directory) => ({
    kind: 'acme',
    directory,
    email: config.acmeEmail ?? null,
    rootFile: config.acmeRootFile ?? null,
    account: null,
  }));
}

/** PEM of authorities that are trusted besides the usual ones; a file that cannot be read is told and trusts nobody. */
export function rootsIn(file: string | undefined, log: Log): string[] {
  if (file === undefined) return [];
  try {
    return [readFileSync(file, 'utf8')];
  } catch (error) {
    log.error(
      { error, file },
      'the authorities of NEBULA_TRUSTED_ROOTS cannot be read, so they are not trusted',
    );
    return [];
  }
}
