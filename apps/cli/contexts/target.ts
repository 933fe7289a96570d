import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { usage } from '../failure.ts';
import type { CliConfig } from '../settings.ts';
import { type Context, contextNamed, contextsPath, readContexts } from './store.ts';

/** Where calls go and with what. */
export interface ServerTarget {
  /** Without a slash at its end. */
  url: string;
  key: string | null;
  /** PEM, or null when the machine's own trust is enough. */
  authority: string | null;
}

/**
 * Finds the server: `--context`, else `NEBULA_URL` with `NEBULA_API_KEY`, else the current context, else this machine without a
 * key. Throws a usage failure when a key or password would travel in the clear.
 */
export async function serverTarget(
  config: CliConfig,
  options: { context?: string | undefined; isInsecure: boolean },
): Promise<ServerTarget> {
  const found = await chosen(config, options.context);
  const url = serverUrl(found.url);
  requireSafe(url, options.isInsecure || found.isInsecure);
  return { url: url.text, key: found.key, authority: found.authority };
}

async function chosen(config: CliConfig, name: string | undefined): Promise<Omit<Context, 'name'>> {
  if (name === undefined && (config.url !== undefined || config.apiKey !== null)) {
    return {
      // A key alone is for this machine: it is never sent to an address that it was not given with.
      url: config.url ?? localUrl(config),
      key: config.apiKey?.reveal() ?? null,
      authority: config.caFile === undefined ? null : await readAuthority(config.caFile),
      isInsecure: false,
    };
  }
  const file = await readContexts(contextsPath(config));
  const wanted = name ?? file.current;
  if (wanted !== null) return contextNamed(file, wanted);
  return { url: localUrl(config), key: null, authority: null, isInsecure: false };
}

/** Address of a server on this machine with its default settings. */
export function localUrl({ port }: CliConfig): string {
  return `http://127.0.0.1:${port}`;
}

/** An address that was proven. */
export interface ServerUrl {
  /** Without a slash at its end. */
  text: string;
  hostname: string;
  isEncrypted: boolean;
}

/** Reads an address of a server. Throws a usage failure when it is none, or holds a name, a query or a fragment. */
export function serverUrl(text: string): ServerUrl {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw usage(`${JSON.stringify(text)} is not an address such as https://host.example.`);
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw usage('The address of a server holds no name, password, query or fragment.');
  }
  return {
    text: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    hostname: url.hostname,
    isEncrypted: url.protocol === 'https:',
  };
}

/** Throws a usage failure when plain http would leave this machine, unless somebody said that it may. */
export function requireSafe({ text, hostname, isEncrypted }: ServerUrl, isInsecure: boolean): void {
  if (isEncrypted || isInsecure || isLoopback(hostname)) return;
  throw usage(`${text} would send keys and passwords over the network in the clear.`, {
    next: 'Use https (`npm start -- --lan` serves it), or say `--insecure` if that network is yours alone.',
  });
}

function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname === '[::1]') return true;
  return isIP(hostname) === 4 && hostname.startsWith('127.');
}

/** Reads the certificate of an authority. Throws a usage failure when the file is none. */
export async function readAuthority(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw usage(`${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`);
  });
  const { X509Certificate } = await import('node:crypto');
  try {
    new X509Certificate(text);
  } catch {
    // OpenSSL's own words ("wrong tag") help nobody.
    throw usage(`${path} is not a certificate in PEM form.`);
  }
  return text;
}
