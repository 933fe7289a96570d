import { DriverError } from '@nebula/errors';
import {
  definePurpose,
  type Outbound,
  type OutboundCall,
  type OutboundReply,
  placeOf,
} from '@nebula/outbound';
import type { z } from 'zod';
import { LayerFault } from './faults.ts';

/** Calls one provider. */
export interface Caller {
  /** Calls a path below the provider's address. */
  fetch(path: string, call?: OutboundCall): Promise<OutboundReply>;
}

const limits = { timeoutMs: 20_000, maxBytes: 16 * 1024 * 1024, redirects: 0 };

/**
 * Calls of a provider at `base`. A provider on the internet is reached at public addresses and encrypted only; one that is
 * given by an address of this machine or of the home network is reached there, and plainly if it is so written.
 */
export function callerOf(outbound: Outbound, base: string, name: string, kind: 'public' | 'own'): Caller {
  const host = URL.parse(base)?.hostname.replace(/^\[|\]$/g, '') ?? '';
  const place = placeOf(host);
  const isNear = kind === 'own' || place === 'machine' || place === 'home';
  const purpose = definePurpose({
    name,
    reach: isNear ? 'machine' : 'public',
    allowsPlain: isNear,
    ...limits,
  });
  const root = base.replace(/\/+$/, '');
  return { fetch: (path, call) => outbound.fetch(purpose, `${root}${path}`, call) };
}

/** Reads an answer by its schema. Throws a DriverError `rejected` for one that is not understood. */
export function parsedReply<T extends z.ZodType>(schema: T, reply: OutboundReply): z.output<T> {
  let json: unknown;
  try {
    json = JSON.parse(reply.body.toString('utf8'));
  } catch (cause) {
    throw notUnderstood(reply, cause);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw notUnderstood(reply, parsed.error);
  return parsed.data;
}

/** An answer in which what must be there is not there. */
export function notUnderstood({ url, status }: OutboundReply, cause?: unknown): LayerFault {
  return new LayerFault(
    'answer',
    'rejected',
    `${url.host} answered (${status}) with something that is not understood.`,
    { cause },
  );
}

/** What a status says where the provider has no words of its own. */
export function failureOf(reply: OutboundReply, words: string | null): DriverError {
  const { status, url } = reply;
  const said = words === null ? '.' : `: ${oneLine(words)}`;
  if (status === 401) return new LayerFault('sign-in', 'unauthorized', `${url.host} refuses the key${said}`);
  if (status === 403)
    return new LayerFault('right', 'unauthorized', `${url.host} does not allow this${said}`);
  if (status === 429) {
    const after = Number(reply.headers['retry-after']);
    const seconds = Number.isFinite(after) && after > 0 ? Math.min(after, 86_400) : 60;
    const message = `${url.host} was asked too often and wants to be left alone for ${seconds} s.`;
    return new DriverError('rate-limited', message, { retryAfterSeconds: seconds });
  }
  if (status >= 500) return new LayerFault('answer', 'unavailable', `${url.host} answered ${status}${said}`);
  return new DriverError('rejected', `${url.host} refuses this (${status})${said}`);
}

/** Foreign words in one line that is not too long. */
export function oneLine(text: string): string {
  const plain = text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069\s]+/gu, ' ').trim();
  return plain.length > 300 ? `${plain.slice(0, 299)}…` : plain;
}
