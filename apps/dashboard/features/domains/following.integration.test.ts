import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Caller, json } from '../../testing.ts';
import type { Domain, DomainEvent } from './contract.ts';
import { beginFollowing, keepAddresses, ledDomains } from './following.ts';
import { findDomain, lockDomain, updateDomain } from './store.ts';
import { type DomainGround, domainGround } from './testing.ts';

const patience = { timeout: 90_000, interval: 200 };
let ground: DomainGround;
let operator: Caller;
/** Makes names different when a test is tried a second time. */
let added = 0;

beforeAll(async () => {
  ground = await domainGround(inject('postgres'));
  operator = await ground.app.as('operator');
});
afterAll(() => ground[Symbol.asyncDispose]());

async function ask<T>(path: string, init?: RequestInit): Promise<T & { code?: string }> {
  return (await (await operator.fetch(path, init)).json()) as T & { code?: string };
}

async function add(label: string, rest: object = {}): Promise<Domain> {
  added += 1;
  const body = {
    name: `${label}-${added}.${ground.zone}`,
    target: { kind: 'addresses', upstreams: [{ host: '127.0.0.1', port: ground.upstreamPort }] },
    dns: { kind: 'provider', providerId: ground.providerId, zone: ground.zone },
    ...rest,
  };
  return await ask<Domain>('/api/domains', json('POST', body));
}

const provision = (id: string) => ask<{ runId: string }>(`/api/domains/${id}/provision`, json('POST', {}));

async function provisioned(id: string): Promise<Domain> {
  await provision(id);
  const status = async () => (await ask<Domain>(`/api/domains/${id}`)).status;
  await expect.poll(status, patience).not.toBe('provisioning');
  return await ask<Domain>(`/api/domains/${id}`);
}

test('a domain is neither brought up nor taken down while its address is being followed, and others are led on beside it', async () => {
  const [led, busy] = [await add('led'), await add('busy')];
  const { database, queue, journal } = ground.app.app.resources;
  for (const { id, name } of [led, busy]) {
    expect(await provisioned(id)).toMatchObject({ status: 'active' });
    await updateDomain(database.sql, id, { records: { A: ['127.0.0.9'] } });
    await ground.powerDns.put(ground.zone, { name, type: 'A', ttl: 60, values: ['127.0.0.9'] });
  }
  const shown = (name: string) => ground.powerDns.rrset(ground.zone, name, 'A');
  const { promise: end, resolve: free } = Promise.withResolvers<void>();
  const { promise: taken, resolve: take } = Promise.withResolvers<void>();
  const turn = `dns ${ground.providerId} ${ground.zone}`;
  const other = database.transaction(async (sql) => {
    await sql.execute(`select pg_advisory_xact_lock(hashtextextended('${turn}', 0))`);
    take();
    await end;
  });
  await taken;
  try {
    // Another run holds one of them, so only the other is led on.
    const input = { id: busy.id, name: busy.name, hostId: 'local', actor: 'test' };
    const starter = { actor: { kind: 'system', id: 'system', name: 'test' }, requestId: 'test' };
    await database.transaction((sql) => journal.start(sql, 'domains.remove', input, starter));
    expect(await queue.runNow(database.sql, 'domains.follow-address')).toBe(true);
    const following = async () =>
      (await journal.list(database.sql, { kind: 'domains.follow', states: ['queued', 'running'] }, null, 5))
        .length;
    await expect.poll(following, patience).toBe(1);

    expect(await provision(led.id)).toMatchObject({ code: 'TARGET_BUSY' });
    const removal = await operator.fetch(`/api/domains/${led.id}?name=${led.name}`, { method: 'DELETE' });
    expect(removal.status).toBe(409);
  } finally {
    free();
    await other;
  }
  await expect.poll(() => shown(led.name), patience).toEqual(['127.0.0.1']);
  await expect.poll(async () => (await operator.fetch(`/api/domains/${busy.id}`)).status, patience).toBe(404);
  expect(await shown(busy.name)).toEqual([]);
});

test('a domain knows the address that a router told as its own, and only where it has such a record', async () => {
  const { id, name } = await add('router', { followsAddress: false });
  await provisioned(id);
  const { database, clock } = ground.app.app.resources;
  const addresses = { A: '1.2.3.4', AAAA: '2606:4700::9' };
  await database.transaction((sql) => keepAddresses(sql, clock, { name, addresses, actor: 'FRITZ!Box' }));

  expect((await findDomain(database.sql, id))?.records).toEqual({ A: ['1.2.3.4'] });
  const events = await ask<{ items: DomainEvent[] }>(`/api/domains/${id}/events`);
  expect(events.items[0]).toMatchObject({ kind: 'address', actor: 'FRITZ!Box' });
});

test('two who tell addresses of one domain at once do not take away what the other told', async () => {
  const { id, name } = await add('told-twice', { followsAddress: false });
  await provisioned(id);
  const { database, clock } = ground.app.app.resources;
  await updateDomain(database.sql, id, { records: { A: ['192.0.2.1'], AAAA: ['2001:db8::1'] } });
  const waiting = async () => {
    const { rows } = await database.pool.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rows.length;
  };
  let second: Promise<void> = Promise.resolve();
  await database.transaction(async (sql) => {
    await lockDomain(sql, id);
    second = database.transaction((other) =>
      keepAddresses(other, clock, { name, addresses: { A: '192.0.2.2' }, actor: 'router' }),
    );
    await expect.poll(waiting, patience).toBeGreaterThan(0);
    await keepAddresses(sql, clock, { name, addresses: { AAAA: '2001:db8::2' }, actor: 'firewall' });
  });
  await second;
  expect((await findDomain(database.sql, id))?.records).toEqual({ A: ['192.0.2.2'], AAAA: ['2001:db8::2'] });
});

test('a domain that begins to follow the address is changed as by a person, once, and not while it is taken down', async () => {
  const { id, name } = await add('begins', { followsAddress: false });
  await provisioned(id);
  const { app } = ground.app;
  const { database, clock } = app.resources;
  const context = app.resources.systemContext('test', AbortSignal.timeout(60_000));
  const [led] = await ledDomains(database.sql, [name]);
  if (led === undefined) throw new Error('the domain is gone');
  const before = await ask<Domain>(`/api/domains/${id}`);
  await updateDomain(database.sql, id, { status: 'removing' });
  await beginFollowing(context, clock, led);
  expect(await ask<Domain>(`/api/domains/${id}`)).toMatchObject({ followsAddress: false });
  await updateDomain(database.sql, id, { status: 'active' });

  // Both looked before either began.
  await Promise.all([beginFollowing(context, clock, led), beginFollowing(context, clock, led)]);
  expect(await ask<Domain>(`/api/domains/${id}`)).toMatchObject({
    ...{ followsAddress: true, isChanged: true, version: before.version + 1 },
  });
});
