import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type AcmeParts, newestOrders, obtain, type Prover, type Wanted } from '@nebula/acme';
import { newId } from '@nebula/db';
import { DriverError } from '@nebula/errors';
import type { Outbound, OutboundReply } from '@nebula/outbound';
import { startPebble } from '@nebula/testbed';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { certifiedDomains } from '../domains/index.ts';
import type { DomainGround } from '../domains/testing.ts';
import { certificateGround, type CertificateHands } from './testing.ts';

let ground: DomainGround;
let hands: CertificateHands;
let parts: AcmeParts;

beforeAll(async () => {
  ({ ground, hands } = await certificateGround(inject('postgres')));
  const { acmeRoots, authorities, clock, database, outbound, vault } = ground.app.app.resources;
  parts = { authorities, clock, database, outbound, roots: acmeRoots, vault };
});
afterAll(() => ground[Symbol.asyncDispose]());

const wait = () => ({ signal: AbortSignal.timeout(120_000), progress: () => undefined });
const challenges = (name: string) => ground.powerDns.rrset(ground.zone, `_acme-challenge.${name}`, 'TXT');

/** A domain that is served, with who proves its name. */
async function served(label: string): Promise<{ id: string; name: string; prover: Prover; wanted: Wanted }> {
  const { id, name } = await hands.add(label);
  await hands.provisioned(id);
  const prover = await certifiedDomains(ground.app.app.resources).prover(id);
  if (prover === null) throw new Error('the domain is gone');
  const wanted = { request: newId(), subject: id, names: [name], methods: ['dns-01' as const] };
  return { id, name, prover, wanted };
}

describe('an order that is cut short', () => {
  test.each([
    'planned',
    'unrecorded',
    'ordered',
    'intended',
    'placed',
    'proven',
    'keyed',
    'finalized',
    'issued',
  ])('at "%s" is taken up: no second order, no orphan record, the same key', async (point) => {
    const { id, name, prover, wanted } = await served(`cut-${point}`);
    let isOver = false;
    const crash = (at: string) => {
      if (at !== point || isOver) return;
      isOver = true;
      throw new Error('killed');
    };
    const orders: string[] = [];
    const counting = {
      ...parts,
      outbound: watching(parts.outbound, ({ url, reply }) => {
        const { location } = reply.headers;
        if (reply.status === 201 && /order/.test(url) && location !== undefined) orders.push(location);
      }),
    };
    await expect(obtain({ ...wanted, crash }, prover, counting, wait())).rejects.toThrow('killed');
    const { certificateId } = await obtain(wanted, prover, counting, wait());
    // Taken up once more, as when the result of the step was lost.
    expect((await obtain(wanted, prover, counting, wait())).certificateId).toBe(certificateId);
    expect(await challenges(name)).toEqual([]);
    expect(await newestOrders(parts.database.sql, id, 10)).toMatchObject([{ state: 'issued', proofs: [] }]);
    expect(orders).toHaveLength(1);
  });
});

