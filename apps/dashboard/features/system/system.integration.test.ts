import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { type Caller, type TestApp, testApp, until } from '../../testing.ts';
import { scriptedBroker } from './fixtures/scripted-broker.ts';

const broker = scriptedBroker();
const { units, changes, put } = broker;

let app: TestApp;
let viewer: Caller;
let operator: Caller;

beforeAll(async () => {
  app = await testApp(inject('postgres'), { broker: broker.call, sampleSeconds: 1 });
  viewer = await app.as('viewer');
  operator = await app.as('operator');
  await until(async () => (await viewer.fetch('/api/system')).status === 200, 30_000);
});
afterAll(async () => await app[Symbol.asyncDispose]());
beforeEach(async () => {
  broker.hasSystemd = true;
  broker.isAway = false;
  changes.length = 0;
  units.clear();
  put('cron.service', { canChange: false });
  put('smbd.service');
  put('doomed.service', { active: 'inactive', sub: 'dead' });
  put('broken.timer', { active: 'failed', canChange: false });
  // A list is kept for two seconds.
  await until(async () => (await get('/api/system/units')).items?.length === 4, 30_000);
});

// Any shape: each test looks at the fields it is about, and the server proved its answer against the contract.
async function get(path: string, caller = viewer): Promise<Record<string, ReturnType<typeof JSON.parse>>> {
  return JSON.parse(await (await caller.fetch(path)).text());
}

async function change(verb: string, unit: string, caller = operator) {
  const response = await caller.fetch(`/api/system/units/${unit}/${verb}`, { method: 'POST' });
  const body: { runId?: string; code?: string; detail?: string } = JSON.parse(await response.text());
  return { status: response.status, ...body };
}

async function ended(runId: string | undefined) {
  await until(async () => /^(succeeded|failed)$/.test((await get(`/api/jobs/runs/${runId}`)).state), 60_000);
  return await get(`/api/jobs/runs/${runId}`);
}

describe('the machine we run on', () => {
  test('is told with figures that are real: its own name, memory and processors', async () => {
    const { identity, sample } = await get('/api/system');

    expect(identity.hostname).not.toBe('');
    expect(sample.cpu.cores).toHaveLength(identity.cores);
    expect(sample.memory.available).toBeGreaterThan(0);
    await until(async () => (await get('/api/system')).storage !== null, 30_000);
  });

  test('remembers the last minutes, oldest first', async () => {
    await until(async () => (await get('/api/system/history')).points.length >= 2, 30_000);

    const { points, everySeconds } = await get('/api/system/history');

    expect(everySeconds).toBe(1);
    const instants: string[] = points.map(({ at }: { at: string }) => at);
    expect(instants).toEqual([...instants].sort());
  });

  test('lists processes by memory and by CPU, at most as many as asked for, and finds them', async () => {
    const byMemory = await get('/api/system/processes?sort=memory&limit=5');
    const own = await get('/api/system/processes?search=node&limit=200');

    expect(byMemory.items).toHaveLength(5);
    expect(byMemory.total).toBeGreaterThanOrEqual(5);
    const sizes: number[] = byMemory.items.map(({ memoryBytes }: { memoryBytes: number }) => memoryBytes);
    expect(sizes).toEqual([...sizes].sort((one, other) => other - one));
    expect(own.items.map(({ pid }: { pid: number }) => pid)).toContain(process.pid);
    expect((await viewer.fetch('/api/system/processes?limit=201')).status).toBe(400);
    expect((await viewer.fetch('/api/system/processes?sort=name')).status).toBe(400);
  });
});

describe('hosts', () => {
  test('the machine itself is there from the first migration, and is the first', async () => {
    const { items, next } = await get('/api/hosts');

    expect(items.map(({ id, driver }: { id: string; driver: string }) => [id, driver])).toEqual([
      ['local', 'local'],
    ]);
    expect(next).toBeNull();
    expect((await get('/api/hosts/local')).identity.kernel).not.toBe('');
    expect((await viewer.fetch('/api/hosts/other')).status).toBe(404);
    expect((await get('/api/hosts?cursor=local')).items).toEqual([]);
  });
});

