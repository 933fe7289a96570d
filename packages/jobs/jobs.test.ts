import { systemClock } from '@nebula/clock';
import { TestClock } from '@nebula/clock/testing';
import { testDatabase } from '@nebula/db/testing';
import { createLog } from '@nebula/log';
import { expect, inject, test } from 'vitest';
import { createJobs, defineChore, defineJob, jobsMigrations, migrateJobs } from './index.ts';

const log = createLog({ service: 'test', level: 'silent' });

async function open(clock = systemClock) {
  const database = await testDatabase(inject('postgres'), [jobsMigrations]);
  await migrateJobs(database);
  return { database, jobs: createJobs({ database, log, clock }) };
}

const patience = { timeout: 20_000 };

test('a job that keeps failing is given up, tells why, and runs again after a retry', async () => {
  const { database, jobs } = await open();
  await using _database = database;
  let isBroken = true;
  let worked = 0;
  const job = defineJob({
    name: 'test.fragile',
    parse: () => null,
    maxAttempts: 1,
    async run() {
      if (isBroken) throw new Error('the disk is on fire');
      worked += 1;
    },
  });
  await jobs.start([job], []);
  await jobs.enqueue(database.sql, job, null);
  const dead = () => jobs.queued(database.sql, { state: 'dead' }, null, 10);
  await expect.poll(async () => (await dead()).length, patience).toBe(1);
  const [given] = await dead();
  expect(given).toMatchObject({
    name: 'test.fragile',
    attempts: 1,
    maxAttempts: 1,
    error: 'the disk is on fire',
  });
  expect(await jobs.counts(database.sql)).toMatchObject([{ name: 'test.fragile', dead: 1, waiting: 0 }]);

  isBroken = false;
  expect(await jobs.retry(database.sql, given?.id ?? '')).toBe(true);
  await expect.poll(() => worked, patience).toBe(1);
  await expect.poll(() => jobs.counts(database.sql), patience).toEqual([]);
  expect(await jobs.retry(database.sql, given?.id ?? '')).toBe(false);
  await jobs.stop();
});

test('a running job can neither be retried nor removed', async () => {
  const { database, jobs } = await open();
  await using _database = database;
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
  const job = defineJob({ name: 'test.slow', parse: () => null, run: () => mayEnd });
  await jobs.start([job], []);
  await jobs.enqueue(database.sql, job, null);
  const running = () => jobs.queued(database.sql, { state: 'running' }, null, 10);
  await expect.poll(async () => (await running()).length, patience).toBe(1);
  const [{ id } = { id: '' }] = await running();

  expect(await jobs.retry(database.sql, id)).toBe(false);
  expect(await jobs.remove(database.sql, id)).toBe(false);

  end();
  await jobs.stop();
});

test('jobs are listed newest first, by state and name, in pages', async () => {
  const { database, jobs } = await open();
  await using _database = database;
  const later = { runAt: new Date(Date.now() + 3_600_000) };
  const [one, two] = ['test.one', 'test.two'].map((name) => defineChore(name, async () => undefined));
  if (one === undefined || two === undefined) throw new Error('two jobs were made');
  for (let n = 0; n < 5; n += 1) await jobs.enqueue(database.sql, one, null, later);
  await jobs.enqueue(database.sql, two, null, later);

  const first = await jobs.queued(database.sql, { state: 'planned' }, null, 4);
  expect(first.map(({ name }) => name)).toEqual(['test.two', 'test.one', 'test.one', 'test.one']);
  const rest = await jobs.queued(database.sql, { state: 'planned' }, first.at(-1)?.id ?? null, 4);
  expect(rest).toHaveLength(2);
  expect(await jobs.queued(database.sql, { name: 'test.two' }, null, 4)).toHaveLength(1);
  expect(await jobs.queued(database.sql, { state: 'dead' }, null, 4)).toEqual([]);
  expect(await jobs.remove(database.sql, first[0]?.id ?? '')).toBe(true);
  expect(await jobs.find(database.sql, first[0]?.id ?? '')).toBeNull();
});

test('a schedule tells when it runs next and how it ended last, also after a restart', async () => {
  const clock = new TestClock(new Date('2026-01-01T00:00:00Z'));
  const { database, jobs } = await open(clock);
  await using _database = database;
  let isBroken = false;
  const chore = defineChore('test.chore', async () => {
    if (isBroken) throw new Error('no room left');
  });
  await jobs.start([chore], [{ job: chore, every: '1h' }]);
  expect(await jobs.schedules(database.sql)).toEqual([
    { name: 'test.chore', everyMs: 3_600_000, nextAt: new Date('2026-01-01T00:10:00Z'), last: null },
  ]);

  await clock.advance(600_000);
  const last = async () => (await jobs.schedules(database.sql))[0]?.last;
  await expect.poll(last, patience).toMatchObject({ succeeded: true, error: null });
  expect((await jobs.schedules(database.sql))[0]?.nextAt).toEqual(new Date('2026-01-01T01:10:00Z'));

  isBroken = true;
  expect(await jobs.runNow(database.sql, 'test.chore')).toBe(true);
  expect(await jobs.runNow(database.sql, 'test.unknown')).toBe(false);
  await expect.poll(last, patience).toMatchObject({ succeeded: false, error: 'no room left' });
  await jobs.stop();

  const later = createJobs({ database, log, clock });
  await later.start([chore], [{ job: chore, every: '1h' }]);
  expect((await later.schedules(database.sql))[0]?.last).toMatchObject({
    succeeded: false,
    error: 'no room left',
  });
  await later.stop();
});

test('a server that is started anew all the time still comes to what is due', async () => {
  const clock = new TestClock(new Date('2026-01-01T00:00:00Z'));
  const { database, jobs } = await open(clock);
  await using _database = database;
  let runs = 0;
  const chore = defineChore('test.seldom', async () => void (runs += 1));
  const wanted = [{ job: chore, every: '6h' }] as const;
  await jobs.start([chore], [...wanted]);
  await clock.advance(600_000);
  await expect.poll(async () => (await jobs.schedules(database.sql))[0]?.last, patience).not.toBeNull();
  await jobs.stop();

  for (const [hours, next] of [
    [2, '2026-01-01T06:10:00Z'],
    [2, '2026-01-01T06:10:00Z'],
    [3, '2026-01-01T07:11:00Z'],
  ] as const) {
    await clock.advance(hours * 3_600_000);
    const later = createJobs({ database, log, clock });
    await later.start([chore], [...wanted]);
    expect((await later.schedules(database.sql))[0]?.nextAt).toEqual(new Date(next));
    if (hours === 3) {
      await clock.advance(60_000);
      await expect.poll(() => runs, patience).toBe(2);
    }
    await later.stop();
  }
});
