import { randomBytes } from 'node:crypto';
import { systemClock } from '@nebula/clock';
import { newId } from '@nebula/db';
import { type TestDatabase, testDatabase } from '@nebula/db/testing';
import { createResolver } from '@nebula/dns';
import { type FakeDns, fakeDns } from '@nebula/dns/fake';
import { fakeDocker } from '@nebula/docker/fake';
import type { RunDefinition, Step, StepContext } from '@nebula/journal';
import { createLog } from '@nebula/log';
import { createOutbound } from '@nebula/outbound';
import { fakeProxy } from '@nebula/proxy/fake';
import { createVault } from '@nebula/vault';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { migrationSets } from '../../migrations.ts';
import { createPorts } from './ports.ts';
import { createApplier } from './applier.ts';
import { createCertified } from './certified.ts';
import { followRun } from './follow.ts';
import { keepAddresses } from './following.ts';
import { createDresser } from './held.ts';
import type { DomainParts } from './parts.ts';
import { waysOf } from './prove-name.ts';
import { provisionRun } from './provision.ts';
import { removeRun } from './remove.ts';
import { DomainOptions, type DomainStatus } from './contract.ts';
import { type DomainRow, findDomain, insertDomain, updateDomain } from './store.ts';

const zone = 'torn.test';
const providerId = '01890000-0000-7000-8000-000000000001';
let database: TestDatabase;
let dns: FakeDns;
let parts: DomainParts;

