import { DriverError } from '@nebula/errors';
import { definePurpose, type Outbound, type OutboundReply, placeOf, type Purpose } from '@nebula/outbound';
import { z } from 'zod';
import { type AccountKey, bindExternally } from './keys.ts';
import { AcmeProblem, problemOf } from './problems.ts';

/** An account at an authority: its key, and its address there once it has one. */
export interface AcmeAccount {
  key: AccountKey;
  url: string;
}

const Identifier = z.object({ type: z.string(), value: z.string() });
const Trouble = z.object({ type: z.string().optional(), detail: z.string().optional() });

const Directory = z.object({
  newNonce: z.url(),
  newAccount: z.url(),
  newOrder: z.url(),
  renewalInfo: z.url().optional(),
  meta: z.object({ externalAccountRequired: z.boolean().optional() }).optional(),
});

/** An order as the authority tells it (RFC 8555 section 7.1.3). */
export const AcmeOrder = z.object({
  status: z.enum(['pending', 'ready', 'processing', 'valid', 'invalid']),
  identifiers: z.array(Identifier),
  authorizations: z.array(z.url()),
  finalize: z.url(),
  certificate: z.url().optional(),
  error: Trouble.optional(),
});
export type AcmeOrder = z.infer<typeof AcmeOrder>;

const Challenge = z.object({
  type: z.string(),
  url: z.url(),
  status: z.string(),
  token: z.string().default(''),
  error: Trouble.optional(),
});

/** The proof that is wanted for one name (RFC 8555 section 7.1.4). */
export const Authorization = z.object({
  status: z.enum(['pending', 'valid', 'invalid', 'deactivated', 'expired', 'revoked']),
  identifier: Identifier,
  wildcard: z.boolean().optional(),
  challenges: z.array(Challenge),
});
export type Authorization = z.infer<typeof Authorization>;

const RenewalInfo = z.object({
  suggestedWindow: z.object({
    start: z.iso.datetime({ offset: true }),
    end: z.iso.datetime({ offset: true }),
  }),
});

/** When an authority wants a certificate to be renewed (RFC 9773), and when it may be asked again. */
export interface RenewalWindow {
  start: Date;
  end: Date;
  askAgainAt: Date;
}

