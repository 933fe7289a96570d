import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { DriverError } from '@nebula/errors';
import type { Purpose } from './purpose.ts';
import { isWithin, placeOf } from './reach.ts';
import { type Layer, type Reply, send } from './send.ts';

/** What a call sends besides its address. */
export interface OutboundCall {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  signal?: AbortSignal;
  /** Answers a redirect itself instead of going where it leads. */
  keepsRedirects?: boolean;
  /** PEM of authorities that are trusted besides the usual ones. */
  ca?: readonly string[];
}

/** No answer came in time; `layer` is how far the call got. */
export class NoAnswer extends DriverError {
  readonly layer: Layer;

  constructor(layer: Layer, message: string, details: { cause?: unknown } = {}) {
    super('unavailable', message, details);
    this.layer = layer;
  }
}

/** An answer, whatever its status; header names in lower case. */
export interface OutboundReply extends Reply {
  /** Where it came from, after redirects. */
  url: URL;
}

/** Calls other machines over HTTP. */
export interface Outbound {
  /**
   * Calls `url` and reads the whole answer. An answer of any status is an answer; throws {@link NoAnswer}
   * (`unavailable`) when none comes in time, a DriverError `rejected` when the purpose does not allow the address, the protocol, the
   * size or the number of redirects.
   */
  fetch(purpose: Purpose, url: string | URL, call?: OutboundCall): Promise<OutboundReply>;
  /**
   * The judged address of a host, for a protocol that is not HTTP: connect to it, not to the name. Throws {@link DriverError}
   * `rejected` when the purpose may not reach it, `unavailable` when it has no address or none is told in time.
   */
  address(purpose: Purpose, host: string, signal: AbortSignal): Promise<string>;
}

/** Resolves a name to all its addresses. */
export type Lookup = (name: string) => Promise<{ address: string; family: number }[]>;

/** See {@link Outbound}; `lookup` is the system's unless given. */
export function createOutbound({ lookup = everyAddress }: { lookup?: Lookup } = {}): Outbound {
  return {
    async fetch(purpose, given, call = {}) {
      const deadline = AbortSignal.timeout(purpose.timeoutMs);
      const signal = AbortSignal.any([deadline, ...(call.signal === undefined ? [] : [call.signal])]);
      let url = urlOf(given);
      let current = call;
      let layer: Layer = 'name';
      const onLayer = (next: Layer) => {
        layer = next;
      };
      try {
        for (let hops = 0; ; hops += 1) {
          refuseProtocol(purpose, url);
          layer = 'name';
          const address = await judged(purpose, url.hostname, lookup, signal);
          const reply = await send({ ...current, url, address, maxBytes: purpose.maxBytes, signal, onLayer });
          const next = call.keepsRedirects === true ? null : redirectOf(reply, url);
          if (next === null) return { ...reply, url };
          if (hops >= purpose.redirects) {
            throw new DriverError('rejected', `${url.host} redirects more than ${purpose.redirects} times.`);
          }
          current = redirected(current, reply.status, url, next);
          url = next;
        }
      } catch (cause) {
        if (cause instanceof DriverError || call.signal?.aborted === true) throw cause;
        const why = deadline.aborted ? `within ${purpose.timeoutMs / 1000} s` : `(${reasonOf(cause)})`;
        throw new NoAnswer(layer, `${url.host} did not answer ${why}.`, { cause });
      }
    },

    async address(purpose, host, signal) {
      try {
        return await judged(purpose, host, lookup, signal);
      } catch (cause) {
        if (cause instanceof DriverError || signal.aborted) throw cause;
        throw new DriverError('unavailable', `${host} has no address (${reasonOf(cause)}).`, { cause });
      }
    },
  };
}

function everyAddress(name: string): Promise<{ address: string; family: number }[]> {
  return systemLookup(name, { all: true, order: 'verbatim' });
}

function urlOf(given: string | URL): URL {
  const url = typeof given === 'string' ? parse(given) : new URL(given);
  if (url.username !== '' || url.password !== '') {
    throw new DriverError('rejected', 'An address must not carry a user name or password.');
  }
  return url;
}

function parse(text: string, base?: URL): URL {
  const url = URL.parse(text, base?.href);
  if (url === null) throw new DriverError('rejected', 'This is not an address of the web.');
  return url;
}

function refuseProtocol({ name, allowsPlain }: Purpose, url: URL): void {
  if (url.protocol === 'https:' || (url.protocol === 'http:' && allowsPlain)) return;
  throw new DriverError('rejected', `${url.protocol}// is not allowed for ${name}.`);
}

/** An address of the host that this purpose may reach; a name with even one that it may not is refused whole. */
async function judged(
  purpose: Purpose,
  hostname: string,
  lookup: Lookup,
  signal: AbortSignal,
): Promise<string> {
  const host = hostname.replace(/^\[|\]$/g, '');
  const found = isIP(host) === 0 ? await abortable(lookup(host), signal) : [{ address: host, family: 0 }];
  for (const { address } of found) {
    if (!isWithin(purpose.reach, placeOf(address))) {
      throw new DriverError('rejected', `${host} is at ${address}, which ${purpose.name} may not reach.`);
    }
  }
  const [first] = found;
  if (first === undefined) throw new NoAnswer('name', `${host} has no address.`);
  return first.address;
}

/** A look-up cannot be stopped, but nobody has to wait for it. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

const redirects = new Set([301, 302, 303, 307, 308]);

function redirectOf(reply: Reply, from: URL): URL | null {
  const location = reply.headers['location'];
  if (!redirects.has(reply.status) || location === undefined) return null;
  const next = urlOf(parse(location, from));
  if (from.protocol === 'https:' && next.protocol !== 'https:') {
    throw new DriverError('rejected', `${from.host} redirects to an address without encryption.`);
  }
  return next;
}

/** What goes along with a redirect (RFC 9110 section 15.4): no body after 303, no credentials to another origin. */
function redirected(call: OutboundCall, status: number, from: URL, to: URL): OutboundCall {
  const method = call.method ?? 'GET';
  const becomesGet =
    (status === 303 && method !== 'HEAD') || (status < 303 && method !== 'GET' && method !== 'HEAD');
  const { body, ...rest } = call;
  const kept = becomesGet ? { ...rest, method: 'GET' } : call;
  if (from.origin === to.origin) return kept;
  const headers = Object.entries(call.headers ?? {}).filter(([name]) => !credentials.has(name.toLowerCase()));
  return { ...kept, headers: Object.fromEntries(headers) };
}

const credentials = new Set(['authorization', 'cookie', 'proxy-authorization', 'x-api-key']);

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'no reason given';
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}
