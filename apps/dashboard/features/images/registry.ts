import { createHash } from 'node:crypto';
import type { Clock } from '@nebula/clock';
import { DriverError } from '@nebula/errors';
import { definePurpose, type Outbound, type OutboundReply, type Purpose } from '@nebula/outbound';
import { z } from 'zod';
import type { CheckFailure } from './contract.ts';
import { type Reference, registryOrigin } from './reference.ts';

/** Name and password for one registry. */
export interface Login {
  username: string;
  password: string;
}

/** What a registry answered when it was asked for a digest. */
export type Asked = { digest: string } | { failure: CheckFailure; detail: string; retryAt: Date | null };

/** Asks registries (Docker Registry HTTP API v2, distribution.github.io/distribution/spec/api). */
export interface Registry {
  digestOf(reference: Reference, login: Login | null, signal: AbortSignal): Promise<Asked>;
  /** Whether a login is taken; null when it is, or why not. */
  tryLogin(registry: string, login: Login, signal: AbortSignal): Promise<string | null>;
}

/** Lists of images for several platforms first: their digest is the one that the engine remembers of a pull. */
const manifests = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

const limits = { timeoutMs: 10_000, maxBytes: 4 * 1024 * 1024 };
const elsewhere = definePurpose({ name: 'an image registry', reach: 'home', ...limits });
const onThisMachine = definePurpose({
  name: 'an image registry',
  reach: 'machine',
  allowsPlain: true,
  ...limits,
});

const TokenReply = z.object({ token: z.string().optional(), access_token: z.string().optional() });
const digestText = /^sha256:[0-9a-f]{64}$/;
/** A registry that names no time is asked again after this. */
const pauseMs = 15 * 60_000;
const longestPauseMs = 24 * 3_600_000;

/** See {@link Registry}. */
export function createRegistry({ outbound, clock }: { outbound: Outbound; clock: Clock }): Registry {
  async function ask(
    registry: string,
    path: string,
    method: 'HEAD' | 'GET',
    login: Login | null,
    signal: AbortSignal,
  ): Promise<OutboundReply> {
    const { origin, isOnThisMachine } = registryOrigin(registry);
    const purpose = isOnThisMachine ? onThisMachine : elsewhere;
    const call = { method, headers: { accept: manifests }, signal };
    const first = await outbound.fetch(purpose, `${origin}${path}`, call);
    if (first.status !== 401) return first;
    const authorization = await authorize(purpose, first.headers['www-authenticate'] ?? '', login, signal);
    if (authorization === null) return first;
    return await outbound.fetch(purpose, `${origin}${path}`, {
      ...call,
      headers: { ...call.headers, authorization },
    });
  }

  /** What to send after a challenge (RFC 9110 section 11); null when nothing can be. Throws a reply that refuses as Refused. */
  async function authorize(
    purpose: Purpose,
    challenge: string,
    login: Login | null,
    signal: AbortSignal,
  ): Promise<string | null> {
    const { scheme, values } = parseChallenge(challenge);
    if (scheme === 'basic') return login === null ? null : basic(login);
    const realm = URL.parse(values.get('realm') ?? '');
    if (scheme !== 'bearer' || realm === null) return null;
    for (const name of ['service', 'scope']) {
      const value = values.get(name);
      if (value !== undefined) realm.searchParams.set(name, value);
    }
    const reply = await outbound.fetch(purpose, realm, {
      headers: { accept: 'application/json', ...(login === null ? {} : { authorization: basic(login) }) },
      signal,
    });
    if (reply.status !== 200) throw new Refused(reply);
    const { token, access_token: access } = TokenReply.parse(JSON.parse(reply.body.toString('utf8')));
    return `Bearer ${token ?? access ?? ''}`;
  }

  return {
    async digestOf(reference, login, signal) {
      const path = `/v2/${reference.repository}/manifests/${reference.tag}`;
      try {
        const reply = await ask(reference.registry, path, 'HEAD', login, signal);
        if (reply.status !== 200) return refusedBy(reply, login, clock.now());
        const digest = reply.headers['docker-content-digest'];
        if (digest !== undefined && digestText.test(digest)) return { digest };
        // Some say it nowhere; the digest is that of the bytes.
        const whole = await ask(reference.registry, path, 'GET', login, signal);
        if (whole.status !== 200) return refusedBy(whole, login, clock.now());
        return { digest: `sha256:${createHash('sha256').update(whole.body).digest('hex')}` };
      } catch (error) {
        if (error instanceof Refused) return refusedBy(error.reply, login, clock.now());
        return failureOf(error, signal);
      }
    },
    async tryLogin(registry, login, signal) {
      try {
        const reply = await ask(registry, '/v2/', 'GET', login, signal);
        if (reply.status === 200) return null;
        const asked = refusedBy(reply, login, clock.now());
        return 'failure' in asked ? asked.detail : null;
      } catch (error) {
        if (error instanceof Refused) {
          const asked = refusedBy(error.reply, login, clock.now());
          return 'failure' in asked ? asked.detail : null;
        }
        const asked = failureOf(error, signal);
        return 'failure' in asked ? asked.detail : null;
      }
    },
  };
}