describe('an authority', () => {
  test('that limits us is left alone until it says, and the next is asked', async () => {
    const { id, prover, wanted } = await served('limited');
    const [real] = parts.authorities;
    if (real === undefined) throw new Error('no authority');
    const limiting = { ...real, directory: 'https://limiting.invalid/dir' };
    const both = {
      ...parts,
      authorities: [limiting, real],
      outbound: answering(parts.outbound, 'limiting.invalid', 429, { 'retry-after': '7200' }),
    };
    const before = parts.clock.now().getTime();
    expect((await obtain(wanted, prover, both, wait())).directory).toBe(real.directory);
    const rows = await newestOrders(parts.database.sql, id, 10);
    expect(rows.map(({ directory, state, fault }) => [directory, state, fault])).toEqual([
      [real.directory, 'issued', null],
      [limiting.directory, 'failed', 'authority'],
    ]);
    const { rows: known } = await parts.database.pool.query(
      'select retry_at from acme_authorities where directory = $1',
      [limiting.directory],
    );
    expect(known[0].retry_at.getTime()).toBeGreaterThanOrEqual(before + 7_200_000);
    // Also by who starts later, and does not know of it from memory.
    const again = { ...wanted, request: newId() };
    const quiet = { ...both, outbound: answering(parts.outbound, 'limiting.invalid', 200, {}) };
    expect((await obtain(again, prover, quiet, wait())).directory).toBe(real.directory);
    expect((await newestOrders(parts.database.sql, id, 1))[0]?.directory).toBe(real.directory);
    await parts.database.pool.query('delete from acme_authorities where directory = $1', [
      limiting.directory,
    ]);
  });

  test('that issues something that is no certificate has failed, and the next is asked', async () => {
    const { id, name, prover, wanted } = await served('garbled');
    const [real] = parts.authorities;
    if (real === undefined) throw new Error('no authority');
    const next = { ...real, directory: 'https://next.invalid/dir' };
    const garbling: AcmeParts['outbound'] = {
      ...answering(parts.outbound, 'next.invalid', 503, {}),
      async fetch(purpose, url, call) {
        const outbound = answering(parts.outbound, 'next.invalid', 503, {});
        const reply = await outbound.fetch(purpose, url, call);
        return reply.headers['content-type']?.includes('pem-certificate-chain') === true
          ? { ...reply, body: Buffer.from('<html>') }
          : reply;
      },
    };
    const both = { ...parts, authorities: [real, next], outbound: garbling };
    await expect(obtain(wanted, prover, both, wait())).rejects.toThrow(DriverError);
    const rows = await newestOrders(parts.database.sql, id, 10);
    expect(rows.map(({ directory, state, fault }) => [directory, state, fault])).toEqual([
      [next.directory, 'failed', 'authority'],
      [real.directory, 'failed', 'authority'],
    ]);
    expect(rows[1]?.problem).toContain('no certificate');
    expect(await challenges(name)).toEqual([]);
  });

  test('hears that our address for letters changed, and keeps the account', async () => {
    const { prover, wanted } = await served('letters');
    const [real] = parts.authorities;
    if (real === undefined) throw new Error('no authority');
    const known = async () =>
      (
        await parts.database.pool.query(
          'select account_url, email from acme_authorities where directory = $1',
          [real.directory],
        )
      ).rows[0];
    const { account_url: url } = await known();
    const told: { url: string; body: string }[] = [];
    const telling: AcmeParts = {
      ...parts,
      authorities: [{ ...real, email: 'new@home.test' }],
      outbound: {
        ...parts.outbound,
        async fetch(purpose, to, call) {
          told.push({ url: String(to), body: String(call?.body ?? '') });
          return await parts.outbound.fetch(purpose, to, call);
        },
      },
    };
    await obtain(wanted, prover, telling, wait());
    expect(await known()).toEqual({ account_url: url, email: 'new@home.test' });
    const payloads = told
      .filter((one) => one.url === url && one.body !== '')
      .map(({ body }) =>
        Buffer.from((JSON.parse(body) as { payload: string }).payload, 'base64url').toString(),
      );
    expect(payloads).toContain('{"contact":["mailto:new@home.test"]}');
    await obtain({ ...wanted, request: newId() }, prover, parts, wait());
    expect(await known()).toEqual({ account_url: url, email: null });
  });

  test('that wants an account it knows gets ours bound to the one that it gives for an address of letters', async () => {
    const { id, prover, wanted } = await served('bound');
    const key = randomBytes(32).toString('base64url');
    await using bound = await startPebble({
      ...{ dnsServer: ground.powerDns.nameServer, httpPort: 9, tlsPort: 9 },
      externalAccounts: { 'kid-1': key },
    });
    const asked: string[] = [];
    const giving: Outbound = {
      fetch: async (purpose, url, call) => {
        if (new URL(url).hostname !== 'giving.invalid') return await parts.outbound.fetch(purpose, url, call);
        asked.push(String(call?.body));
        const body = Buffer.from(JSON.stringify({ success: true, eab_kid: 'kid-1', eab_hmac_key: key }));
        return { url: new URL(url), status: 200, headers: {}, cookies: [], body };
      },
      address: answering(parts.outbound, 'giving.invalid', 200, {}).address,
    };
    const { directory } = bound;
    const authority = { directory, email: null, external: null, staging: null };
    const bindingUrl = 'https://giving.invalid/eab';
    const roots = [...parts.roots, readFileSync(bound.rootFile, 'utf8')];
    const at = (email: string | null): AcmeParts => ({
      ...{ ...parts, roots, outbound: giving },
      authorities: [{ ...authority, email, bindingUrl }],
    });
    const alone = obtain({ ...wanted, request: newId() }, prover, at(null), wait());
    await expect(alone).rejects.toThrow('NEBULA_ACME_EMAIL');
    expect(asked).toEqual([]);
    await parts.database.pool.query('update acme_authorities set retry_at = null where directory = $1', [
      directory,
    ]);
    expect((await obtain(wanted, prover, at('me@home.test'), wait())).directory).toBe(directory);
    await obtain({ ...wanted, request: newId() }, prover, at('me@home.test'), wait());
    expect(asked).toEqual(['email=me%40home.test']);
    expect((await newestOrders(parts.database.sql, id, 3)).map(({ state }) => state)).toEqual([
      ...['issued', 'issued', 'failed'],
    ]);
  });

  test('is asked by a rehearsal first after several tries failed, and not at all when that fails', async () => {
    const { id, name, prover, wanted } = await served('rehearsed');
    const [real] = parts.authorities;
    if (real === undefined) throw new Error('no authority');
    const staged = { ...parts, authorities: [{ ...real, staging: real.directory }] };
    const refusing: Prover = {
      place: async () => {
        throw new DriverError('unavailable', 'the name server is away');
      },
      remove: async () => undefined,
    };
    for (let tries = 0; tries < 2; tries += 1) {
      const failing = { ...wanted, request: newId() };
      await expect(obtain(failing, refusing, staged, wait())).rejects.toThrow('away');
    }
    const third = { ...wanted, request: newId() };
    await expect(obtain(third, refusing, staged, wait())).rejects.toThrow('away');
    expect((await newestOrders(parts.database.sql, id, 1))[0]).toMatchObject({
      isRehearsal: true,
      state: 'failed',
    });
    await obtain({ ...wanted, request: newId() }, prover, staged, wait());
    const rows = await newestOrders(parts.database.sql, id, 2);
    expect(rows.map(({ isRehearsal, state }) => [isRehearsal, state])).toEqual([
      [false, 'issued'],
      [true, 'issued'],
    ]);
    expect(await challenges(name)).toEqual([]);
  });
});

/** Tells of every answer. */
function watching(outbound: Outbound, tell: (call: { url: string; reply: OutboundReply }) => void): Outbound {
  return {
    ...outbound,
    async fetch(purpose, url, call) {
      const reply = await outbound.fetch(purpose, url, call);
      tell({ url: String(url), reply });
      return reply;
    },
  };
}

/** Answers for one host, and leaves the others to the real one. */
function answering(
  outbound: Outbound,
  host: string,
  status: number,
  headers: Record<string, string>,
): Outbound {
  return {
    fetch: async (purpose, url, call) =>
      new URL(url).hostname === host
        ? { url: new URL(url), status, headers, body: Buffer.from('{}'), cookies: [] }
        : await outbound.fetch(purpose, url, call),
    address: async (purpose, name, signal) =>
      name === host ? '127.0.0.1' : await outbound.address(purpose, name, signal),
  };
}
