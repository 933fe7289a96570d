import { randomBytes } from 'node:crypto';
import { TestClock } from '@nebula/clock/testing';
import { type TestDatabase, testDatabase } from '@nebula/db/testing';
import { fakeProxy } from '@nebula/proxy/fake';
import { type Issuer, plainOptions, type Route } from '@nebula/proxy';
import { createVault } from '@nebula/vault';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { migrationSets } from '../../migrations.ts';
import { createApplier, renewalMs } from './applier.ts';
import { comingMs } from './coming.ts';
import { DomainOptions } from './contract.ts';
import { createDresser } from './held.ts';
import { freshDomain } from './service.ts';
import { deleteDomain, insertDomain, updateDomain } from './store.ts';

const { signal } = new AbortController();
const name = 'photos.applier.test';
let database: TestDatabase;
let servedRoute: Route;
const added: string[] = [];

beforeAll(async () => {
  database = await testDatabase(inject('postgres'), migrationSets);
  const target = {
    kind: 'redirect' as const,
    to: 'https://elsewhere.test',
    keepsPath: true,
    status: 301 as const,
  };
  const row = {
    ...freshDomain('local', new Date()),
    ...{ name, target, options: DomainOptions.parse({}), accounts: [], note: '', followsAddress: false },
    dns: { kind: 'elsewhere' as const },
  };
  await insertDomain(database.sql, row);
  const certificate = { kind: 'automatic' as const, issuers: [] };
  const route = { id: row.id, hosts: [name], target, options: plainOptions, certificate };
  servedRoute = route;
  const at = new Date(0).toISOString();
  const seen = { issuer: 'x', names: [name], serial: '1', notBefore: at, notAfter: at };
  await updateDomain(database.sql, row.id, { status: 'active', route, goodRoute: route, certificate: seen });
});
afterAll(() => database[Symbol.asyncDispose]());
afterEach(async () => {
  for (const id of added.splice(0)) await deleteDomain(database.sql, id);
});

/** A domain that is to be served for the first time. */
async function fresh(host: string, issuers: Issuer[] = []): Promise<string> {
  const target = { kind: 'answer' as const, status: 200, body: 'x' };
  const certificate = { kind: 'automatic' as const, issuers };
  const row = {
    ...freshDomain('local', new Date()),
    ...{ name: host, options: DomainOptions.parse({}), accounts: [], note: '', followsAddress: false },
    target: {
      kind: 'redirect' as const,
      to: 'https://elsewhere.test',
      keepsPath: true,
      status: 301 as const,
    },
    dns: { kind: 'elsewhere' as const },
  };
  added.push(row.id);
  await insertDomain(database.sql, row);
  const route = { id: row.id, hosts: [host], target, options: plainOptions, certificate };
  await updateDomain(database.sql, row.id, { status: 'provisioning', route });
  return row.id;
}

/** An applier, and which certificates its last load told the proxy to renew. */
function applying() {
  const proxy = fakeProxy();
  const clock = new TestClock(new Date('2026-03-01T00:00:00Z'));
  const loads: (readonly string[])[] = [];
  const applier = createApplier({
    ...{ database, clock, hostId: 'local', roots: [] },
    dresser: createDresser({ database, vault: createVault({ key: randomBytes(32) }) }),
    proxy: {
      ...proxy,
      apply: async (wanted, options, until) => {
        loads.push(options.renewNow ?? []);
        return await proxy.apply(wanted, options, until);
      },
    },
  });
  /** Whether work ends within some time of the clock, which stands still while the database is asked. */
  const settled = async (work: Promise<unknown>, ms: number) => {
    let isOver = false;
    void work.finally(() => (isOver = true));
    const end = clock.now().getTime() + ms;
    while (!isOver && clock.now().getTime() < end) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (clock.isAwaited) await clock.advance(50);
    }
    return isOver;
  };
  const served = () => proxy.served.flatMap(({ hosts }) => hosts).sort();
  return { applier, clock, loads, proxy, served, settled };
}

