import { createHmac } from 'node:crypto';
import { DriverError } from '@nebula/errors';
import type { Outbound, OutboundReply } from '@nebula/outbound';
import { describe, expect, test } from 'vitest';
import { openAcme } from './client.ts';
import { makeKey, openAccountKey } from './keys.ts';

const origin = 'https://authority.test';
const directory = {
  newNonce: `${origin}/nonce`,
  newAccount: `${origin}/account`,
  newOrder: `${origin}/order`,
  renewalInfo: `${origin}/renewal`,
};

interface Asked {
  method: string;
  url: string;
  body: string;
}

type Signed = { protected: string; payload: string };
type Answer = { status?: number; headers?: Record<string, string>; body?: unknown };

/** An authority that answers as it is told, and what it was asked. */
function authority(answer: (asked: Asked, times: number) => Answer) {
  const asked: Asked[] = [];
  const purposes: string[] = [];
  const outbound: Outbound = {
    async fetch(purpose, given, call = {}): Promise<OutboundReply> {
      const url = String(given);
      const one = { method: call.method ?? 'GET', url, body: String(call.body ?? '') };
      const times = asked.filter((before) => before.url === url).length;
      asked.push(one);
      purposes.push(purpose.reach);
      const known: Answer | null =
        url === `${origin}/directory` ? { body: directory } : url === directory.newNonce ? {} : null;
      const { status = 200, headers = {}, body = {} } = known ?? answer(one, times);
      return {
        ...{ url: new URL(url), status, cookies: [], body: Buffer.from(JSON.stringify(body)) },
        headers: { 'replay-nonce': `nonce-${asked.length}`, ...headers },
      };
    },
    address: async () => '93.184.215.14',
  };
  return {
    ...{ asked, purposes },
    client: openAcme({ directory: `${origin}/directory`, outbound, roots: [] }),
  };
}

const signal = AbortSignal.timeout(60_000);
const account = { key: openAccountKey(makeKey()), url: `${origin}/account/1` };
const decoded = (text: string) =>
  JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>;