/** An authority that speaks ACME (RFC 8555). Failures are DriverErrors; what it says no to is an {@link AcmeProblem}. */
export interface AcmeClient {
  /** Whether it wants accounts to be bound to one that it knows from elsewhere. */
  needsExternalAccount(signal: AbortSignal): Promise<boolean>;
  /** Asks for an account to bind ours to, where an authority gives one to whoever tells an address for letters. */
  externalAccount(url: string, email: string, signal: AbortSignal): Promise<{ keyId: string; hmac: string }>;
  /** Makes the account of a key, or finds it again; answers its address. */
  account(
    key: AccountKey,
    options: { email: string | null; external: { keyId: string; hmac: string } | null },
    signal: AbortSignal,
  ): Promise<string>;
  /** Says where letters to the owner of an account go now; null takes the address away (RFC 8555 section 7.3.2). */
  changeContact(account: AcmeAccount, email: string | null, signal: AbortSignal): Promise<void>;
  /** Addresses of the account's orders; empty where the authority does not tell them. */
  orders(account: AcmeAccount, signal: AbortSignal): Promise<string[]>;
  newOrder(
    account: AcmeAccount,
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<{ url: string; order: AcmeOrder }>;
  order(account: AcmeAccount, url: string, signal: AbortSignal): Promise<AcmeOrder>;
  authorization(account: AcmeAccount, url: string, signal: AbortSignal): Promise<Authorization>;
  /** Says that a proof can be looked at. */
  answer(account: AcmeAccount, challengeUrl: string, signal: AbortSignal): Promise<void>;
  finalize(account: AcmeAccount, url: string, request: Buffer, signal: AbortSignal): Promise<void>;
  /** The chain in PEM. */
  certificate(account: AcmeAccount, url: string, signal: AbortSignal): Promise<string>;
  /** When it wants a certificate to be renewed; null where it does not say. */
  renewalWindow(id: string, now: Date, signal: AbortSignal): Promise<RenewalWindow | null>;
}

/** An account to bind ours to, as ZeroSSL gives it (zerossl.com/documentation/acme/generate-eab-credentials). */
const Binding = z.object({ eab_kid: z.string().min(1), eab_hmac_key: z.string().min(1) });

const mostNonceTries = 3;
/** Pages of orders that are read. */
const mostPages = 200;

/**
 * Opens an authority; nothing is asked before the first call.
 *
 * @param directory https address of its directory
 * @param roots PEM of authorities by which its own HTTPS is trusted besides the usual ones
 */
export function openAcme(parts: {
  directory: string;
  outbound: Outbound;
  roots: readonly string[];
}): AcmeClient {
  const { outbound, roots } = parts;
  let nonce: string | null = null;
  let known: Promise<z.infer<typeof Directory>> | null = null;
  let purpose: Promise<Purpose> | null = null;

  async function send(
    url: string,
    call: { method: string; body?: string },
    signal: AbortSignal,
  ): Promise<OutboundReply> {
    purpose ??= purposeFor(parts.directory, outbound, signal);
    const allowed = await purpose.catch((error: unknown) => {
      purpose = null;
      throw error;
    });
    const reply = await outbound.fetch(allowed, url, {
      ...call,
      ...(call.body === undefined ? {} : { headers: { 'content-type': 'application/jose+json' } }),
      ...(roots.length === 0 ? {} : { ca: roots }),
      keepsRedirects: true,
      signal,
    });
    nonce = reply.headers['replay-nonce'] ?? nonce;
    return reply;
  }

  async function directory(signal: AbortSignal): Promise<z.infer<typeof Directory>> {
    known ??= send(parts.directory, { method: 'GET' }, signal).then((reply) => read(Directory, reply));
    try {
      return await known;
    } catch (error) {
      known = null;
      throw error;
    }
  }

  async function freshNonce(signal: AbortSignal): Promise<string> {
    if (nonce === null) await send((await directory(signal)).newNonce, { method: 'HEAD' }, signal);
    const fresh = nonce;
    nonce = null;
    if (fresh === null) throw new DriverError('unavailable', `${hostOf(parts.directory)} gives no nonce.`);
    return fresh;
  }

  /** A signed request; a nonce that the authority has forgotten is replaced (RFC 8555 section 6.5). */
  async function post(
    url: string,
    who: { key: AccountKey; url?: string },
    payload: object | null,
    signal: AbortSignal,
  ): Promise<OutboundReply> {
    const identity = who.url === undefined ? { jwk: who.key.jwk } : { kid: who.url };
    for (let tries = 1; ; tries += 1) {
      const header = { nonce: await freshNonce(signal), url, ...identity };
      const reply = await send(url, { method: 'POST', body: who.key.sign(header, payload) }, signal);
      if (reply.status < 300) return reply;
      const problem = problemOf(reply);
      if (!(problem instanceof AcmeProblem) || problem.type !== 'badNonce' || tries >= mostNonceTries) {
        throw problem;
      }
    }
  }

  return {
    async needsExternalAccount(signal) {
      return (await directory(signal)).meta?.externalAccountRequired === true;
    },
    async externalAccount(url, email, signal) {
      const reply = await outbound.fetch(await purposeFor(url, outbound, signal), url, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ email }).toString(),
        ...(roots.length === 0 ? {} : { ca: roots }),
        keepsRedirects: true,
        signal,
      });
      const { eab_kid: keyId, eab_hmac_key: hmac } = read(Binding, reply);
      return { keyId, hmac };
    },
    async account(key, { email, external }, signal) {
      const { newAccount } = await directory(signal);
      const payload = {
        termsOfServiceAgreed: true,
        ...(email === null ? {} : { contact: [`mailto:${email}`] }),
        ...(external === null ? {} : { externalAccountBinding: bindExternally(key, external, newAccount) }),
      };
      return locationOf(await post(newAccount, { key }, payload, signal));
    },
    async changeContact(account, email, signal) {
      await post(account.url, account, { contact: email === null ? [] : [`mailto:${email}`] }, signal);
    },
    async orders(account, signal) {
      const reply = await post(account.url, account, null, signal);
      const { orders } = read(z.object({ orders: z.url().optional() }), reply);
      if (orders === undefined) return [];
      try {
        const all: string[] = [];
        let next: string | null = orders;
        for (let pages = 0; next !== null && pages < mostPages; pages += 1) {
          const page: OutboundReply = await post(next, account, null, signal);
          all.push(...read(z.object({ orders: z.array(z.url()) }), page).orders);
          next = nextPage(page);
        }
        return all;
      } catch (error) {
        // Some name the list and do not keep it.
        if (error instanceof AcmeProblem && (error.status === 404 || error.status === 405)) return [];
        throw error;
      }
    },
    async newOrder(account, names, signal) {
      const { newOrder } = await directory(signal);
      const identifiers = names.map((value) => ({ type: 'dns', value }));
      const reply = await post(newOrder, account, { identifiers }, signal);
      return { url: locationOf(reply), order: read(AcmeOrder, reply) };
    },
    order: async (account, url, signal) => read(AcmeOrder, await post(url, account, null, signal)),
    authorization: async (account, url, signal) =>
      read(Authorization, await post(url, account, null, signal)),
    async answer(account, url, signal) {
      await post(url, account, {}, signal);
    },
    async finalize(account, url, request, signal) {
      await post(url, account, { csr: request.toString('base64url') }, signal);
    },
    certificate: async (account, url, signal) =>
      (await post(url, account, null, signal)).body.toString('utf8'),
    async renewalWindow(id, now, signal) {
      const { renewalInfo } = await directory(signal);
      if (renewalInfo === undefined) return null;
      const reply = await send(`${renewalInfo.replace(/\/$/, '')}/${id}`, { method: 'GET' }, signal);
      if (reply.status === 404) return null;
      const { suggestedWindow } = read(RenewalInfo, reply);
      const seconds = Number(reply.headers['retry-after'] ?? Number.NaN);
      const wait = Number.isFinite(seconds) ? Math.min(Math.max(seconds, 60), 86_400) : 21_600;
      return {
        start: new Date(suggestedWindow.start),
        end: new Date(suggestedWindow.end),
        askAgainAt: new Date(now.getTime() + wait * 1000),
      };
    },
  };
}

