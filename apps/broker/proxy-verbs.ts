import { type CaddyAdmin, createCaddyAdmin } from './caddy-admin.ts';
import { refuseImports } from './caddyfile-imports.ts';
import { canonicalJson, isObject, type Json, parseJson } from './json.ts';
import { judgeProxyConfig } from './proxy-config.ts';
import { Refusal } from './refusal.ts';

/** What the verbs of the reverse proxy take and give. */
export interface ProxyVerbs {
  'proxy-read': {
    input: Record<never, never>;
    output: { reachable: false; reason: string } | { reachable: true; config: Json; etag: string };
  };
  'proxy-write': {
    input: { config: string; etag: string };
    output: { outcome: 'written' } | { outcome: 'conflict' } | { outcome: 'invalid'; message: string };
  };
  'proxy-adapt': {
    input: { caddyfile: string };
    output:
      | { outcome: 'adapted'; config: Json; warnings: AdaptWarning[] }
      | { outcome: 'invalid'; message: string };
  };
  'proxy-upstreams': { input: Record<never, never>; output: { upstreams: UpstreamState[] } };
}

/** What Caddy's adapter remarks; lines count from 1. */
export interface AdaptWarning {
  line: number | null;
  directive: string | null;
  message: string;
}

/** What Caddy counts of an upstream just now. */
export interface UpstreamState {
  address: string;
  requests: number;
  fails: number;
}

/** Bytes that a configuration or Caddyfile may have. */
export const largestProxyInput = 4 * 1024 * 1024;

/** The reverse proxy, changed only within what {@link judgeProxyConfig} lets pass. */
export interface ProxyAdmin {
  read(): Promise<ProxyVerbs['proxy-read']['output']>;
  write(config: string, etag: string): Promise<ProxyVerbs['proxy-write']['output']>;
  adapt(caddyfile: string): Promise<ProxyVerbs['proxy-adapt']['output']>;
  upstreams(): Promise<ProxyVerbs['proxy-upstreams']['output']>;
}

/** What a reader of Caddy's own JSON may meet: it nests deeper than the engine's, and ratios are fractions. */
const caddyJson = { deepest: 64, fractions: true };

/**
 * @param socketPath unix socket of Caddy's admin API
 * @param siteRoots directories below which static sites may be
 */
export function createProxyAdmin(socketPath: string, siteRoots: readonly string[]): ProxyAdmin {
  const caddy = createCaddyAdmin(socketPath);
  let last: Promise<unknown> = Promise.resolve();

  return {
    async read() {
      try {
        return { reachable: true, ...(await present(caddy)) };
      } catch (error) {
        if (error instanceof Refusal && error.status === 503)
          return { reachable: false, reason: error.message };
        throw error;
      }
    },
    // One at a time: what is judged against the present configuration must still be the present one.
    write(config, etag) {
      const done = last.then(() => write(caddy, config, etag, siteRoots));
      last = done.catch(() => undefined);
      return done;
    },
    async adapt(caddyfile) {
      refuseImports(caddyfile);
      const answer = await caddy.ask('POST', '/adapt', { type: 'text/caddyfile', text: caddyfile });
      if (answer.status !== 200) return { outcome: 'invalid', message: errorIn(answer.body) };
      const value = read(answer.body);
      const result = isObject(value) ? (value.result ?? null) : null;
      const warnings = isObject(value) && Array.isArray(value.warnings) ? value.warnings : [];
      return { outcome: 'adapted', config: result, warnings: warnings.flatMap(warningOf) };
    },
    async upstreams() {
      const answer = await caddy.ask('GET', '/reverse_proxy/upstreams');
      if (answer.status !== 200)
        throw new Refusal(502, `Caddy answers ${answer.status}: ${errorIn(answer.body)}`);
      const value = read(answer.body);
      return { upstreams: Array.isArray(value) ? value.flatMap(upstreamOf) : [] };
    },
  };
}

async function present(caddy: CaddyAdmin): Promise<{ config: Json; etag: string }> {
  const answer = await caddy.ask('GET', '/config/');
  if (answer.status !== 200)
    throw new Refusal(502, `Caddy answers ${answer.status}: ${errorIn(answer.body)}`);
  if (answer.etag === null) throw new Refusal(502, 'This Caddy names no version of its configuration.');
  return { config: read(answer.body), etag: answer.etag };
}

async function write(
  caddy: CaddyAdmin,
  config: string,
  etag: string,
  siteRoots: readonly string[],
): Promise<ProxyVerbs['proxy-write']['output']> {
  const now = await present(caddy);
  if (now.etag !== etag) return { outcome: 'conflict' };
  const judged = await judgeProxyConfig(parseJson(config, 'exact', caddyJson), now.config, siteRoots);
  // Written back with its own words: the same configuration is not loaded again.
  const text = JSON.stringify(judged);
  if (canonicalJson(judged) === canonicalJson(now.config)) return { outcome: 'written' };
  const answer = await caddy.ask('POST', '/config/', { type: 'application/json', text, ifMatch: etag });
  if (answer.status === 200) return { outcome: 'written' };
  if (answer.status === 412) return { outcome: 'conflict' };
  // 400 for what it cannot read, 500 for what its modules refuse; what ran before runs on after both.
  return { outcome: 'invalid', message: errorIn(answer.body) };
}

/** Caddy's own JSON, which holds keys such as file names; the plain parser reads it. */
function read(text: string): Json {
  const value: Json = JSON.parse(text === '' ? 'null' : text);
  return value;
}

function errorIn(body: string): string {
  try {
    const value = read(body);
    if (isObject(value) && typeof value.error === 'string') return value.error.slice(0, 2000);
  } catch {
    // Not its JSON: shown as it is.
  }
  return body.trim().slice(0, 2000);
}

function warningOf(value: Json): AdaptWarning[] {
  if (!isObject(value) || typeof value.message !== 'string') return [];
  return [
    {
      line: typeof value.line === 'number' ? value.line : null,
      directive: typeof value.directive === 'string' ? value.directive : null,
      message: value.message,
    },
  ];
}

function upstreamOf(value: Json): UpstreamState[] {
  if (!isObject(value) || typeof value.address !== 'string') return [];
  const count = (item: Json | undefined) => (typeof item === 'number' ? item : 0);
  return [{ address: value.address, requests: count(value.num_requests), fails: count(value.fails) }];
}
