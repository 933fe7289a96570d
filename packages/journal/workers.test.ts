import { TestClock } from '@nebula/clock/testing';
import type { Database } from '@nebula/db';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import {
  createTestWorld,
  lockedRuns,
  type StepScript,
  statesOf,
  type TestWorld,
  until,
} from './test-world.ts';

let world: TestWorld;

beforeAll(async () => {
  world = await createTestWorld(inject('postgres'));
});

afterEach(async () => expect(await lockedRuns(world.database.sql)).toEqual([]));

afterAll(async () => await world[Symbol.asyncDispose]());

test('two workers that race for a run make its effects once', async () => {
  for (let round = 0; round < 5; round += 1) {
    const run = world.define([{ effect: 'observable' }, { effect: 'blind' }]);
    const journals = [world.journal(), world.journal(), world.journal()];
    const id = await world.start(world.journal(), run);

    await Promise.all(journals.map((journal) => journal.drive(id)));
    await until(async () => (await world.details(id)).state === 'succeeded');

    expect(world.outside.history).toEqual(['+a', '+b']);
  }
});

test('a worker that lost its run writes nothing more and begins no further step', async () => {
  const gate = Promise.withResolvers<void>();
  const outside = () => world.outside;
  let isFirst = true;
  const held: StepScript['run'] = async () => {
    if (isFirst) {
      isFirst = false;
      await gate.promise;
      return 'old';
    }
    return outside().make('a');
  };
  const run = world.define([{ run: held }, {}]);
  const journal = world.journal();
  const id = await world.start(journal, run);
  const old = journal.drive(id);
  await until(async () => statesOf(await world.details(id)) === 'intent pending');
  const details = await world.recover(id);
  gate.resolve();
  await old;

  expect(details).toMatchObject({ state: 'succeeded', results: { a: 'a made' } });
  expect(await world.details(id)).toEqual(details);
  expect(world.outside.history).toEqual(['+a', '+b']);
});

test('a jump of the clock takes no run from a worker that lives', async () => {
  const gate = Promise.withResolvers<string>();
  const run = world.define([{ effect: 'blind', run: () => gate.promise }]);
  const journal = world.journal();
  const id = await world.start(journal, run);
  const working = journal.drive(id);
  await until(async () => statesOf(await world.details(id)) === 'intent');
  const clock = new (class extends TestClock {
    days = 0;
    override now(): Date {
      return new Date(super.now().getTime() + this.days * 86_400_000);
    }
  })();
  const stop = new AbortController();
  const other = world.journal({ clock });
  const recovering = other.recover(stop.signal);
  for (const days of [400, -400, 0]) {
    clock.days = days;
    await clock.advance(10_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  gate.resolve('done');
  await working;
  stop.abort();
  await recovering;

  expect(await world.details(id)).toMatchObject({ state: 'succeeded', steps: [{ attempt: 1 }] });
});

test('a stopping process interrupts what can be resumed and the next one goes on at once', async () => {
  let attempts = 0;
  const once: StepScript['run'] = ({ signal }) => {
    attempts += 1;
    if (attempts > 1) return Promise.resolve('resumed');
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  const run = world.define([{ effect: 'idempotent', run: once }]);
  const journal = world.journal();
  const id = await world.start(journal, run);
  const working = journal.drive(id);
  await until(() => attempts === 1);

  await journal.stop();
  await working;
  expect(await world.details(id)).toMatchObject({ state: 'running', steps: [{ state: 'intent' }] });
  await world.journal().drive(id);

  expect(await world.details(id)).toMatchObject({ state: 'succeeded', results: { a: 'resumed' } });
});

test('a stopping process waits for a blind step', async () => {
  const gate = Promise.withResolvers<string>();
  const run = world.define([{ effect: 'blind', run: () => gate.promise }, {}]);
  const journal = world.journal();
  const id = await world.start(journal, run);
  const working = journal.drive(id);
  await until(async () => statesOf(await world.details(id)) === 'intent pending');

  const stopping = journal.stop();
  gate.resolve('sent');
  await Promise.all([stopping, working]);
  expect(statesOf(await world.details(id))).toBe('done pending');
  await world.journal().drive(id);

  expect(await world.details(id)).toMatchObject({ state: 'succeeded', results: { a: 'sent' } });
});

test('a worker that shows heartbeats keeps its run however long it takes', async () => {
  const gate = Promise.withResolvers<string>();
  const clock = new TestClock();
  const run = world.define([{ run: () => gate.promise, timeout: '1h' }]);
  const journal = world.journal({ clock });
  const id = await world.start(journal, run);
  const working = journal.drive(id);
  await until(async () => statesOf(await world.details(id)) === 'intent');
  const stop = new AbortController();
  const recovering = world.journal({ clock }).recover(stop.signal);
  for (let beats = 1; beats <= 30; beats += 1) {
    await until(async () => {
      await clock.advance(500);
      return (await heartbeat(id)) >= beats;
    });
  }
  gate.resolve('mine');
  await working;
  stop.abort();
  await recovering;

  expect(await world.details(id)).toMatchObject({ results: { a: 'mine' }, steps: [{ attempt: 1 }] });
});

async function heartbeat(id: string): Promise<number> {
  const { rows } = await world.database.sql.execute<{ heartbeat: string }>(
    sql`select heartbeat from runs where id = ${id}`,
  );
  return Number(rows[0]?.heartbeat);
}

test('a commit whose answer is lost is not taken for a failure, and nothing is done twice', async () => {
  let losses = 0;
  for (let n = 1; losses === n - 1; n += 1) {
    let transactions = 0;
    const database: Database = {
      ...world.database,
      async transaction(work) {
        const result = await world.database.transaction(work);
        transactions += 1;
        if (transactions !== n) return result;
        losses += 1;
        throw Object.assign(new Error('connection lost'), { code: '08006' });
      },
    };
    const run = world.define([{ effect: 'blind' }, { effect: 'observable' }]);
    const journal = world.journal({ database });
    const id = await world.start(journal, run);
    // Only the first, the claim, is left to recovery.
    if (n === 1) await expect(journal.drive(id)).rejects.toThrow('connection lost');
    await journal.drive(id);

    expect(await world.details(id)).toMatchObject({
      state: 'succeeded',
      results: { a: 'a made', b: 'b made' },
    });
    expect(world.outside.history).toEqual(['+a', '+b']);
  }
  expect(losses).toBe(6);
});

test('a job that comes twice does not take the run from the worker in the middle of a step', async () => {
  const gate = Promise.withResolvers<string>();
  const run = world.define([{ effect: 'blind', run: () => gate.promise }]);
  const journal = world.journal();
  const id = await world.start(journal, run);
  const working = journal.drive(id);
  await until(async () => statesOf(await world.details(id)) === 'intent');

  await world.journal().drive(id);
  await journal.drive(id);
  expect(await world.details(id)).toMatchObject({ state: 'running', steps: [{ state: 'intent' }] });
  gate.resolve('once');
  await working;

  expect(await world.details(id)).toMatchObject({ state: 'succeeded', results: { a: 'once' } });
});