/** One in the internet leads us nowhere else; one at home, or on this machine, was named by whoever runs it. */
async function purposeFor(directory: string, outbound: Outbound, signal: AbortSignal): Promise<Purpose> {
  const widest = definePurpose({ name: 'certificates', reach: 'machine', timeoutMs: 30_000 });
  const place = placeOf(await outbound.address(widest, new URL(directory).hostname, signal));
  return place === 'never' ? widest : { ...widest, reach: place };
}

function read<T>(schema: z.ZodType<T>, reply: OutboundReply): T {
  if (reply.status >= 300) throw problemOf(reply);
  const parsed = schema.safeParse(jsonOf(reply));
  if (parsed.success) return parsed.data;
  throw new DriverError('rejected', `${reply.url.host} answers something that is not ACME.`);
}

function jsonOf(reply: OutboundReply): unknown {
  try {
    return JSON.parse(reply.body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function locationOf(reply: OutboundReply): string {
  const { location } = reply.headers;
  if (location === undefined || !URL.canParse(location)) {
    throw new DriverError('rejected', `${reply.url.host} does not say where it put what was asked for.`);
  }
  return location;
}

/** The page after this one (RFC 8555 section 7.1.2.1, RFC 8288). */
function nextPage({ headers, url }: OutboundReply): string | null {
  const target = /<([^>]+)>\s*;[^,]*rel="?next"?/.exec(headers['link'] ?? '')?.[1];
  return target === undefined ? null : (URL.parse(target, url.href)?.href ?? null);
}

/** The machine behind an address, as it is told to people. */
export function hostOf(url: string): string {
  return new URL(url).host;
}
