import { isObject, type Json, type JsonObject, objectAt, objectsIn, textsIn } from '../../json.ts';
import {
  type Balance,
  type HeaderChange,
  plainOptions,
  type RedirectStatus,
  type RouteOptions,
  type RouteTarget,
  type Upstream,
} from '../../route.ts';

/** The steps of a site, in order: each a matcher (or none) and one handler. */
export function innerRoutes(route: JsonObject): JsonObject[] {
  return objectsIn(route.handle).flatMap((handler) =>
    handler.handler === 'subroute' ? objectsIn(handler.routes) : [{ handle: [handler] }],
  );
}

/** What steps come to: where they lead, and what is done on the way; steps that have no form here are its `extra`. */
export function readHandlers(inner: JsonObject[]): { target: RouteTarget | null; options: RouteOptions } {
  const options: RouteOptions = { ...plainOptions, retrySeconds: 0, redirects: [], extra: [] };
  let target: RouteTarget | null = null;
  for (const route of inner) {
    if (route.match === undefined && route.handle !== undefined && !hasOther(route, ['handle'])) {
      for (const handler of objectsIn(route.handle)) {
        const found = readTarget(handler, options);
        // After what answers, nothing of this site runs any more.
        if (target !== null) continue;
        if (found !== null) target = found;
        else if (!readOption(handler, options)) options.extra.push({ handle: [handler] });
      }
    } else if (!readRedirect(route, options) && target === null) {
      options.extra.push(route);
    }
  }
  return { target, options };
}

function readRedirect(route: JsonObject, options: RouteOptions): boolean {
  const [matcher, ...others] = objectsIn(route.match);
  const [handler, ...more] = objectsIn(route.handle);
  const [from, ...paths] = textsIn(matcher?.path);
  if (matcher === undefined || handler === undefined || from === undefined) return false;
  if (others.length > 0 || more.length > 0 || paths.length > 0) return false;
  if (Object.keys(matcher).length > 1 || hasOther(route, ['match', 'handle'])) return false;
  const redirect = redirectOf(handler);
  if (redirect === null) return false;
  options.redirects.push({ from, ...redirect });
  return true;
}

function readTarget(handler: JsonObject, options: RouteOptions): RouteTarget | null {
  switch (handler.handler) {
    case 'reverse_proxy':
      return readUpstreams(handler, options);
    case 'static_response':
      return readAnswer(handler);
    case 'file_server':
      return typeof handler.root === 'string' && !hasOther(handler, ['handler', 'root', 'hide'])
        ? { kind: 'files', root: handler.root }
        : null;
    default:
      return null;
  }
}

function readAnswer(handler: JsonObject): RouteTarget | null {
  const redirect = redirectOf(handler);
  if (redirect !== null) {
    const keepsPath = redirect.to.endsWith('{http.request.uri}');
    const to = keepsPath ? redirect.to.slice(0, -'{http.request.uri}'.length) : redirect.to;
    return URL.canParse(to) ? { kind: 'redirect', to, keepsPath, status: redirect.status } : null;
  }
  if (hasOther(handler, ['handler', 'status_code', 'body'])) return null;
  const status = handler.status_code ?? 200;
  if (typeof status !== 'number') return null;
  return { kind: 'answer', status, body: typeof handler.body === 'string' ? handler.body : '' };
}

function redirectOf(handler: JsonObject): { to: string; status: RedirectStatus } | null {
  if (handler.handler !== 'static_response' || hasOther(handler, ['handler', 'status_code', 'headers']))
    return null;
  const headers = objectAt(handler, 'headers');
  const [to, ...others] = textsIn(headers.Location);
  const status = Number(handler.status_code);
  if (to === undefined || others.length > 0 || Object.keys(headers).length > 1 || !isRedirect(status))
    return null;
  return { to, status };
}

function isRedirect(status: number): status is RedirectStatus {
  return [301, 302, 307, 308].includes(status);
}

function readUpstreams(handler: JsonObject, options: RouteOptions): RouteTarget | null {
  if (
    hasOther(handler, ['handler', 'upstreams', 'headers', 'transport', 'flush_interval', 'load_balancing'])
  ) {
    return null;
  }
  const transport = objectAt(handler, 'transport');
  const tls = transport.tls;
  if (hasOther(transport, ['protocol', 'read_timeout', 'write_timeout', 'tls'])) return null;
  if ((transport.protocol ?? 'http') !== 'http') return null;
  if (isObject(tls) && hasOther(tls, ['insecure_skip_verify'])) return null;
  const requestChanges = readHeaders(objectAt(handler, 'headers'), 'request');
  const responseChanges = readHeaders(objectAt(handler, 'headers'), 'response');
  const balancing = objectAt(handler, 'load_balancing');
  const balance = readBalance(balancing);
  const upstreams = objectsIn(handler.upstreams).map((upstream) =>
    readDial(upstream, isObject(tls), isObject(tls) && tls.insecure_skip_verify === true),
  );
  const known = upstreams.filter((upstream) => upstream !== null);
  if (requestChanges === null || responseChanges === null || balance === null) return null;
  if (known.length === 0 || known.length < upstreams.length) return null;
  options.requestHeaders = [...options.requestHeaders, ...requestChanges];
  options.responseHeaders = [...options.responseHeaders, ...responseChanges];
  options.streams = handler.flush_interval === -1;
  options.readTimeoutSeconds = secondsOf(transport.read_timeout);
  options.writeTimeoutSeconds = secondsOf(transport.write_timeout);
  options.retrySeconds = Math.ceil(secondsOf(balancing.try_duration) ?? 0);
  return { kind: 'upstreams', upstreams: known, balance };
}

