import { defineJob } from '@nebula/jobs';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Caller, type TestApp, testApp } from '../../testing.ts';
import type { QueuedJob, Schedule } from './contract.ts';

let app: TestApp;
let viewer: Caller;
let operator: Caller;

beforeAll(async () => {
  app = await testApp(inject('postgres'));
  viewer = await app.as('viewer');
  operator = await app.as('operator');
});
afterAll(async () => await app[Symbol.asyncDispose]());

/** A job whose name no worker knows waits for ever; one that has no tries left is dead at once. */
async function putDead(name: string): Promise<string> {
  const { queue, database } = app.app.resources;
  const job = defineJob({ name, parse: () => null, run: async () => undefined, maxAttempts: 1 });
  await queue.enqueue(database.sql, job, null);
  const [row] = await queue.queued(database.sql, { name }, null, 1);
  await database.pool.query("select graphile_worker.permanently_fail_jobs(array[$1]::bigint[], 'gave up')", [
    row?.id,
  ]);
  return row?.id ?? '';
}

async function listed(query: string): Promise<QueuedJob[]> {
  const response = await viewer.fetch(`/api/jobs/queued${query}`);
  return ((await response.json()) as { items: QueuedJob[] }).items;
}

test('a dead letter is seen with its reason, retried by an operator, and audited', async () => {
  const id = await putDead('test.letter');
  expect(await listed('?state=dead&name=test.letter')).toMatchObject([{ id, error: 'gave up' }]);

  expect((await viewer.fetch(`/api/jobs/queued/${id}/retry`, { method: 'POST' })).status).toBe(403);
  const retried = await operator.fetch(`/api/jobs/queued/${id}/retry`, { method: 'POST' });
  expect([retried.status, await retried.json()]).toMatchObject([200, { id, attempts: 0 }]);
  expect(await listed('?state=dead&name=test.letter')).toEqual([]);

  const audit = await (await app.as('admin')).fetch('/api/audit?action=jobs.retry');
  expect(JSON.stringify(await audit.json())).toContain('test.letter');
});

test('only what was given up can be thrown away, and only once', async () => {
  const id = await putDead('test.thrown');
  await operator.fetch(`/api/jobs/queued/${id}/retry`, { method: 'POST' });
  const early = await operator.fetch(`/api/jobs/queued/${id}`, { method: 'DELETE' });
  expect([early.status, await early.json()]).toMatchObject([409, { code: 'JOB_NOT_DEAD' }]);

  const dead = await putDead('test.really-dead');
  expect((await operator.fetch(`/api/jobs/queued/${dead}`, { method: 'DELETE' })).status).toBe(204);
  expect((await operator.fetch(`/api/jobs/queued/${dead}`, { method: 'DELETE' })).status).toBe(404);
});

test('schedules tell when they run next, and one can be run now', async () => {
  const schedules = async () => {
    const response = await viewer.fetch('/api/jobs/schedules');
    return ((await response.json()) as { items: Schedule[] }).items;
  };
  const clean = (await schedules()).find(({ name }) => name === 'events.remove-old');
  expect(clean).toMatchObject({ everySeconds: 3600, last: null });
  expect(Date.parse(clean?.nextAt ?? '')).toBeGreaterThan(Date.now());

  const path = '/api/jobs/schedules/events.remove-old/run';
  expect((await viewer.fetch(path, { method: 'POST' })).status).toBe(403);
  expect((await operator.fetch(path, { method: 'POST' })).status).toBe(204);
  await expect
    .poll(async () => (await schedules()).find(({ name }) => name === 'events.remove-old')?.last, {
      timeout: 20_000,
    })
    .toMatchObject({ succeeded: true });
  expect((await operator.fetch('/api/jobs/schedules/no.such/run', { method: 'POST' })).status).toBe(404);
});

test('bad ids and names are refused as input', async () => {
  for (const [path, method] of [
    ['/api/jobs/queued/abc/retry', 'POST'],
    ['/api/jobs/queued/1;drop', 'DELETE'],
    [`/api/jobs/queued/${'9'.repeat(30)}`, 'DELETE'],
    ['/api/jobs/schedules/..%2F..%2Fetc/run', 'POST'],
  ] as const) {
    expect([path, (await operator.fetch(path, { method })).status]).toEqual([path, 400]);
  }
});
