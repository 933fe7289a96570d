import type { Json } from './json.ts';

/** One site of the reverse proxy: names, what they lead to, and what is done on the way. */
export interface Route {
  /** Lower-case letters, digits and `-`, at most 60; the same for the life of the route. */
  id: string;
  /** Host names in lower case as the DNS has them (punycode); a first label `*` stands for any one label. */
  hosts: string[];
  target: RouteTarget;
  options: RouteOptions;
  certificate: RouteCertificate;
  /** Paths that are answered over plain HTTP with a text, before visitors are led to HTTPS: proofs for authorities. */
  answers?: { path: string; body: string }[];
}

/** What a route leads to. */
export type RouteTarget =
  | { kind: 'upstreams'; upstreams: Upstream[]; balance: Balance }
  | { kind: 'redirect'; to: string; keepsPath: boolean; status: RedirectStatus }
  | { kind: 'files'; root: string }
  | { kind: 'answer'; status: number; body: string };

/** A server behind the proxy. */
export interface Upstream {
  host: string;
  port: number;
  /** Whether the proxy speaks TLS to it. */
  isTls: boolean;
  /** Whether its certificate may be anybody's; only with `isTls`. */
  isUnverified: boolean;
}

/** `host:port`, an IPv6 address in brackets. */
export function dialOf({ host, port }: Pick<Upstream, 'host' | 'port'>): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Milliseconds that {@link Proxy.holdOff} lasts: a busy process can ask again in time, and it is forgotten soon. */
export const holdOffMs = 5000;

/** Which of several upstreams gets a request. */
export type Balance = 'round_robin' | 'least_conn' | 'first' | 'ip_hash' | 'random';

/** Status of an answer that sends the visitor elsewhere (RFC 9110, 15.4). */
export type RedirectStatus = 301 | 302 | 307 | 308;

/** A header that is set to a value, or taken away when the value is null. */
export interface HeaderChange {
  name: string;
  value: string | null;
}

/** What is done with requests and answers on the way. */
export interface RouteOptions {
  compresses: boolean;
  requestHeaders: HeaderChange[];
  responseHeaders: HeaderChange[];
  /** Paths of this site that lead elsewhere; `from` may end in `*`. */
  redirects: { from: string; to: string; status: RedirectStatus }[];
  /** Who gets in by a password (HTTP Basic); bcrypt hashes. Null lets everybody in. */
  accounts: { username: string; passwordHash: string }[] | null;
  maxBodyBytes: number | null;
  /** Seconds that an upstream may be silent; null for ever. */
  readTimeoutSeconds: number | null;
  /** Seconds that an upstream may take nothing; null for ever. */
  writeTimeoutSeconds: number | null;
  /** Whether answers are passed on as they come instead of in blocks. */
  streams: boolean;
  /** Seconds that a request waits for an upstream that refuses the connection. */
  retrySeconds: number;
  /** A path that is asked regularly; upstreams that do not answer with 2xx get no requests. Null asks nothing. */
  health: { path: string; intervalSeconds: number } | null;
  /** Directives as a Caddyfile has them inside a site; null when there are none. */
  snippet: string | null;
  /** Inner routes of an imported site that have no form here, in the proxy's own JSON. */
  extra: Json[];
  /**
   * Who knows it can keep new requests from one of several upstreams for a while ({@link Proxy.holdOff}), from this machine
   * only. At least 16 letters and digits; left out, nobody can.
   */
  drainKey?: string;
}

/** Where the route's certificate comes from. */
export type RouteCertificate =
  | { kind: 'automatic'; issuers: Issuer[] }
  | { kind: 'own'; certificatePem: string; keyPem: string };

/** A certificate authority; several stand in the order in which they are tried. No issuer leaves it to the proxy. */
export type Issuer =
  | {
      kind: 'acme';
      directory: string;
      email: string | null;
      rootFile: string | null;
      account: ExternalAccount | null;
    }
  | { kind: 'internal' };

