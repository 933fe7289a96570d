import { readFileSync } from 'node:fs';
import type { Authority } from '@nebula/acme';
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
    account: externalAccounts(config).get(new URL(directory).hostname) ?? null,
  }));
}

const letsEncrypt = 'https://acme-v02.api.letsencrypt.org/directory';
/** Where authorities can be tried without their limits (their own documentation). */
const stagings: Record<string, string> = {
  'acme-v02.api.letsencrypt.org': 'https://acme-staging-v02.api.letsencrypt.org/directory',
};

const zeroSsl = 'https://acme.zerossl.com/v2/DV90';
/** Where authorities give an account to whoever tells an address for letters (their own documentation). */
const bindings: Record<string, string> = {
  'acme.zerossl.com': 'https://api.zerossl.com/acme/eab-credentials-email',
};

/**
 * The same authorities as we order from them ourselves. Where the settings name none: Let's Encrypt, and ZeroSSL when it is
 * away and there is an address for letters, without which it gives no account. No other public one gives accounts by itself.
 */
export function authoritiesOf(
  config: Pick<DashboardConfig, 'acmeDirectories' | 'acmeEmail' | 'acmeStaging' | 'acmeExternalAccounts'>,
): Authority[] {
  const accounts = externalAccounts(config);
  const usual = config.acmeEmail === undefined ? [letsEncrypt] : [letsEncrypt, zeroSsl];
  const directories = config.acmeDirectories.length === 0 ? usual : config.acmeDirectories;
  return directories.map((directory) => ({
    directory,
    email: config.acmeEmail ?? null,
    external: accounts.get(new URL(directory).hostname) ?? null,
    bindingUrl: bindings[new URL(directory).hostname] ?? null,
    staging: config.acmeStaging ?? stagings[new URL(directory).hostname] ?? null,
  }));
}

/** Accounts by the host of their authority. */
function externalAccounts(
  config: Pick<DashboardConfig, 'acmeExternalAccounts'>,
): Map<string, { keyId: string; hmac: string }> {
  const text = config.acmeExternalAccounts?.reveal() ?? '';
  return new Map(
    text.split(',').flatMap((entry) => {
      const [host, keyId, hmac] = entry.trim().split(/\s+/);
      return host === undefined || keyId === undefined || hmac === undefined ? [] : [[host, { keyId, hmac }]];
    }),
  );
}

/** PEM of authorities that are trusted besides the usual ones; a file that cannot be read is told and trusts nobody. */
export function rootsIn(file: string | undefined, log: Log): string[] {
  if (file === undefined) return [];
  try {
    return [readFileSync(file, 'utf8')];
  } catch (error) {
    log.error({ error, file }, 'the authorities in this file cannot be read, so they are not trusted');
    return [];
  }
}
