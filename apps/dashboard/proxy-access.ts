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