describe('an authority', () => {
  test('that has forgotten a nonce is asked again with a new one, and not for ever', async () => {
    const { asked, client } = authority((_asked, times) =>
      times === 0
        ? { status: 400, body: { type: 'urn:ietf:params:acme:error:badNonce' } }
        : { body: { status: 'pending', identifiers: [], authorizations: [], finalize: `${origin}/f` } },
    );
    await client.order(account, `${origin}/order/1`, signal);
    const nonces = asked
      .filter(({ url }) => url.endsWith('/order/1'))
      .map(({ body }) => decoded((JSON.parse(body) as { protected: string }).protected)['nonce']);
    expect(new Set(nonces).size).toBe(2);
    const stubborn = authority(() => ({
      status: 400,
      body: { type: 'urn:ietf:params:acme:error:badNonce' },
    }));
    await expect(stubborn.client.order(account, `${origin}/order/1`, signal)).rejects.toThrow(DriverError);
    expect(stubborn.asked.filter(({ url }) => url.endsWith('/order/1'))).toHaveLength(3);
  });

  test.each([
    [{ status: 429, headers: { 'retry-after': '3600' } }, 'rate-limited', 3600],
    [
      {
        status: 429,
        headers: { date: 'Thu, 01 Jan 2026 00:00:00 GMT', 'retry-after': 'Thu, 01 Jan 2026 02:00:00 GMT' },
      },
      'rate-limited',
      7200,
    ],
    [{ status: 503 }, 'unavailable', undefined],
    [{ status: 403, body: { type: 'urn:ietf:params:acme:error:unauthorized' } }, 'unauthorized', undefined],
    [{ status: 400, body: { type: 'urn:ietf:params:acme:error:caa', detail: 'no' } }, 'rejected', undefined],
  ])('that answers %j is told as %s', async (answer, kind, retryAfterSeconds) => {
    const { client } = authority(() => answer);
    await expect(client.newOrder(account, ['a.test'], signal)).rejects.toMatchObject({
      kind,
      retryAfterSeconds,
    });
  });

  test('that tells nothing of ACME is told as such', async () => {
    const { client } = authority(() => ({ body: 'hello' }));
    await expect(client.order(account, `${origin}/order/1`, signal)).rejects.toThrow('not ACME');
  });

  test('of the internet cannot lead a call into the home network', async () => {
    const { client, purposes } = authority(() => ({ body: [] }));
    await client.needsExternalAccount(signal);
    expect(purposes).toEqual(['public']);
  });

  test('says when it wants a certificate to be renewed, and when it may be asked again', async () => {
    const window = { start: '2026-02-01T00:00:00Z', end: '2026-02-03T00:00:00Z' };
    const { asked, client } = authority(() => ({
      headers: { 'retry-after': '21600' },
      body: { suggestedWindow: window },
    }));
    const now = new Date('2026-01-01T00:00:00Z');
    expect(await client.renewalWindow('aki.serial', now, signal)).toEqual({
      ...{ start: new Date(window.start), end: new Date(window.end) },
      askAgainAt: new Date('2026-01-01T06:00:00Z'),
    });
    expect(asked.at(-1)).toMatchObject({ method: 'GET', url: `${origin}/renewal/aki.serial` });
    expect(await authority(() => ({ status: 404 })).client.renewalWindow('x.y', now, signal)).toBeNull();
  });

  test('that wants an account it knows gets ours bound to it (RFC 8555 section 7.3.4)', async () => {
    const { asked, client } = authority(() => ({
      status: 201,
      headers: { location: `${origin}/account/1` },
    }));
    const hmac = Buffer.from('a key of the authority').toString('base64url');
    const options = { email: 'me@home.test', external: { keyId: 'kid-1', hmac } };
    expect(await client.account(account.key, options, signal)).toBe(`${origin}/account/1`);
    const { payload } = JSON.parse(asked.at(-1)?.body ?? '{}') as { payload: string };
    const { contact, externalAccountBinding: bound } = decoded(payload) as {
      contact: string[];
      externalAccountBinding: { protected: string; payload: string; signature: string };
    };
    expect(contact).toEqual(['mailto:me@home.test']);
    expect(decoded(bound.protected)).toEqual({ alg: 'HS256', kid: 'kid-1', url: directory.newAccount });
    expect(decoded(bound.payload)).toEqual(account.key.jwk);
    const wanted = createHmac('sha256', 'a key of the authority').update(
      `${bound.protected}.${bound.payload}`,
    );
    expect(bound.signature).toBe(wanted.digest('base64url'));
  });

  test('that gives an account for an address of letters is asked for it, and told when it gives none', async () => {
    const { asked, client, purposes } = authority(() => ({
      body: { success: true, eab_kid: 'kid-2', eab_hmac_key: 'a2V5' },
    }));
    const at = `${origin}/eab-credentials-email`;
    const external = { keyId: 'kid-2', hmac: 'a2V5' };
    expect(await client.externalAccount(at, 'me+acme@home.test', signal)).toEqual(external);
    expect(asked).toEqual([{ method: 'POST', url: at, body: 'email=me%2Bacme%40home.test' }]);
    expect(purposes).toEqual(['public']);
    const refusing = authority(() => ({ body: { success: false, error: { code: 2900 } } }));
    await expect(refusing.client.externalAccount(at, 'x@home.test', signal)).rejects.toThrow(DriverError);
  });

  test('is told at the address of the account that letters go elsewhere', async () => {
    const { asked, client } = authority(() => ({ body: { status: 'valid' } }));
    await client.changeContact(account, 'new@home.test', signal);
    await client.changeContact(account, null, signal);
    const told = asked.filter(({ url }) => url === account.url).map(({ body }) => JSON.parse(body) as Signed);
    expect(told.map(({ payload }) => decoded(payload))).toEqual([
      { contact: ['mailto:new@home.test'] },
      { contact: [] },
    ]);
    expect(decoded(told[0]?.protected ?? '')).toMatchObject({ kid: account.url });
  });

  test('tells orders over several pages', async () => {
    const { client } = authority(({ url }) => {
      if (url === account.url) return { body: { orders: `${origin}/orders` } };
      if (url === `${origin}/orders`) {
        return {
          headers: { link: `<${origin}/orders?2>;rel="next"` },
          body: { orders: [`${origin}/order/1`] },
        };
      }
      return {
        headers: { link: `<${origin}/directory>;rel="index"` },
        body: { orders: [`${origin}/order/2`] },
      };
    });
    expect(await client.orders(account, signal)).toEqual([`${origin}/order/1`, `${origin}/order/2`]);
  });
});