function readBalance(balancing: JsonObject): Balance | null {
  if (hasOther(balancing, ['selection_policy', 'try_duration', 'try_interval'])) return null;
  const policy = objectAt(balancing, 'selection_policy').policy ?? 'random';
  const known: Balance[] = ['round_robin', 'least_conn', 'first', 'ip_hash', 'random'];
  return known.find((name) => name === policy) ?? null;
}

function readDial(upstream: JsonObject, isTls: boolean, isUnverified: boolean): Upstream | null {
  const { dial } = upstream;
  if (typeof dial !== 'string' || hasOther(upstream, ['dial'])) return null;
  const [, bracketed, plain, port] =
    /^(?:\[([^\]]+)\]|([A-Za-z0-9][A-Za-z0-9_.-]*)):(\d{1,5})$/.exec(dial) ?? [];
  const host = bracketed ?? plain;
  return host === undefined ? null : { host, port: Number(port), isTls, isUnverified };
}

function readOption(handler: JsonObject, options: RouteOptions): boolean {
  switch (handler.handler) {
    case 'encode':
      options.compresses = true;
      return true;
    case 'headers': {
      const request = readHeaders(handler, 'request');
      const response = readHeaders(handler, 'response');
      if (request === null || response === null) return false;
      options.requestHeaders = [...options.requestHeaders, ...request];
      options.responseHeaders = [...options.responseHeaders, ...response];
      return true;
    }
    case 'request_body':
      if (typeof handler.max_size !== 'number' || hasOther(handler, ['handler', 'max_size'])) return false;
      options.maxBodyBytes = handler.max_size;
      return true;
    case 'authentication':
      return readAccounts(handler, options);
    default:
      return false;
  }
}

function readAccounts(handler: JsonObject, options: RouteOptions): boolean {
  const providers = objectAt(handler, 'providers');
  const basic = objectAt(providers, 'http_basic');
  if (Object.keys(providers).join() !== 'http_basic' || options.accounts !== null) return false;
  const { algorithm = 'bcrypt' } = objectAt(basic, 'hash');
  if (hasOther(basic, ['accounts', 'hash', 'hash_cache']) || algorithm !== 'bcrypt') return false;
  const accounts = objectsIn(basic.accounts).flatMap(({ username, password }) =>
    typeof username === 'string' && typeof password === 'string'
      ? [{ username, passwordHash: password }]
      : [],
  );
  if (accounts.length === 0 || accounts.length < objectsIn(basic.accounts).length) return false;
  options.accounts = accounts;
  return true;
}

/** Changes of headers; null when there are some that have no form here. */
function readHeaders(headers: JsonObject, which: 'request' | 'response'): HeaderChange[] | null {
  const ops = objectAt(headers, which);
  if (hasOther(ops, ['set', 'delete', 'deferred'])) return null;
  const set = Object.entries(objectAt(ops, 'set')).map(([name, values]) => {
    const [value, ...others] = textsIn(values);
    return value === undefined || others.length > 0 ? null : { name, value };
  });
  if (set.some((change) => change === null)) return null;
  return [
    ...set.filter((change) => change !== null),
    ...textsIn(ops.delete).map((name) => ({ name, value: null })),
  ];
}

/** Seconds of a duration as Caddy's JSON has it: nanoseconds, or text such as `1h30m`. */
export function secondsOf(value: Json | undefined): number | null {
  if (typeof value === 'number') return value / 1e9;
  if (typeof value !== 'string') return null;
  const units: Record<string, number> = { ns: 1e-9, us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600, d: 86_400 };
  let seconds = 0;
  for (const [, amount, unit = ''] of value.matchAll(/(\d+(?:\.\d+)?)(ns|us|ms|s|m|h|d)/g)) {
    seconds += Number(amount) * (units[unit] ?? 0);
  }
  return seconds;
}

function hasOther(object: JsonObject, known: readonly string[]): boolean {
  return Object.keys(object).some((key) => !known.includes(key));
}