beforeAll(async () => {
  database = await testDatabase(inject('postgres'), migrationSets);
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(() => {
  dns = fakeDns([zone]);
  const proxy = fakeProxy();
  const clock = systemClock;
  const [hostId, roots] = ['local', []];
  const vault = createVault({ key: randomBytes(32) });
  parts = {
    ...{ certificateWaitSeconds: 1, clock, database, hostId, issuers: [], proxy, roots },
    ports: createPorts({ proxy, clock }),
    acme: { authorities: [], clock, database, outbound: createOutbound(), roots, vault },
    applier: createApplier({
      ...{ database, proxy, clock, hostId, roots },
      dresser: createDresser({ database, vault }),
    }),
    renewal: { orderedBy: null },
    docker: fakeDocker(() => new Date()),
    naming: {
      open: async () => ({ name: 'At home', dns }),
      holding: async () => null,
      resolver: () => createResolver({ servers: [] }),
      publicAddress: async (family) =>
        family === 4 ? { address: '192.0.2.1', evidence: 'told' } : { address: null, reason: 'none' },
    },
  };
});

async function domain(status: DomainStatus, records: DomainRow['records'] = {}): Promise<DomainRow> {
  const id = newId();
  const now = new Date();
  const row: DomainRow = {
    ...{
      id,
      hostId: 'local',
      name: `n${id.slice(-8)}.${zone}`,
      options: DomainOptions.parse({}),
      accounts: [],
    },
    target: { kind: 'redirect', to: 'https://elsewhere.test', keepsPath: true, status: 301 },
    dns: { kind: 'provider', providerId, zone },
    ...{
      note: '',
      followsAddress: true,
      status,
      isChanged: false,
      problem: null,
      runId: null,
      route: null,
      goodRoute: null,
    },
    ...{ records, certificate: null, version: 1, createdAt: now, updatedAt: now },
  };
  await insertDomain(database.sql, row);
  return row;
}

/** A run's steps with what those before left. */
function stepping(run: RunDefinition, input: object) {
  const results = new Map<string, unknown>();
  const context: StepContext<unknown> = {
    input,
    runId: null,
    memory: { read: (step) => results.get(step), find: (step) => results.get(step) },
    log: createLog({ service: 'test', level: 'error', write: () => undefined }),
    ...{ signal: AbortSignal.timeout(60_000), attempt: 1, clock: systemClock, idempotencyKey: 'k' },
    progress: () => undefined,
  };
  const step = (name: string): Step => {
    const found = run.steps(input).find((each) => each.name === name);
    if (found === undefined) throw new TypeError(`there is no step ${name}`);
    return found;
  };
  return { context, results, step };
}

const shown = async (name: string) => (await dns.find(zone, { name, type: 'A' })).rrset?.values ?? [];
const inputOf = ({ id, name }: DomainRow) => ({ id, name, hostId: 'local', replaces: false, actor: 'Ann' });

test('a record is ours when the run died between writing it and keeping that, and goes when the run is taken back', async () => {
  const row = await domain('provisioning');
  const { context, results, step } = stepping(provisionRun(parts), inputOf(row));
  results.set('validate', { zone, target: row.target, evidence: [] });
  results.set('address', await step('address').run(context));
  // It was written; nobody heard of it.
  dns.put(zone, { name: row.name, type: 'A', ttl: 300, values: ['192.0.2.1'] });

  expect(await step('record').observe?.(context)).toMatchObject({ done: { evidence: [expect.any(String)] } });
  expect((await findDomain(database.sql, row.id))?.records).toEqual({});
  results.set('route', await step('route').run(context));
  expect((await findDomain(database.sql, row.id))?.records).toEqual({ A: ['192.0.2.1'] });

  await step('route').undo?.run(context);
  await step('record').undo?.run(context);
  expect((await findDomain(database.sql, row.id))?.records).toEqual({});
  expect(await shown(row.name)).toEqual([]);
});

test('an address that a router settled while a run went on stays, whether the run goes on or is taken back', async () => {
  const before = { A: ['192.0.2.9'], AAAA: ['2001:db8::9'] };
  const row = await domain('provisioning', before);
  dns.put(zone, { name: row.name, type: 'A', ttl: 300, values: before.A });
  dns.put(zone, { name: row.name, type: 'AAAA', ttl: 300, values: before.AAAA });
  const { context, results, step } = stepping(provisionRun(parts), inputOf(row));
  const settle = (addresses: { A: string }) =>
    database.transaction((sql) =>
      keepAddresses(sql, systemClock, { name: row.name, addresses, actor: 'FRITZ!Box' }),
    );
  const owned = async () => (await findDomain(database.sql, row.id))?.records;
  results.set('validate', { zone, target: row.target, evidence: [] });
  results.set('address', await step('address').run(context));
  await step('record').run(context);
  await settle({ A: '192.0.2.77' });

  results.set('route', await step('route').run(context));
  expect(await owned()).toEqual({ A: ['192.0.2.77'] });
  await settle({ A: '192.0.2.78' });
  await step('route').undo?.run(context);
  expect(await owned()).toEqual({ A: ['192.0.2.78'], AAAA: before.AAAA });
});

test('a record of somebody else that led here already is not ours, however the run ends', async () => {
  const row = await domain('provisioning');
  dns.put(zone, { name: row.name, type: 'A', ttl: 60, values: ['192.0.2.1'] });
  const { context, results, step } = stepping(provisionRun(parts), inputOf(row));
  results.set('validate', { zone, target: row.target, evidence: [] });
  results.set('address', await step('address').run(context));
  await step('route').run(context);

  expect((await findDomain(database.sql, row.id))?.records).toEqual({});
  await step('record').undo?.run(context);
  expect(await shown(row.name)).toEqual(['192.0.2.1']);
});

test('what a router told of a name while it is led on stays', async () => {
  const old = { A: ['192.0.2.9'], AAAA: ['2001:db8::1'] };
  const { id, name } = await domain('active', old);
  for (const type of ['A', 'AAAA'] as const) dns.put(zone, { name, type, ttl: 60, values: old[type] });
  const told: FakeDns = {
    ...dns,
    async upsert(...given) {
      await database.transaction((sql) =>
        keepAddresses(sql, systemClock, { name, addresses: { AAAA: '2001:db8::2' }, actor: 'router' }),
      );
      return await dns.upsert(...given);
    },
  };
  const naming = { ...parts.naming, open: async () => ({ name: 'At home', dns: told }) };
  const addresses = { A: '192.0.2.1', AAAA: null };
  const input = { providerId, zone, hostId: 'local', addresses, ids: [id] };
  const { context, step } = stepping(followRun({ ...parts, naming }), input);
  await step('records').run(context);
  expect((await findDomain(database.sql, id))?.records).toEqual({ A: ['192.0.2.1'], AAAA: ['2001:db8::2'] });
});

test('a name follows the address after its last run failed, and not while it is taken down or kept elsewhere', async () => {
  const old = { A: ['192.0.2.9'] };
  const failed = await domain('failed', old);
  const removing = await domain('active', old);
  const moved = await domain('active', old);
  const rows = [failed, removing, moved];
  for (const { name } of rows) dns.put(zone, { name, type: 'A', ttl: 60, values: old.A });
  // Since the run was begun.
  await updateDomain(database.sql, removing.id, { status: 'removing' });
  await updateDomain(database.sql, moved.id, { dns: { kind: 'elsewhere' } });
  const addresses = { A: '192.0.2.1', AAAA: null };
  const input = { providerId, zone, hostId: 'local', addresses, ids: rows.map(({ id }) => id) };
  const { context, step } = stepping(followRun(parts), input);
  await step('records').run(context);

  expect(await shown(failed.name)).toEqual(['192.0.2.1']);
  expect((await findDomain(database.sql, failed.id))?.records).toEqual({ A: ['192.0.2.1'] });
  for (const { id, name } of [removing, moved]) {
    expect(await shown(name)).toEqual(old.A);
    expect((await findDomain(database.sql, id))?.records).toEqual(old);
  }
});

/** An order of a domain that ended with its proof still in the zone. */
async function orderWithProof({ id, name }: DomainRow): Promise<string> {
  const [orderId, proof] = [newId(), { kind: 'dns-01', name: `_acme-challenge.${name}`, value: 'proof' }];
  dns.put(zone, { name: proof.name, type: 'TXT', ttl: 60, values: ['proof', 'of somebody else'] });
  await database.pool.query(
    `insert into acme_orders (id, request, subject, names, directory, method, is_rehearsal, state, proofs, created_at, updated_at)
     values ($1, 'r', $2, $3, 'https://a.test/', 'dns-01', false, 'failed', $4, now(), now())`,
    [orderId, id, JSON.stringify([name]), JSON.stringify([proof])],
  );
  return orderId;
}

const proofsOf = async (orderId: string) =>
  (await database.pool.query('select proofs from acme_orders where id = $1', [orderId])).rows[0].proofs;
const challenge = async ({ name }: DomainRow) =>
  (await dns.find(zone, { name: `_acme-challenge.${name}`, type: 'TXT' })).rrset?.values;

test('a domain that is removed takes the proofs of its orders with it', async () => {
  const row = await domain('removing');
  const orderId = await orderWithProof(row);
  const { context, step } = stepping(removeRun(parts), inputOf(row));
  expect(await step('proofs').run(context)).toEqual({ evidence: [] });
  expect(await challenge(row)).toEqual(['of somebody else']);
  expect(await proofsOf(orderId)).toEqual([]);
});

test('a domain whose provider was removed can go, and says which proof may still stand', async () => {
  const row = await domain('removing');
  const orderId = await orderWithProof(row);
  parts.naming.open = async () => null;
  const { context, step } = stepping(removeRun(parts), inputOf(row));
  expect(await step('proofs').run(context)).toMatchObject({
    evidence: [expect.stringContaining(`_acme-challenge.${row.name}`)],
  });
  expect(await proofsOf(orderId)).toEqual([]);
});

test('a proof whose provider was removed does not stop what is taken back, and the name is proven by HTTP', async () => {
  const row = await domain('active');
  const orderId = await orderWithProof(row);
  parts.naming.open = async () => null;
  const wait = { signal: AbortSignal.timeout(60_000), progress: () => undefined };
  await createCertified(parts).abandon(row.id, 'r', wait);
  expect(await proofsOf(orderId)).toHaveLength(1);
  expect((await waysOf(row, parts, wait.signal)).methods).toEqual(['http-01']);
});
