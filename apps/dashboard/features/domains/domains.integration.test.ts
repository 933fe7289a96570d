import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Caller, json } from '../../testing.ts';
import type { Domain, DomainEvent, DomainTask } from './contract.ts';
import { updateDomain } from './store.ts';
import { type DomainGround, domainGround } from './testing.ts';

let ground: DomainGround;
let operator: Caller;
let viewer: Caller;
/** Makes names different when a test is tried a second time. */
let added = 0;

beforeAll(async () => {
  ground = await domainGround(inject('postgres'));
  operator = await ground.app.as('operator');
  viewer = await ground.app.as('viewer');
});
afterAll(() => ground[Symbol.asyncDispose]());

const patience = { timeout: 90_000, interval: 200 };

async function ask<T>(
  caller: Caller,
  path: string,
  init?: RequestInit,
): Promise<T & { code?: string; detail?: string }> {
  return (await (await caller.fetch(path, init)).json()) as T & { code?: string; detail?: string };
}

async function add(label: string, target: unknown = upstream(), rest: object = {}): Promise<Domain> {
  const dns = { kind: 'provider', providerId: ground.providerId, zone: ground.zone };
  added += 1;
  const body = { name: `${label}-${added}.${ground.zone}`, target, dns, ...rest };
  return await ask<Domain>(operator, '/api/domains', json('POST', body));
}

const upstream = (port = ground.upstreamPort) => ({
  kind: 'addresses',
  upstreams: [{ host: '127.0.0.1', port }],
});
const get = (id: string) => ask<Domain>(viewer, `/api/domains/${id}`);
const tasks = async (id: string) =>
  (await ask<{ items: DomainTask[] }>(viewer, `/api/domains/${id}/tasks`)).items;
const provision = (id: string, body: object = {}) =>
  ask<{ runId: string }>(operator, `/api/domains/${id}/provision`, json('POST', body));

async function provisioned(id: string): Promise<Domain> {
  const { runId } = await provision(id);
  const ended = async () => (await tasks(id)).find((task) => task.id === runId)?.finishedAt ?? null;
  await expect.poll(ended, patience).not.toBeNull();
  return await get(id);
}

