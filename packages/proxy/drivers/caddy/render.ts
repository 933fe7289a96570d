import type { Json, JsonObject } from '../../json.ts';
import { dialOf, holdOffMs } from '../../route.ts';
import type { HeaderChange, Issuer, Route, RouteOptions, RouteTarget } from '../../route.ts';

/** What a rendering depends on besides the route. */
export interface RenderOptions {
  /** Inner routes of the route's snippet, as the proxy translated it. */
  snippet: Json[];
  /** Whether the proxy knows `stream_close_delay`. */
  keepsStreams: boolean;
}

/** The mark that our objects carry in the proxy's configuration. */
export const markOf = (routeId: string): string => `nebula-${routeId}`;

/** The route of a mark; null for what is not ours. */
export function routeIdOf(mark: Json | undefined): string | null {
  if (typeof mark !== 'string' || !mark.startsWith('nebula-')) return null;
  return mark.slice('nebula-'.length).replace(/-(?:tls|http)$/, '');
}

/**
 * Many apps (Node's among them) close a connection after five idle seconds; a POST that is just then sent on it is lost. The rest
 * is as Caddy has it by itself.
 */
const shortKeepAlive = { probe_interval: '30s', idle_timeout: '3s', max_idle_conns_per_host: 32 };

/** How long a connection that was taken over may outlive the configuration it came by. */
const streamCloseDelay = '8h';

/** A route in Caddy's JSON (caddyserver.com/docs/json/apps/http/servers/routes/). */
export function renderRoute(route: Route, options: RenderOptions): JsonObject {
  const inner: JsonObject[] = [
    ...renderHolds(route),
    ...route.options.redirects.map(({ from, to, status }) => ({
      match: [{ path: [from] }],
      handle: [redirectTo(to, status)],
    })),
    ...wrap(onTheWay(route.options)),
  ];
  return {
    '@id': markOf(route.id),
    match: [{ host: route.hosts }],
    handle: [
      {
        handler: 'subroute',
        routes: [
          ...inner,
          ...options.snippet,
          ...route.options.extra,
          { handle: [renderTarget(route.target, route.options, options.keepsStreams)] },
        ],
      },
    ],
    terminal: true,
  };
}

/** The route over plain HTTP with what it answers there; null when that is nothing. */
export function renderAnswers(route: Route): JsonObject | null {
  const answers = route.answers ?? [];
  if (answers.length === 0) return null;
  return {
    '@id': `${markOf(route.id)}-http`,
    match: [{ host: route.hosts, path: answers.map(({ path }) => path) }],
    handle: [
      {
        handler: 'subroute',
        routes: answers.map(({ path, body }) => ({
          match: [{ path: [path] }],
          handle: [{ handler: 'static_response', status_code: 200, body }],
        })),
      },
    ],
    terminal: true,
  };
}

/** The header by which this machine asks to hold an upstream off; its value is the key and the upstream. */
export const holdHeader = 'Nebula-Hold-Off';

/** Whether an upstream can be held off in a route. */
export function canHold({ target, options }: Route): boolean {
  return options.drainKey !== undefined && target.kind === 'upstreams' && target.upstreams.length > 1;
}

/**
 * For each upstream a way to have it counted as failing: a request that cannot be dialled, since its time is over before it
 * begins. Caddy counts failures of an address for all routes together, for as long as the one that failed says; so an upstream
 * gets no new requests, and nothing is loaded.
 */
function renderHolds(route: Route): JsonObject[] {
  const { target, options } = route;
  if (!canHold(route) || target.kind !== 'upstreams') return [];
  return target.upstreams.map((upstream) => {
    const dial = dialOf(upstream);
    return {
      match: [
        {
          remote_ip: { ranges: ['127.0.0.0/8', '::1/128'] },
          header: { [holdHeader]: [`${options.drainKey ?? ''} ${dial}`] },
        },
      ],
      handle: [
        {
          handler: 'reverse_proxy',
          upstreams: [{ dial }],
          transport: { protocol: 'http', dial_timeout: '1ns' },
          // One that fails already must fail again, so that it goes on.
          health_checks: { passive: { fail_duration: `${holdOffMs}ms`, max_fails: 1_000_000 } },
        },
      ],
    };
  });
}

/** The policy for the route's certificates; null when the proxy's own does or the certificate is given. */
export function renderPolicy(route: Route, renewsNow: boolean): JsonObject | null {
  if (route.certificate.kind === 'own') return null;
  const issuers = route.certificate.issuers.map(renderIssuer);
  if (issuers.length === 0 && !renewsNow) return null;
  return {
    '@id': `${markOf(route.id)}-tls`,
    subjects: route.hosts,
    ...(issuers.length === 0 ? {} : { issuers }),
    ...(renewsNow ? { renewal_window_ratio: 0.999_999_9 } : {}),
  };
}