test('a certificate that is to be renewed now stays so over loads of others, until it is renewed', async () => {
  const { applier, loads, settled } = applying();
  expect(await settled(applier.renew(name, signal), 5000)).toBe(true);
  expect(await settled(applier.apply(signal), 60_000)).toBe(true);
  expect(await settled(applier.reconcile(signal), 60_000)).toBe(true);
  expect(loads.every((load) => load.join() === name)).toBe(true);
  const before = loads.length;
  expect(await settled(applier.renewed(name, signal), 5000)).toBe(true);
  expect(await settled(applier.apply(signal), 5000)).toBe(true);
  expect(loads.slice(before).flat()).toEqual([]);
});

test('a renewal that nobody waits for any more ends by itself', async () => {
  const { applier, clock, loads, settled } = applying();
  await settled(applier.renew(name, signal), 5000);
  await clock.advance(renewalMs);
  expect(await settled(applier.reconcile(signal), 5000)).toBe(true);
  expect(loads.at(-1)).toEqual([]);
});

test('a load waits for certificates that the proxy orders, and one brings all that came meanwhile', async () => {
  const { applier, loads, served, settled } = applying();
  const a = await fresh('a.applier.test');
  expect(await settled(applier.apply(signal, { id: a }), 5000)).toBe(true);
  const [b, c] = [await fresh('b.applier.test'), await fresh('c.applier.test')];
  const told: string[] = [];
  const others = Promise.all([
    applier.apply(signal, { id: b, tell: (message) => told.push(`b ${message}`) }),
    applier.apply(signal, { id: c, tell: (message) => told.push(`c ${message}`) }),
    applier.reconcile(signal),
  ]);
  expect(await settled(others, 10_000)).toBe(false);
  expect(served()).toEqual(['a.applier.test', name]);
  expect(told.sort()).toEqual(
    ['b', 'c'].map((who) => `${who} waits for the certificate of a.applier.test, which is on its way`),
  );
  // What is served as wanted need not wait for others' turn, nor does what loads nothing.
  expect(await settled(applier.apply(signal, { id: a }), 1000)).toBe(true);
  expect(
    await settled(
      applier.withoutLoads(async () => undefined),
      1000,
    ),
  ).toBe(true);
  applier.noteSeen('a.applier.test', ['a.applier.test']);
  expect(await settled(others, 5000)).toBe(true);
  expect(served()).toHaveLength(4);
  expect(loads.filter((load) => load.length === 0).length).toBeGreaterThan(1);
});

test('one that another load took along does not wait for its own certificate', async () => {
  const { applier, settled } = applying();
  const a = await fresh('a.applier.test');
  expect(await settled(applier.reconcile(signal), 5000)).toBe(true);
  await fresh('b.applier.test');
  expect(await settled(applier.apply(signal, { id: a }), 2000)).toBe(true);
});

test('whoever waits can be told to end at once', async () => {
  const { applier, settled } = applying();
  const a = await fresh('a.applier.test');
  await settled(applier.apply(signal, { id: a }), 5000);
  const b = await fresh('b.applier.test');
  const stop = new AbortController();
  const waiting = applier.apply(stop.signal, { id: b }).catch((error: unknown) => error);
  expect(await settled(waiting, 5000)).toBe(false);
  stop.abort(new Error('no more'));
  expect(await waiting).toEqual(new Error('no more'));
});

test('a certificate is waited for no longer than authorities take', async () => {
  const { applier, settled } = applying();
  const a = await fresh('a.applier.test');
  await settled(applier.apply(signal, { id: a }), 5000);
  await fresh('b.applier.test');
  const other = applier.apply(signal);
  expect(await settled(other, comingMs - 5000)).toBe(false);
  expect(await settled(other, 10_000)).toBe(true);
});

const authority = {
  ...{ kind: 'acme' as const, directory: 'https://ca.applier.test/dir', email: null, rootFile: null },
  account: null,
};