/** The token service refused. */
class Refused extends Error {
  override readonly name = 'Refused';
  readonly reply: OutboundReply;

  constructor(reply: OutboundReply) {
    super(`answered ${reply.status}`);
    this.reply = reply;
  }
}

function refusedBy(reply: OutboundReply, login: Login | null, now: Date): Asked {
  const { status, url } = reply;
  switch (status) {
    case 401:
    case 403:
      return login === null
        ? {
            failure: 'needs-login',
            detail: `${url.host} wants a login, or has no such image.`,
            retryAt: null,
          }
        : {
            failure: 'refused-login',
            detail: `${url.host} refuses the login that is kept for it.`,
            retryAt: null,
          };
    case 404:
      return { failure: 'not-found', detail: `${url.host} has no such image.`, retryAt: null };
    case 429: {
      const retryAt = retryTime(reply.headers['retry-after'], now);
      const detail = `${url.host} was asked too often and wants to be left alone until ${retryAt.toISOString()}.`;
      return { failure: 'rate-limited', detail, retryAt };
    }
    default:
      return {
        failure: status >= 500 ? 'unreachable' : 'rejected',
        detail: `${url.host} answered ${status}.`,
        retryAt: null,
      };
  }
}

function failureOf(error: unknown, signal: AbortSignal): Asked {
  if (signal.aborted) throw signal.reason;
  if (error instanceof DriverError) {
    const failure = error.kind === 'unavailable' ? 'unreachable' : 'rejected';
    return { failure, detail: error.message, retryAt: null };
  }
  if (error instanceof SyntaxError || error instanceof z.ZodError)
    return {
      failure: 'rejected',
      detail: 'The registry sent an answer that is not understood.',
      retryAt: null,
    };
  throw error;
}

/** Seconds or a date (RFC 9110 section 10.2.3). */
function retryTime(header: string | undefined, now: Date): Date {
  const text = header?.trim() ?? '';
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : new Date(text).getTime() - now.getTime();
  const wait = Number.isFinite(ms) && ms > 0 ? ms : pauseMs;
  return new Date(now.getTime() + Math.min(wait, longestPauseMs));
}

/** `Bearer realm="…",service="…"` in its parts. */
export function parseChallenge(text: string): { scheme: string; values: Map<string, string> } {
  const [, scheme = '', rest = ''] = /^\s*(\w+)\s*(.*)$/s.exec(text) ?? [];
  const values = new Map<string, string>();
  for (const [, name = '', quoted, plain] of rest.matchAll(
    /([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g,
  ))
    values.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '');
  return { scheme: scheme.toLowerCase(), values };
}

function basic({ username, password }: Login): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