/** Proof of an account that a certificate authority wants (RFC 8555, 7.3.4). */
export interface ExternalAccount {
  keyId: string;
  hmac: string;
}

/** What a route begins with: everything off that a person did not ask for. */
export const plainOptions: RouteOptions = {
  compresses: false,
  requestHeaders: [],
  responseHeaders: [],
  redirects: [],
  accounts: null,
  maxBodyBytes: null,
  readTimeoutSeconds: null,
  writeTimeoutSeconds: null,
  streams: false,
  retrySeconds: 5,
  health: null,
  snippet: null,
  extra: [],
};

const hostName =
  /^(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** Tells whether a text is a host name that a route may have. */
export function isRouteHost(text: string): boolean {
  return text.length <= 253 && hostName.test(text);
}

/** What is wrong with a route by itself, before any proxy sees it; empty when nothing is. */
export function problemsOf(route: Route): string[] {
  const problems: string[] = [];
  if (!/^[a-z0-9-]{1,60}$/.test(route.id))
    problems.push('The id must be lower-case letters, digits and hyphens.');
  if (route.hosts.length === 0) problems.push('A route needs a host name.');
  for (const host of route.hosts) {
    if (!isRouteHost(host)) problems.push(`${JSON.stringify(host)} is not a host name.`);
  }
  if (new Set(route.hosts).size < route.hosts.length) problems.push('A host name stands twice.');
  problems.push(...problemsOfTarget(route.target));
  for (const { path, body } of route.answers ?? []) {
    if (!/^\/\.well-known\/[A-Za-z0-9_/-]+$/.test(path) || !/^[A-Za-z0-9_.-]+$/.test(body)) {
      problems.push(`${JSON.stringify(path)} cannot be answered.`);
    }
  }
  const { options } = route;
  for (const { name, value } of [...options.requestHeaders, ...options.responseHeaders]) {
    if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/.test(name))
      problems.push(`${JSON.stringify(name)} is not a header.`);
    if (value !== null && /[\0\r\n]/.test(value)) problems.push(`The header ${name} has a line break.`);
  }
  for (const { from, to } of options.redirects) {
    if (!from.startsWith('/')) problems.push(`The path ${JSON.stringify(from)} must begin with /.`);
    if (to === '' || /[\0\r\n]/.test(to)) problems.push(`${JSON.stringify(to)} is no place to lead to.`);
  }
  if (options.drainKey !== undefined && !/^[A-Za-z0-9]{16,64}$/.test(options.drainKey)) {
    problems.push('The key for draining must be 16 to 64 letters and digits.');
  }
  return problems;
}

function problemsOfTarget(target: RouteTarget): string[] {
  switch (target.kind) {
    case 'upstreams':
      if (target.upstreams.length === 0) return ['A route needs an upstream.'];
      if (target.upstreams.some(({ isTls }) => isTls !== target.upstreams[0]?.isTls)) {
        return ['All upstreams of a route speak TLS, or none does.'];
      }
      return target.upstreams.flatMap(({ host, port }) => [
        ...(isUpstreamHost(host) ? [] : [`${JSON.stringify(host)} is not a host.`]),
        ...(Number.isInteger(port) && port >= 1 && port <= 65_535 ? [] : [`${port} is not a port.`]),
      ]);
    case 'redirect':
      return URL.canParse(target.to) && /^https?:\/\//.test(target.to)
        ? []
        : [`${JSON.stringify(target.to)} is not an address to lead to.`];
    case 'files':
      return target.root.startsWith('/') ? [] : ['The directory must be an absolute path.'];
    case 'answer':
      return Number.isInteger(target.status) && target.status >= 200 && target.status <= 599
        ? []
        : [`${target.status} is not an HTTP status.`];
    default:
      return target satisfies never;
  }
}

function isUpstreamHost(host: string): boolean {
  return /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,252})$/.test(host) || /^[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*$/.test(host);
}
