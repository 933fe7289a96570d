import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Clock } from '@nebula/clock';
import { type PowerDns, startPowerDns, startZoneEdit, type ZoneEdit } from '@nebula/testbed';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Caller, json, type TestApp, testApp } from '../../testing.ts';
import type { LedName, RouterToken } from './contract.ts';
import { type MadeToken, makeTokenAs, tellAt } from './testing.ts';

const zone = 'routers.example';
const slowZone = 'slow.example';
const patience = { timeout: 60_000, interval: 100 };
let server: PowerDns;
let zoneEdit: ZoneEdit;
let app: TestApp;
let viewer: Caller;
let operator: Caller;
let admin: Caller;
let own = '1.1.1.10';
let closeSource: () => void;
let skippedMs = 0;
/** Makes names and addresses different when a test is tried a second time. */
let made = 0;

/** Time as it is and what was skipped; who sleeps wakes when it is skipped over. */
const clock: Clock = {
  now: () => new Date(Date.now() + skippedMs),
  async sleep(ms, signal) {
    const until = this.now().getTime() + ms;
    while (this.now().getTime() < until) {
      signal?.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, Math.min(50, until - this.now().getTime())));
    }
    signal?.throwIfAborted();
  },
};

beforeAll(async () => {
  server = await startPowerDns();
  await server.addZone(zone);
  zoneEdit = await startZoneEdit({ zones: [slowZone], powerDns: server });
  const source = createServer((_request, response) => response.end(own)).listen(0, '127.0.0.1');
  await once(source, 'listening');
  closeSource = () => source.close();
  app = await testApp(inject('postgres'), {
    clock,
    environment: {
      NEBULA_DNS_RESOLVERS: server.nameServer,
      NEBULA_DNS_PORT: String(server.port),
      // The test itself is the proxy, so that requests come from anywhere.
      NEBULA_TRUSTED_PROXIES: '127.0.0.1',
      NEBULA_ADDRESS_SOURCES: `4=http://127.0.0.1:${(source.address() as AddressInfo).port}/`,
    },
  });
  viewer = await app.as('viewer');
  operator = await app.as('operator', ['*', 'account:skip-step-up']);
  admin = await app.as('admin', ['*', 'account:skip-step-up']);
  await addProvider('Home', { kind: 'powerdns', url: server.url }, { apiKey: server.apiKey });
  // Zones that this account held when it was tested are its own; these come later, and are kept by others.
  await server.addZone('hand.example');
  await server.addZone(slowZone, [{ name: `nas.${slowZone}`, type: 'A', values: ['192.0.2.1'] }]);
  await addProvider('By hand', { kind: 'manual', zones: ['hand.example'] }, {});
  const { user: username, token } = zoneEdit.account;
  zoneEdit.setRows(slowZone, 'a', [{ host: 'nas', ttl: 300, values: { ip: '192.0.2.1' } }]);
  const places = { panelUrl: zoneEdit.url, dynamicUrl: zoneEdit.url, nameServers: [server.nameServer] };
  await addProvider('Slow', { kind: 'zoneedit', username, ...places }, { [`token:${slowZone}`]: token });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  closeSource();
  await zoneEdit[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function addProvider(name: string, settings: object, secrets: object): Promise<void> {
  const response = await admin.fetch('/api/dns/providers', json('POST', { name, settings, secrets }));
  expect(response.status).toBe(201);
}

const makeToken = (names: string[], label = 'FRITZ!Box') => makeTokenAs(operator, names, label);

async function newToken(label = 'FRITZ!Box'): Promise<MadeToken & { name: string; address: string }> {
  made += 1;
  const name = `n${made}.${zone}`;
  return { ...(await makeToken([name], label)), name, address: `1.2.${made}.4` };
}

/** What a router is answered. */
async function tell(query: Record<string, string>, secret: string | null, from?: string) {
  const { type, ...told } = await tellAt(app.url, query, secret, from);
  expect(type).toBe('text/plain; charset=utf-8');
  return told;
}

const shown = (name: string, type = 'A', at = zone) => server.rrset(at, name, type);
const tokens = async () =>
  ((await (await viewer.fetch('/api/dyndns/tokens?limit=200')).json()) as { items: RouterToken[] }).items;
const tokenNow = async (id: string) => (await tokens()).find((token) => token.id === id);
const stateOf = async (id: string) => (await tokenNow(id))?.names.map(({ state }) => state);
/** Waits until the provider has taken what is wanted; time is skipped here, so nobody else looks at the right moment. */
async function settled(id: string): Promise<void> {
  const { queue, database } = app.app.resources;
  const look = async () => {
    await queue.runNow(database.sql, 'dyndns.catch-up');
    return await stateOf(id);
  };
  await expect.poll(look, patience).toEqual(['done']);
}
const badauth = { status: 401, text: 'badauth', asks: 'Basic realm="NebulaCommand", charset="UTF-8"' };

describe('a router with a token', () => {
  test('leads its names to both of its addresses, and hears when nothing changed', async () => {
    const { token, secret, name, address } = await newToken();
    const query = { hostname: name.toUpperCase(), myip: `${address},2606:4700::${made}` };

    expect(await tell(query, secret)).toEqual({ status: 200, text: `good ${query.myip}`, asks: null });
    await expect.poll(() => shown(name), patience).toEqual([address]);
    await expect.poll(() => shown(name, 'AAAA'), patience).toEqual([`2606:4700::${made}`]);
    await settled(token.id);
    expect(await tell(query, secret)).toMatchObject({ text: `nochg ${query.myip}` });
    expect(await tokenNow(token.id)).toMatchObject({
      ...{ label: 'FRITZ!Box', lastFrom: '9.9.9.9', lastAnswer: `nochg ${query.myip}`, refused: null },
      names: [{ name, state: 'done', addresses: { A: address, AAAA: `2606:4700::${made}` } }],
    });
  });

  test('is named in the audit and the list of changes, and its token nowhere', async () => {
    const { token, secret, name, address } = await newToken(`Router ${made}`);
    await tell({ hostname: name, myip: address }, secret);
    await settled(token.id);

    const audit = await (await admin.fetch('/api/audit?limit=200')).text();
    const entries = (JSON.parse(audit) as { items: { action: string; actor: { name: string } }[] }).items;
    const changes = await (await viewer.fetch('/api/dns/changes?limit=200')).text();
    expect(
      entries
        .filter(({ actor }) => actor.name === token.label)
        .map(({ action }) => action)
        .sort(),
    ).toEqual(['dns.write-records', 'dyndns.update']);
    expect(changes).toContain(`"actorName":"${token.label}"`);
    const everything = [audit, changes, JSON.stringify(await tokens()), app.log.join('\n')].join('\n');
    expect(everything).toContain(token.hint);
    expect(everything).not.toContain(secret);
  });

  test('keeps both families when it tells each in a request of its own, at once', async () => {
    const { token, secret, name, address } = await newToken();
    const answers = await Promise.all([
      tell({ hostname: name, myip: address }, secret),
      tell({ hostname: name, myipv6: `2606:4700::${made}` }, secret),
    ]);

    expect(answers.map(({ text }) => text)).toEqual([`good ${address}`, `good 2606:4700::${made}`]);
    await settled(token.id);
    expect([await shown(name), await shown(name, 'AAAA')]).toEqual([[address], [`2606:4700::${made}`]]);
  });

  test('is taken by its own address when it tells none, and only by a public one', async () => {
    const { token, secret, name, address } = await newToken();

    expect(await tell({ hostname: name }, secret, address)).toMatchObject({ text: `good ${address}` });
    expect(await tell({ hostname: name }, secret, '192.168.178.1')).toMatchObject({ text: 'dnserr' });
    expect(await tokenNow(token.id)).toMatchObject({ refused: 'private', lastAnswer: 'dnserr' });
    expect(await tell({ hostname: name, myip: '100.64.3.2' }, secret)).toMatchObject({ text: 'dnserr' });
    expect(await tokenNow(token.id)).toMatchObject({ refused: 'carrier-grade-nat' });
    await expect.poll(() => shown(name), patience).toEqual([address]);
  });

  test('leaves how long others keep a record that was there', async () => {
    const { secret, name, address } = await newToken();
    await server.put(zone, { name, type: 'A', ttl: 77, values: ['192.0.2.9'] });
    await tell({ hostname: name, myip: address }, secret);

    await expect.poll(() => shown(name), patience).toEqual([address]);
    const changed = async () => {
      const { items } = (await (await viewer.fetch(`/api/dns/changes?zone=${zone}&limit=50`)).json()) as {
        items: { name: string; before: unknown; after: unknown }[];
      };
      return items.find((change) => change.name === name);
    };
    await expect.poll(changed, patience).toMatchObject({
      before: { ttl: 77, values: ['192.0.2.9'] },
      after: { ttl: 77, values: [address] },
    });
  });

  test('gets the same answer for a wrong token, a revoked one and a name that is not its own', async () => {
    const [mine, other] = [await newToken(), await newToken('Other')];
    const query = { hostname: mine.name, myip: mine.address };

    expect(await tell(query, null)).toEqual(badauth);
    expect(await tell(query, `${mine.secret.slice(0, -2)}xx`)).toEqual(badauth);
    expect(await tell({ ...query, hostname: `nowhere.${zone}` }, 'guess')).toEqual(badauth);
    expect(await tell(query, other.secret)).toEqual(badauth);
    expect(await tell({ ...query, hostname: `nowhere.${zone}` }, mine.secret)).toEqual(badauth);
    expect(await tell({ ...query, hostname: `${mine.name},nowhere.${zone}` }, mine.secret)).toMatchObject({
      ...{ status: 200, text: `good ${mine.address}\nbadauth` },
    });
    await expect.poll(() => shown(mine.name), patience).toEqual([mine.address]);

    expect((await operator.fetch(`/api/dyndns/tokens/${mine.token.id}`, { method: 'DELETE' })).status).toBe(
      204,
    );
    expect(await tell(query, mine.secret)).toEqual(badauth);
    expect(await shown(mine.name)).toEqual([mine.address]);
  });

  test.each([
    [{}, 'notfqdn'],
    [{ hostname: 'router' }, 'notfqdn'],
    [{ hostname: Array.from({ length: 21 }, (_, n) => `n${n}.${zone}`).join(',') }, 'numhost'],
  ])('is told what is wrong with %j', async (query, answer) => {
    const { secret } = await newToken();
    expect(await tell(query, secret)).toEqual({ status: 200, text: answer, asks: null });
  });

  test('is not listened to while its network guesses, and others are', async () => {
    const { secret, name, address } = await newToken();
    for (let guess = 0; guess < 20; guess += 1) {
      expect(await tell({ hostname: name }, `guess-${guess}`, '8.8.4.4')).toEqual(badauth);
    }

    expect(await tell({ hostname: name, myip: address }, secret, '8.8.4.4')).toMatchObject({ text: 'abuse' });
    expect(await tell({ hostname: name, myip: address }, secret)).toMatchObject({ text: `good ${address}` });
    skippedMs += 601_000;
    expect(await tell({ hostname: name, myip: address }, secret, '8.8.4.4')).toMatchObject({
      text: `nochg ${address}`,
    });
  });

  test('that calls all the time is stopped, whatever networks it comes from', async () => {
    const { secret, name } = await newToken();
    const answers = new Set<string>();
    for (let call = 0; call < 61; call += 1) {
      answers.add((await tell({ hostname: name, myip: '1.9.9.9' }, secret, `7.7.${call}.7`)).text);
    }

    expect([...answers].at(-1)).toBe('abuse');
  });

  test('may be asked for its password first, and other methods are told what is taken', async () => {
    const posted = await fetch(`${app.url}/nic/update`, { method: 'POST' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    const misnamed = await fetch(`${app.url}/nic/update`, { headers: { authorization: 'Bearer neb_x' } });
    expect(misnamed.status).toBe(401);
    expect((await fetch(`${app.url}/api/nic/update`)).status).toBe(404);
  });
});

describe('names of tokens', () => {
  test.each([
    [['no.zone.test'], 'NO_ZONE', 422],
    [['not a name'], 'NO_ZONE', 422],
    [['www.hand.example'], 'BY_HAND', 422],
  ])('%j are refused with %s', async (names, code, status) => {
    const response = await operator.fetch('/api/dyndns/tokens', json('POST', { label: 'x', names }));
    expect([response.status, await response.json()]).toEqual([
      status,
      expect.objectContaining({ code, fields: [expect.objectContaining({ path: 'body.names.0' })] }),
    ]);
  });

  test('have one updater: no second token, not this machine, and not their domain', async () => {
    const { name } = await newToken();
    expect(await makeToken([name], 'Second')).toMatchObject({ code: 'NAME_LED' });
    expect(await (await operator.fetch('/api/dyndns/names', json('POST', { name }))).json()).toMatchObject({
      code: 'NAME_LED',
    });
    const [held] = (
      (await (await viewer.fetch('/api/dns/zones')).json()) as {
        items: { providerId: string; zone: string }[];
      }
    ).items.filter((one) => one.zone === zone);
    const domain = {
      name: `followed.${zone}`,
      target: { kind: 'addresses', upstreams: [{ host: '127.0.0.1', port: 1 }] },
      dns: { kind: 'provider', providerId: held?.providerId, zone },
    };
    const added = await operator.fetch('/api/domains', json('POST', domain));
    expect([201, 409]).toContain(added.status);
    expect(await makeToken([domain.name], 'Third')).toMatchObject({ code: 'NAME_FOLLOWED' });
    expect((await tokens()).map(({ label }) => label)).not.toContain('Third');
  });

  test('need a fresh proof of who makes their token', async () => {
    const key = await app.as('operator');
    const response = await key.fetch(
      '/api/dyndns/tokens',
      json('POST', { label: 'x', names: [`x.${zone}`] }),
    );
    expect(await response.json()).toMatchObject({ code: 'STEP_UP_REQUIRED' });
  });
});

describe('a router that changes its mind all the time', () => {
  test('is taken at its word each time, while what it told before is being written', async () => {
    const name = `restless.${zone}`;
    const { token, secret } = await makeToken([name], 'Restless');
    for (let last = 1; last <= 24; last += 1) {
      const address = `1.6.6.${last}`;
      expect(await tell({ hostname: name, myip: address }, secret)).toMatchObject({
        text: `good ${address}`,
      });
      await new Promise((resolve) => setTimeout(resolve, 10 * (last % 5)));
    }
    await settled(token.id);
  }, 120_000);
});

describe('a provider with limits', () => {
  test('is never asked before its time: what is told meanwhile is kept, and the newest comes in the end', async () => {
    const name = `nas.${slowZone}`;
    for (const { id, label } of await tokens()) {
      if (label === 'Slow router') await operator.fetch(`/api/dyndns/tokens/${id}`, { method: 'DELETE' });
    }
    const { token, secret } = await makeToken([name], 'Slow router');
    const rows = () => zoneEdit.rows(slowZone, 'a')[0]?.values['ip'];
    const address = (last: number) => `1.5.5.${last}`;
    expect(await tell({ hostname: name, myip: address(1) }, secret)).toMatchObject({
      text: `good ${address(1)}`,
    });
    await expect.poll(rows, patience).toBe(address(1));
    await settled(token.id);

    for (const last of [2, 3, 4]) {
      expect(await tell({ hostname: name, myip: address(last) }, secret)).toMatchObject({
        text: `good ${address(last)}`,
      });
    }
    const waiting = async (): Promise<LedName | undefined> => (await tokenNow(token.id))?.names[0];
    await expect.poll(async () => (await waiting())?.nextTryAt ?? null, patience).not.toBeNull();
    const waitMs = Date.parse((await waiting())?.nextTryAt ?? '') - clock.now().getTime();
    expect(waitMs).toBeGreaterThan(0);
    expect(waitMs).toBeLessThanOrEqual(600_000);
    expect([rows(), zoneEdit.refusedTooSoon]).toEqual([address(1), 0]);

    const { queue, database } = app.app.resources;
    for (let turn = 0; turn < 3 && rows() !== address(4); turn += 1) {
      const before = rows();
      zoneEdit.skip(601);
      skippedMs += 601_000;
      await expect
        .poll(async () => {
          await queue.runNow(database.sql, 'dyndns.catch-up');
          return rows() !== before;
        }, patience)
        .toBe(true);
    }
    expect([rows(), zoneEdit.refusedTooSoon]).toEqual([address(4), 0]);
    await settled(token.id);
  }, 180_000);
});

describe('a name that follows this machine', () => {
  test('leads to its public address, and to the next one, until it follows no more', async () => {
    made += 1;
    const name = `own${made}.${zone}`;
    own = `1.1.1.${made}`;
    skippedMs += 30_000;
    const added = (await (
      await operator.fetch('/api/dyndns/names', json('POST', { name }))
    ).json()) as LedName;
    expect(added).toMatchObject({ name, zone, providerName: 'Home', addresses: { A: own }, state: 'queued' });
    await expect.poll(() => shown(name), patience).toEqual([own]);

    own = `1.1.2.${made}`;
    skippedMs += 30_000;
    const { queue, database } = app.app.resources;
    expect(await queue.runNow(database.sql, 'dyndns.follow')).toBe(true);
    await expect
      .poll(async () => {
        await queue.runNow(database.sql, 'dyndns.catch-up');
        return await shown(name);
      }, patience)
      .toEqual([own]);

    expect((await operator.fetch(`/api/dyndns/names/${added.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await operator.fetch(`/api/dyndns/names/${added.id}`, { method: 'DELETE' })).status).toBe(404);
    const { items } = (await (await viewer.fetch('/api/dyndns/names')).json()) as { items: LedName[] };
    expect(items.map((row) => row.name)).not.toContain(name);
    expect(await shown(name)).toEqual([own]);
  });
});
