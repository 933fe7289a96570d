import { randomBytes } from 'node:crypto';
import { TestClock } from '@nebula/clock/testing';
import { type TestDatabase, testDatabase } from '@nebula/db/testing';
import { fakeProxy } from '@nebula/proxy/fake';
import { plainOptions } from '@nebula/proxy';
import { createVault } from '@nebula/vault';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { migrationSets } from '../../migrations.ts';
import { createApplier, renewalMs } from './applier.ts';
import { comingMs } from './coming.ts';
import { DomainOptions } from './contract.ts';
import { createDresser } from './held.ts';
import { freshDomain } from './service.ts';
import { deleteDomain, domainsNamed, insertDomain, updateDomain } from './store.ts';

const signal = AbortSignal.timeout(60_000);
const name = 'photos.applier.test';
let database: TestDatabase;

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
  await updateDomain(database.sql, row.id, { status: 'active', route, goodRoute: route });
});
afterAll(() => database[Symbol.asyncDispose]());

/** A domain that is to be served for the first time. */
async function fresh(host: string): Promise<string> {
  const target = { kind: 'answer' as const, status: 200, body: 'x' };
  const certificate = { kind: 'automatic' as const, issuers: [] };
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
  const lastOf = async (work: Promise<unknown>) => {
    let isOver = false;
    const over = work.finally(() => (isOver = true));
    // What gathers changes waits for the clock.
    while (!isOver) {
      await clock.advance(2);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await over;
    return loads.at(-1);
  };
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
  return { applier, clock, lastOf, loads, served, settled };
}

test('a certificate that is to be renewed now stays so over loads of others, until it is renewed', async () => {
  const { applier, lastOf } = applying();
  expect(await lastOf(applier.renew(name, signal))).toEqual([name]);
  expect(await lastOf(applier.apply(signal))).toEqual([name]);
  expect(await lastOf(applier.reconcile())).toEqual([name]);
  expect(await lastOf(applier.renewed(name, signal))).toEqual([]);
  expect(await lastOf(applier.apply(signal))).toEqual([]);
});

test('a renewal that nobody waits for any more ends by itself', async () => {
  const { applier, clock, lastOf } = applying();
  await lastOf(applier.renew(name, signal));
  await clock.advance(renewalMs);
  expect(await lastOf(applier.reconcile())).toEqual([]);
});

test('a load waits for certificates that the one before had ordered, and one load brings all that came meanwhile', async () => {
  const { applier, loads, settled } = applying();
  await settled(applier.apply(signal, { awaits: name }), 5000);
  const told: string[] = [];
  const others = Promise.all([
    applier.apply(signal, { tell: (message) => told.push(message) }),
    applier.apply(signal),
    applier.reconcile(),
  ]);
  expect(await settled(others, 10_000)).toBe(false);
  expect([loads.length, told]).toEqual([1, [expect.stringContaining(name)]]);
  expect(
    await settled(
      applier.withoutLoads(async () => undefined),
      1000,
    ),
  ).toBe(true);
  applier.arrived(name);
  expect(await settled(others, 5000)).toBe(true);
  // Those who applied share one; the look of each minute makes its own.
  expect(loads).toHaveLength(3);
});

test('a load waits no longer for a certificate than authorities take, and not for one that no load ordered', async () => {
  const { applier, settled } = applying();
  await settled(applier.apply(signal, { awaits: name }), 5000);
  const other = applier.apply(signal);
  expect(await settled(other, comingMs - 5000)).toBe(false);
  expect(await settled(other, 10_000)).toBe(true);
  // It is served already.
  await settled(applier.apply(signal, { awaits: name }), 5000);
  expect(await settled(applier.apply(signal), 5000)).toBe(true);
  // Nothing is served under this name.
  await settled(applier.apply(signal, { awaits: 'another.applier.test' }), 5000);
  expect(await settled(applier.apply(signal), 5000)).toBe(true);
});

test('the first order at an authority goes alone, and the others follow together when it came', async () => {
  const { applier, loads, served, settled } = applying();
  const hosts = ['a.applier.test', 'b.applier.test', 'c.applier.test'];
  const ids = await Promise.all(hosts.map(fresh));
  const all = Promise.all(hosts.map((host) => applier.apply(signal, { awaits: host })));
  expect(await settled(all, 5000)).toBe(false);
  expect(served()).toEqual(['a.applier.test', name]);
  applier.arrived('a.applier.test');
  expect(await settled(all, 5000)).toBe(true);
  expect(served()).toEqual([...hosts, name]);
  expect(loads).toHaveLength(2);
  for (const id of ids) await deleteDomain(database.sql, id);
});

test('others do not wait for a first order for ever, nor where a certificate was seen before', async () => {
  const ids = await Promise.all(['a.applier.test', 'b.applier.test'].map(fresh));
  const both = (applier: ReturnType<typeof applying>['applier']) =>
    Promise.all(['a', 'b'].map((one) => applier.apply(signal, { awaits: `${one}.applier.test` })));
  const first = applying();
  expect(await first.settled(both(first.applier), comingMs + 5000)).toBe(true);
  expect(first.served()).toHaveLength(3);

  const { id } = (await domainsNamed(database.sql, [name]))[0] ?? { id: '' };
  const at = new Date(0).toISOString();
  const certificate = { issuer: 'x', names: [name], serial: '1', notBefore: at, notAfter: at };
  await updateDomain(database.sql, id, { certificate });
  const second = applying();
  expect(await second.settled(both(second.applier), 5000)).toBe(true);
  expect([second.served(), second.loads]).toEqual([expect.objectContaining({ length: 3 }), [[]]]);
  await updateDomain(database.sql, id, { certificate: null });
  for (const one of ids) await deleteDomain(database.sql, one);
});