describe('a domain', () => {
  test('goes from a name to working HTTPS in eight steps, and tells what each saw', async () => {
    const { id, name, status } = await add('photos');
    expect(status).toBe('new');
    expect(await provisioned(id)).toMatchObject({ status: 'active', problem: null, isServed: true });

    expect(await ground.visit(name)).toEqual({ status: 200, body: `photos at ${name}` });
    expect(await ground.powerDns.rrset(ground.zone, name, 'A')).toEqual(['127.0.0.1']);
    const [task] = await tasks(id);
    expect(task?.steps.map((step) => `${step.name} ${step.state}`)).toEqual(
      ['validate', 'address', 'record', 'propagate', 'route', 'apply', 'certificate', 'verify'].map(
        (step) => `${step} done`,
      ),
    );
    expect(task?.steps.every(({ evidence }) => evidence.length > 0)).toBe(true);
    expect((await get(id)).certificate?.issuer).toMatch(/Pebble/);
    const events = await ask<{ items: DomainEvent[] }>(viewer, `/api/domains/${id}/events`);
    expect(events.items.map(({ kind }) => kind)).toEqual(['provisioned', 'created']);
  });

  test('is taken down without a trace in DNS and proxy, and what happened stays', async () => {
    const { id, name } = await add('gone');
    await provisioned(id);
    const wrong = await operator.fetch(`/api/domains/${id}?name=other`, { method: 'DELETE' });
    expect(wrong.status).toBe(422);
    const response = await operator.fetch(`/api/domains/${id}?name=${name}`, { method: 'DELETE' });
    expect(response.status).toBe(202);
    await expect.poll(async () => (await viewer.fetch(`/api/domains/${id}`)).status, patience).toBe(404);
    expect(await ground.powerDns.rrset(ground.zone, name, 'A')).toEqual([]);
    await expect(ground.visit(name)).rejects.toThrow();
    const events = await ask<{ items: DomainEvent[] }>(viewer, `/api/domains/${id}/events`);
    expect(events.items[0]).toMatchObject({ kind: 'removed' });
  });

  test('is refused before anything is done when nothing answers at the target', async () => {
    const { id, name } = await add('dead', upstream(1));
    expect(await provisioned(id)).toMatchObject({
      status: 'failed',
      problem: expect.stringContaining('127.0.0.1:1'),
      isServed: false,
    });
    expect(await ground.powerDns.rrset(ground.zone, name, 'A')).toEqual([]);
  });

  test('does not replace a record that somebody else put there unless a person says so', async () => {
    const { id, name } = await add('taken');
    await ground.powerDns.put(ground.zone, { name, type: 'A', ttl: 60, values: ['192.0.2.7'] });
    expect(await provisioned(id)).toMatchObject({
      status: 'failed',
      problem: expect.stringContaining('192.0.2.7'),
    });
    expect(await ground.powerDns.rrset(ground.zone, name, 'A')).toEqual(['192.0.2.7']);
    await provision(id, { replacesRecords: true });
    await expect.poll(async () => (await get(id)).status, patience).toBe('active');
    expect(await ground.powerDns.rrset(ground.zone, name, 'A')).toEqual(['127.0.0.1']);
  });

  test('is refused when the zone forbids every authority, and says which record does', async () => {
    const { id, name } = await add('forbidden');
    await ground.powerDns.put(ground.zone, { name, type: 'CAA', ttl: 60, values: ['0 issue ";"'] });
    const { problem } = await provisioned(id);
    expect(problem).toContain(name);
    expect(await ground.powerDns.rrset(ground.zone, name, 'A')).toEqual([]);
  });

  test('leaves a record that led here before, also when the domain is removed', async () => {
    const { id, name } = await add('mine');
    await ground.powerDns.put(ground.zone, { name, type: 'A', ttl: 60, values: ['127.0.0.1'] });
    expect(await provisioned(id)).toMatchObject({ status: 'active' });
    await operator.fetch(`/api/domains/${id}?name=${name}`, { method: 'DELETE' });
    await expect.poll(async () => (await viewer.fetch(`/api/domains/${id}`)).status, patience).toBe(404);
    expect(await ground.powerDns.rrset(ground.zone, name, 'A')).toEqual(['127.0.0.1']);
  });

  test('keeps its records where they are until it is removed', async () => {
    const { id, version } = await add('kept');
    await provisioned(id);
    const body = { version, dns: { kind: 'elsewhere' } };
    expect(await ask(operator, `/api/domains/${id}`, json('PATCH', body))).toMatchObject({
      code: 'RECORDS_THERE',
    });
  });

  test('whose provider was removed can be kept by another, or go', async () => {
    const admin = await ground.app.as('admin', ['*', 'account:skip-step-up']);
    const body = {
      name: `Second ${added}`,
      settings: { kind: 'powerdns', url: ground.powerDns.url },
      secrets: { apiKey: ground.powerDns.apiKey },
    };
    const second = await ask<{ id: string }>(admin, '/api/dns/providers', json('POST', body));
    const dns = { kind: 'provider', providerId: second.id, zone: ground.zone };
    const [moved, gone] = [await add('moved', upstream(), { dns }), await add('gone', upstream(), { dns })];
    for (const { id } of [moved, gone]) expect((await provisioned(id)).status).toBe('active');
    const listed = await ask<{ items: { id: string; keeps: object }[] }>(viewer, '/api/dns/providers');
    expect(listed.items.find(({ id }) => id === second.id)?.keeps).toEqual({
      ...{ names: [moved.name, gone.name].sort(), count: 2 },
    });
    const typed = encodeURIComponent(body.name);
    await admin.fetch(`/api/dns/providers/${second.id}?typedName=${typed}`, { method: 'DELETE' });

    const other = { version: moved.version, dns: { ...dns, providerId: ground.providerId } };
    const after = await ask<Domain>(operator, `/api/domains/${moved.id}`, json('PATCH', other));
    expect(after.dns).toEqual(other.dns);
    expect((await provisioned(moved.id)).status).toBe('active');

    for (const { id, name } of [moved, gone]) {
      await operator.fetch(`/api/domains/${id}?name=${name}`, { method: 'DELETE' });
      await expect.poll(async () => (await viewer.fetch(`/api/domains/${id}`)).status, patience).toBe(404);
    }
    expect(await ground.powerDns.rrset(ground.zone, moved.name, 'A')).toEqual([]);
    // Nobody here may write it any more, and the run has said so.
    expect(await ground.powerDns.rrset(ground.zone, gone.name, 'A')).toEqual(['127.0.0.1']);
    const [run] = await tasks(gone.id);
    expect(run?.steps[0]?.evidence.join()).toContain('The provider of its records is not here any more');
  });

  test('takes back records and route when the last step fails', async () => {
    const closing = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(closing, 'listening');
    const { id, name } = await add('closing', upstream((closing.address() as AddressInfo).port), {
      options: { retrySeconds: 0 },
    });
    expect(await provisioned(id)).toMatchObject({
      status: 'failed',
      isServed: false,
      problem: expect.stringContaining('502'),
    });
    const [task] = await tasks(id);
    expect(task?.steps.map(({ state }) => state)).toEqual(expect.arrayContaining(['undone', 'failed']));
    expect(await ground.powerDns.rrset(ground.zone, name, 'A')).toEqual([]);
    await expect(ground.visit(name)).rejects.toThrow();
    closing.close();
  });

  test('follows a change of what it leads to, and keeps the old when the new is refused', async () => {
    const { id, name, version } = await add('moved');
    await provisioned(id);
    const broken = { version, options: { snippet: 'nonsense' } };
    expect(await ask<Domain>(operator, `/api/domains/${id}`, json('PATCH', broken))).toMatchObject({
      version: version + 1,
    });
    expect((await operator.fetch(`/api/domains/${id}`, json('PATCH', broken))).status).toBe(409);
    expect(await provisioned(id)).toMatchObject({ status: 'failed', isServed: true });
    expect(await ground.visit(name)).toMatchObject({ status: 200 });
    const redirect = { kind: 'redirect', to: `https://elsewhere.${ground.zone}` };
    await operator.fetch(
      `/api/domains/${id}`,
      json('PATCH', { version: version + 1, options: {}, target: redirect }),
    );
    expect(await provisioned(id)).toMatchObject({ status: 'active' });
    expect(await ground.visit(name)).toMatchObject({ status: 301 });
  });

  test('is put back when a change makes it worse, and its run says which name got worse', async () => {
    const { id, name, version } = await add('worse');
    await provisioned(id);
    const closing = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(closing, 'listening');
    const target = upstream((closing.address() as AddressInfo).port);
    await operator.fetch(
      `/api/domains/${id}`,
      json('PATCH', { version, target, options: { retrySeconds: 0 } }),
    );
    expect(await provisioned(id)).toMatchObject({
      status: 'failed',
      isServed: true,
      problem: expect.stringContaining(`${name} answered 200 before and 502 after`),
    });
    const [task] = await tasks(id);
    expect(task?.steps.find((step) => step.name === 'apply')).toMatchObject({ errorCode: 'MADE_WORSE' });
    expect(await ground.visit(name)).toMatchObject({ status: 200 });
    closing.close();
  });

  test('is looked at layer by layer', async () => {
    const { id } = await add('healthy');
    await provisioned(id);
    const { queue, database } = ground.app.app.resources;
    expect(await queue.runNow(database.sql, 'domains.check')).toBe(true);
    await expect
      .poll(
        async () =>
          (await ask<{ checks: { state: string; layers: unknown[] }[] }>(viewer, `/api/domains/${id}/health`))
            .checks[0],
        patience,
      )
      .toMatchObject({
        state: 'ok',
        layers: ['dns', 'tls', 'http', 'upstream'].map((layer) => ({ layer, state: 'ok' })),
      });
  });

  test('follows the public address, and leaves what somebody else changed', async () => {
    const [followed, foreign, fixed] = [await add('home'), await add('edited'), await add('fixed')];
    const { database, queue } = ground.app.app.resources;
    for (const { id, name } of [followed, foreign, fixed]) {
      expect(await provisioned(id)).toMatchObject({ status: 'active' });
      // As if the address had been another when it was written.
      await updateDomain(database.sql, id, {
        records: { A: ['127.0.0.9'] },
        followsAddress: id !== fixed.id,
      });
      // Its last run failed, and what was served before is served on.
      if (id === followed.id) await updateDomain(database.sql, id, { status: 'failed' });
      const values = [id === foreign.id ? '192.0.2.44' : '127.0.0.9'];
      await ground.powerDns.put(ground.zone, { name, type: 'A', ttl: 60, values });
    }
    expect(await queue.runNow(database.sql, 'domains.follow-address')).toBe(true);
    const shown = (name: string) => ground.powerDns.rrset(ground.zone, name, 'A');
    await expect.poll(() => shown(followed.name), patience).toEqual(['127.0.0.1']);
    const run = async () =>
      (await ask<{ items: { state: string }[] }>(viewer, '/api/jobs/runs?kind=domains.follow')).items;
    await expect.poll(async () => (await run())[0]?.state, patience).toBe('succeeded');
    expect(await shown(foreign.name)).toEqual(['192.0.2.44']);
    expect(await shown(fixed.name)).toEqual(['127.0.0.9']);
    const events = await ask<{ items: DomainEvent[] }>(viewer, `/api/domains/${followed.id}/events`);
    expect(events.items[0]).toMatchObject({ kind: 'address', summary: expect.stringContaining('127.0.0.1') });
  });

  test('is served again after the proxy’s owner loaded a configuration without it', async () => {
    const { id, name } = await add('again');
    await provisioned(id);
    await ground.caddy.forget();
    await expect(ground.visit(name)).rejects.toThrow();
    const { database, queue } = ground.app.app.resources;
    expect(await queue.runNow(database.sql, 'domains.reconcile')).toBe(true);
    await expect.poll(() => ground.visit(name).catch(() => null), patience).toMatchObject({ status: 200 });
  });

  test('says what every name server shows', async () => {
    const { id } = await add('shown');
    await provisioned(id);
    expect(await ask(operator, `/api/domains/${id}/dns/verify`, { method: 'POST' })).toMatchObject({
      zone: ground.zone,
      isEverywhere: true,
      views: [{ state: 'as-wanted' }, { state: 'as-wanted' }, { state: 'as-wanted' }],
    });
  });

  test.each([
    { name: 'localhost' },
    { name: 'a b.test' },
    { name: '-a.home.test' },
    { name: 'x.home.test', target: { kind: 'addresses', upstreams: [] } },
    { name: 'x.home.test', target: { kind: 'addresses', upstreams: [{ host: 'a/b', port: 1 }] } },
    { name: 'x.home.test', target: { kind: 'redirect', to: 'javascript:alert(1)' } },
    { note: 'a\0b' },
    { options: { snippet: 'respond "\0"' } },
    { name: 'x.home.test', dns: { kind: 'provider', providerId: 'x', zone: 'home.test' } },
  ])('is not taken when it is malformed: %j', async (wrong) => {
    const body = { target: upstream(), dns: { kind: 'elsewhere' }, ...wrong };
    expect((await operator.fetch('/api/domains', json('POST', body))).status).toBe(400);
  });

  test('is there once, and only with an account that is', async () => {
    const { name } = await add('once');
    expect(await add('once', upstream(), { name })).toMatchObject({ code: 'NAME_TAKEN' });
    const dns = { kind: 'provider', providerId: '01890000-0000-7000-8000-00000000000f', zone: 'home.test' };
    expect(await add('nowhere', upstream(), { dns })).toMatchObject({ code: 'PROVIDER_UNKNOWN' });
  });
});