function renderIssuer(issuer: Issuer): JsonObject {
  if (issuer.kind === 'internal') return { module: 'internal' };
  return {
    module: 'acme',
    ca: issuer.directory,
    ...(issuer.email === null ? {} : { email: issuer.email }),
    ...(issuer.rootFile === null ? {} : { trusted_roots_pem_files: [issuer.rootFile] }),
    ...(issuer.account === null
      ? {}
      : { external_account: { key_id: issuer.account.keyId, mac_key: issuer.account.hmac } }),
  };
}

function onTheWay(options: RouteOptions): JsonObject[] {
  const handlers: JsonObject[] = [];
  const request = headerOps(options.requestHeaders);
  const response = headerOps(options.responseHeaders);
  if (request !== null || response !== null) {
    handlers.push({
      handler: 'headers',
      ...(request === null ? {} : { request }),
      // Deferred: they are written when the upstream's own are known, so taking away works.
      ...(response === null ? {} : { response: { ...response, deferred: true } }),
    });
  }
  if (options.maxBodyBytes !== null) {
    handlers.push({ handler: 'request_body', max_size: options.maxBodyBytes });
  }
  if (options.accounts !== null) {
    handlers.push({
      handler: 'authentication',
      providers: {
        http_basic: {
          accounts: options.accounts.map(({ username, passwordHash }) => ({
            username,
            password: passwordHash,
          })),
          hash: { algorithm: 'bcrypt' },
          hash_cache: {},
        },
      },
    });
  }
  if (options.compresses) {
    handlers.push({ handler: 'encode', encodings: { gzip: {}, zstd: {} }, prefer: ['zstd', 'gzip'] });
  }
  return handlers;
}

function renderTarget(target: RouteTarget, options: RouteOptions, keepsStreams: boolean): JsonObject {
  switch (target.kind) {
    case 'upstreams':
      return renderUpstreams(target, options, keepsStreams);
    case 'redirect':
      return redirectTo(
        target.keepsPath ? `${target.to.replace(/\/$/, '')}{http.request.uri}` : target.to,
        target.status,
      );
    case 'files':
      return { handler: 'file_server', root: target.root };
    case 'answer':
      return { handler: 'static_response', status_code: target.status, body: target.body };
    default:
      return target satisfies never;
  }
}

function renderUpstreams(
  target: Extract<RouteTarget, { kind: 'upstreams' }>,
  options: RouteOptions,
  keepsStreams: boolean,
): JsonObject {
  const [first] = target.upstreams;
  const hasSeveral = target.upstreams.length > 1;
  const transport: JsonObject = {
    ...(options.readTimeoutSeconds === null ? {} : { read_timeout: `${options.readTimeoutSeconds}s` }),
    ...(options.writeTimeoutSeconds === null ? {} : { write_timeout: `${options.writeTimeoutSeconds}s` }),
    ...(first?.isTls === true ? { tls: first.isUnverified ? { insecure_skip_verify: true } : {} } : {}),
    ...(hasSeveral && options.drainKey !== undefined ? { keep_alive: shortKeepAlive } : {}),
  };
  return {
    handler: 'reverse_proxy',
    upstreams: target.upstreams.map((upstream) => ({ dial: dialOf(upstream) })),
    ...(Object.keys(transport).length === 0 ? {} : { transport: { protocol: 'http', ...transport } }),
    ...(options.streams ? { flush_interval: -1 } : {}),
    ...(hasSeveral || options.retrySeconds > 0
      ? {
          load_balancing: {
            ...(hasSeveral ? { selection_policy: { policy: target.balance } } : {}),
            ...(options.retrySeconds > 0
              ? { try_duration: `${options.retrySeconds}s`, try_interval: '250ms' }
              : {}),
          },
        }
      : {}),
    ...renderChecks(options, hasSeveral),
    ...(keepsStreams ? { stream_close_delay: streamCloseDelay } : {}),
  };
}

function renderChecks(options: RouteOptions, hasSeveral: boolean): JsonObject {
  const checks: JsonObject = {
    ...(options.health === null
      ? {}
      : {
          active: {
            uri: options.health.path,
            interval: `${options.health.intervalSeconds}s`,
            timeout: '5s',
            expect_status: 2,
          },
        }),
    ...(hasSeveral && options.drainKey !== undefined
      ? { passive: { fail_duration: `${holdOffMs}ms`, max_fails: 1 } }
      : {}),
  };
  return Object.keys(checks).length === 0 ? {} : { health_checks: checks };
}

function redirectTo(location: string, status: number): JsonObject {
  return { handler: 'static_response', status_code: status, headers: { Location: [location] } };
}

function headerOps(changes: readonly HeaderChange[]): JsonObject | null {
  if (changes.length === 0) return null;
  const set: JsonObject = {};
  const removed: string[] = [];
  for (const { name, value } of changes) {
    if (value === null) removed.push(name);
    else set[name] = [value];
  }
  return {
    ...(Object.keys(set).length === 0 ? {} : { set }),
    ...(removed.length === 0 ? {} : { delete: removed }),
  };
}

function wrap(handlers: JsonObject[]): JsonObject[] {
  return handlers.length === 0 ? [] : [{ handle: handlers }];
}
