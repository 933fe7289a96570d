import { isPlain } from './host-paths.ts';
import { isObject } from './json.ts';
import { refuse } from './refusal.ts';
import { each, flag, list, map, object, only, type Shape, text, whole, wrong } from './shape.ts';

/**
 * Text that Caddy puts into answers and headers. It replaces `{env.…}`, `{file.…}` and their like by what only Caddy
 * can read, so these never pass.
 */
const shownText: Shape = (value, at) => {
  if (typeof value !== 'string') return wrong(at, 'a text');
  if (/\{(?:env|file|system|runtime|vars)\b/i.test(value)) {
    refuse(`${at} would show what only Caddy may read.`, at);
  }
  return value;
};

const shownTexts = list(shownText);
const token = text(/^[A-Za-z0-9_.-]{1,80}$/, 'a word');
const duration: Shape = (value, at) =>
  typeof value === 'number' ||
  (typeof value === 'string' && /^(?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h|d))+$/.test(value))
    ? value
    : wrong(at, 'a duration');
const number: Shape = (value, at) => (typeof value === 'number' ? value : wrong(at, 'a number'));
const headerName = /^[A-Za-z0-9!#$%&'*+.^_`|~*-]{1,128}$/;
const headerValues = map(headerName, shownTexts);
const headerOps = {
  set: headerValues,
  add: headerValues,
  delete: list(text(headerName, 'the name of a header')),
};
const headers = object({
  request: object(headerOps),
  response: object({ ...headerOps, deferred: flag }),
});

/** `host:port` of an upstream over TCP: no socket of this machine, no name that a visitor chooses. */
const dial = text(
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,252})|\[[0-9A-Fa-f:.]+\]):\d{1,5}$/,
  'host:port of an upstream',
);

export const hostName = text(
  /^(?:\*\.)?[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_](?:[a-z0-9_-]{0,62}))*$/,
  'a host name in lower case',
);

const matcher = object({
  host: list(hostName),
  path: shownTexts,
  method: list(token),
  protocol: token,
  header: headerValues,
  remote_ip: object({ ranges: list(text(/^[0-9A-Fa-f:./]{2,64}$/, 'an address range')) }),
  not: (value, at, judge) => list(matcher)(value, at, judge),
});

const transport = object({
  protocol: only('http'),
  ...each('read_timeout write_timeout dial_timeout response_header_timeout', duration),
  versions: list(token),
  compression: flag,
  keep_alive: object({
    enabled: flag,
    ...each('probe_interval idle_timeout', duration),
    ...each('max_idle_conns max_idle_conns_per_host', whole),
  }),
  tls: object({ insecure_skip_verify: flag, server_name: token }),
  max_conns_per_host: whole,
});

const reverseProxy: Record<string, Shape> = {
  upstreams: list(object({ dial, max_requests: whole })),
  transport,
  headers,
  flush_interval: duration,
  load_balancing: object({
    selection_policy: object({ policy: token }),
    ...each('try_duration try_interval', duration),
    retries: whole,
  }),
  health_checks: object({
    active: object({
      uri: shownText,
      port: whole,
      ...each('interval timeout', duration),
      ...each('expect_status max_size', whole),
    }),
    passive: object({
      ...each('fail_duration unhealthy_latency', duration),
      ...each('max_fails unhealthy_request_count', whole),
      unhealthy_status: list(whole),
    }),
  }),
  ...each('buffer_requests buffer_responses', flag),
  ...each('stream_close_delay stream_timeout', duration),
  trusted_proxies: list(text(/^[0-9A-Fa-f:./]{2,64}$/, 'an address range')),
};