test('the first order at an authority goes alone, and the others follow together when it was seen', async () => {
  const { applier, loads, served, settled } = applying();
  const hosts = ['a.applier.test', 'b.applier.test', 'c.applier.test'];
  const ids: string[] = [];
  for (const host of hosts) ids.push(await fresh(host, [authority]));
  const all = Promise.all(ids.map((id) => applier.apply(signal, { id })));
  expect(await settled(all, 5000)).toBe(false);
  expect(served()).toEqual(['a.applier.test', name]);
  applier.noteSeen('a.applier.test', ['a.applier.test']);
  expect(await settled(all, 5000)).toBe(true);
  expect(served()).toEqual([...hosts, name]);
  expect(loads.length).toBeLessThan(6);
});

test('when the first order is given up the next goes alone, and one that the proxy refuses keeps nobody from it', async () => {
  const { applier, proxy, served, settled } = applying();
  proxy.refuse(({ hosts }) => (hosts.includes('a.applier.test') ? 'no' : null));
  const ids: string[] = [];
  for (const one of ['a', 'b', 'c']) ids.push(await fresh(`${one}.applier.test`, [authority]));
  const [refused, ...others] = ids.map((id) => applier.apply(signal, { id }));
  expect(await settled(refused ?? Promise.reject(new Error('none')), 5000)).toBe(true);
  expect(await settled(Promise.all(others), 5000)).toBe(false);
  expect(served()).toEqual(['b.applier.test', name]);
  await updateDomain(database.sql, ids[1] ?? '', { route: null });
  applier.giveUp('b.applier.test');
  expect(await settled(Promise.race(others.slice(1)), 5000)).toBe(true);
  expect(served()).toEqual(['c.applier.test', name]);
});

test('a change that the proxy does not take is not told as served while others wait', async () => {
  const { applier, proxy, settled } = applying();
  await settled(applier.apply(signal), 5000);
  const a = await fresh('a.applier.test');
  await settled(applier.apply(signal, { id: a }), 5000);
  await fresh('b.applier.test');
  const { id } = servedRoute;
  const target = { kind: 'answer' as const, status: 200, body: 'refused' };
  await updateDomain(database.sql, id, { route: { ...servedRoute, target } });
  proxy.refuse((route) => (route.id === id && route.target.kind === 'answer' ? 'no' : null));
  const change = applier.apply(signal, { id });
  expect(await settled(change, 5000)).toBe(false);
  applier.noteSeen('a.applier.test', ['a.applier.test']);
  expect(await settled(change, 5000)).toBe(true);
  expect((await change).refused).toEqual([{ id, reason: 'no' }]);
  await updateDomain(database.sql, id, { route: servedRoute });
});

test('sites that the proxy lost come back at once, whoever waits for what', async () => {
  const { applier, proxy, served, settled } = applying();
  const a = await fresh('a.applier.test');
  await settled(applier.apply(signal, { id: a }), 5000);
  const b = await fresh('b.applier.test');
  const waiting = applier.apply(signal, { id: b });
  expect(await settled(waiting, 5000)).toBe(false);
  await proxy.restore({ config: { served: [], foreign: [] } }, signal);
  expect(await settled(applier.reconcile(signal), 2000)).toBe(true);
  expect(served()).toEqual(['a.applier.test', 'b.applier.test', name]);
  expect(await settled(waiting, 1000)).toBe(true);
});

test('what was never loaded can be taken back while others wait', async () => {
  const { applier, proxy, settled } = applying();
  proxy.refuse(({ hosts }) => (hosts.includes('b.applier.test') ? 'no' : null));
  const [a, b] = [await fresh('a.applier.test'), await fresh('b.applier.test')];
  await settled(Promise.all([applier.apply(signal, { id: a }), applier.apply(signal, { id: b })]), 5000);
  await fresh('c.applier.test');
  const other = applier.apply(signal);
  await updateDomain(database.sql, b, { route: null });
  expect(await settled(applier.apply(signal, { id: b }), 2000)).toBe(true);
  expect(await settled(other, 5000)).toBe(false);
});