describe('units', () => {
  test('are listed by name, narrowed, and walked through page by page', async () => {
    const names = async (query: string) =>
      (await get(`/api/system/units${query}`)).items.map(({ name }: { name: string }) => name);

    expect(await names('')).toEqual(['broken.timer', 'cron.service', 'doomed.service', 'smbd.service']);
    expect(await names('?active=failed')).toEqual(['broken.timer']);
    expect(await names('?search=WHAT%20SMBD')).toEqual(['smbd.service']);
    const first = await get('/api/system/units?limit=3');
    expect(first.next).toBe('doomed.service');
    expect(await names(`?limit=3&cursor=${first.next}`)).toEqual(['smbd.service']);
    expect(first.failed).toBe(1);
  });

  test('a restart is a run that stands in the audit, and ends when the unit is up again', async () => {
    const { status, runId } = await change('restart', 'smbd.service');

    expect(status).toBe(202);
    expect(await ended(runId)).toMatchObject({
      state: 'succeeded',
      target: { type: 'unit', id: 'smbd.service' },
    });
    expect(changes).toEqual(['unit-restart smbd.service']);
    const { items } = await get('/api/audit?action=system.restart-unit', await app.as('admin'));
    expect(items[0]).toMatchObject({ runId, outcome: 'done', before: { active: 'active', sub: 'running' } });
  });

  test('stop and start go the same way', async () => {
    expect(await ended((await change('stop', 'smbd.service')).runId)).toMatchObject({ state: 'succeeded' });
    expect(units.get('smbd.service')?.active).toBe('inactive');
    expect(await ended((await change('start', 'smbd.service')).runId)).toMatchObject({ state: 'succeeded' });
    expect(changes).toEqual(['unit-stop smbd.service', 'unit-start smbd.service']);
  });

  test('a unit that comes up and fails makes the run fail, with the reason', async () => {
    const run = await ended((await change('start', 'doomed.service')).runId);

    expect(run).toMatchObject({ state: 'failed', error: { code: 'UNIT_FAILED' } });
    expect(run.error.message).toContain('exit-code');
  });

  test('a unit that NEBULA_UNITS does not name is refused, and the try is audited', async () => {
    expect(await change('stop', 'cron.service')).toMatchObject({ status: 409, code: 'UNIT_NOT_CHANGEABLE' });

    expect(changes).toEqual([]);
    const { items } = await get(
      '/api/audit?action=system.stop-unit&targetId=cron.service',
      await app.as('admin'),
    );
    expect(items[0]).toMatchObject({ outcome: 'failed', code: 'UNIT_NOT_CHANGEABLE' });
  });

  test('an unknown unit, a malformed name, a viewer and a reader of journals get what their contract promises', async () => {
    expect(await change('start', 'nothing.service')).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    for (const name of ['-x.service', 'a%20b.service', 'x', '..%2Fx.service'])
      expect((await change('start', name)).status).toBe(400);
    expect(await change('start', 'smbd.service', viewer)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect((await viewer.fetch('/api/system/units/smbd.service/journal')).status).toBe(403);
    expect((await get('/api/system/units/smbd.service/journal', operator)).entries[0].message).toBe('hello');
    expect(changes).toEqual([]);
  });

  test('without systemd the list says why it is empty and the verbs have a code of their own', async () => {
    broker.hasSystemd = false;
    await until(async () => (await get('/api/system/units')).absence !== null, 30_000);

    expect(await get('/api/system/units')).toMatchObject({
      items: [],
      absence: 'This machine does not run systemd.',
    });
    // The verbs look again once their knowledge is a minute old; the list above has renewed it.
    expect(await change('restart', 'smbd.service')).toMatchObject({ status: 409, code: 'NO_SYSTEMD' });
    expect(await get('/api/system/units/smbd.service')).toMatchObject({ code: 'NO_SYSTEMD' });
    expect(changes).toEqual([]);
  });

  test('without the broker units are not known, and the rest of the machine is', async () => {
    broker.isAway = true;
    await until(async () => (await viewer.fetch('/api/system/units')).status === 503, 30_000);

    expect(await get('/api/system/units')).toMatchObject({
      code: 'UNAVAILABLE',
      detail: 'The broker does not answer.',
    });
    expect((await viewer.fetch('/api/system')).status).toBe(200);
  });
});