/** What a route may do; everything else that Caddy can do stays with whoever owns its configuration. */
function handlers(siteRoots: readonly string[]): Record<string, Record<string, Shape>> {
  const root: Shape = (value, at) =>
    typeof value === 'string' &&
    isPlain(value) &&
    !/[{}]/.test(value) &&
    siteRoots.some((each) => value.startsWith(`${each}/`))
      ? value
      : wrong(at, `a directory below ${siteRoots.join(' or ') || 'a root, and none is set'}`);
  return {
    reverse_proxy: reverseProxy,
    static_response: {
      status_code: (value, at) =>
        typeof value === 'number' || (typeof value === 'string' && /^[1-5]\d\d$/.test(value))
          ? value
          : wrong(at, 'an HTTP status'),
      headers: headerValues,
      body: shownText,
      close: flag,
      abort: flag,
    },
    headers: { request: object(headerOps), response: object({ ...headerOps, deferred: flag }) },
    encode: {
      encodings: object({ gzip: object({ level: whole }), zstd: object({}) }),
      prefer: list(token),
      minimum_length: whole,
    },
    authentication: {
      providers: object({
        http_basic: object({
          accounts: list(
            object({
              username: shownText,
              password: text(/^\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}$/, 'a bcrypt hash'),
            }),
          ),
          hash: object({ algorithm: only('bcrypt') }),
          hash_cache: object({}),
          realm: shownText,
        }),
      }),
    },
    rewrite: {
      ...each('uri strip_path_prefix strip_path_suffix', shownText),
      method: token,
    },
    request_body: { max_size: whole },
    file_server: { root, index_names: list(token), hide: shownTexts, canonical_uris: flag, pass_thru: flag },
    error: { error: shownText, status_code: whole },
  };
}

/** A route of ours: known by its `@id`, made of matchers and handlers from the list above. */
export function routeShape(siteRoots: readonly string[]): Shape {
  const known = handlers(siteRoots);
  const handler: Shape = (value, at, judge) => {
    const name = isObject(value) ? value.handler : undefined;
    if (name === 'subroute') {
      return object({ handler: only('subroute'), routes: list(route) })(value, at, judge);
    }
    const fields = typeof name === 'string' && Object.hasOwn(known, name) ? known[name] : undefined;
    if (fields === undefined) {
      refuse(`${at} uses the handler ${JSON.stringify(name ?? null)}, which routes may not use.`, at);
    }
    return object({ handler: only(name ?? null), ...fields })(value, at, judge);
  };
  const route: Shape = (value, at, judge) =>
    object({
      '@id': text(/^nebula-[a-z0-9-]{1,80}$/, 'an id that begins with nebula-'),
      match: list(matcher),
      handle: list(handler),
      terminal: flag,
      group: token,
    })(value, at, judge);
  return route;
}

const pem = text(/^(?:-----BEGIN [A-Z ]+-----[A-Za-z0-9+/=\s]+-----END [A-Z ]+-----\s*)+$/, 'PEM');

const issuer: Shape = (value, at, judge) => {
  const module = isObject(value) ? value.module : undefined;
  const fields: Record<string, Record<string, Shape>> = {
    acme: {
      ca: text(/^https:\/\/[^\s{}]+$/, 'an https address'),
      email: shownText,
      external_account: object({ key_id: shownText, mac_key: shownText }),
      trusted_roots_pem_files: list(text(/^\/[^\s{}]+\.(?:pem|crt|cer)$/, 'the path of a certificate')),
      challenges: object({
        http: object({ disabled: flag, alternate_port: whole }),
        'tls-alpn': object({ disabled: flag, alternate_port: whole }),
      }),
      preferred_chains: object({ smallest: flag }),
    },
    zerossl: { api_key: shownText, email: shownText },
    internal: { lifetime: duration, sign_with_root: flag },
  };
  const known = typeof module === 'string' && Object.hasOwn(fields, module) ? fields[module] : undefined;
  if (known === undefined) refuse(`${at} names an issuer that certificates may not come from.`, at);
  return object({ module: only(module ?? null), ...known })(value, at, judge);
};

/** How certificates of names are had. */
export const policyShape: Shape = object({
  '@id': text(/^nebula-[a-z0-9-]{1,80}$/, 'an id that begins with nebula-'),
  subjects: list(hostName),
  issuers: list(issuer),
  renewal_window_ratio: number,
  key_type: token,
  must_staple: flag,
});

/** A certificate with its key, given as text. */
export const loadedPemShape: Shape = object({
  certificate: pem,
  key: pem,
  tags: list(token),
});

/** How often certificates are looked at. */
export const renewInterval: Shape = duration;
