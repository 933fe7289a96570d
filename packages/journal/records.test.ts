import { TestClock } from '@nebula/clock/testing';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { createTestWorld, lockedRuns, type StepScript, starter, type TestWorld } from './test-world.ts';

let world: TestWorld;

beforeAll(async () => {
  world = await createTestWorld(inject('postgres'));
});

afterEach(async () => expect(await lockedRuns(world.database.sql)).toEqual([]));

afterAll(async () => await world[Symbol.asyncDispose]());

test('a run is told once when it starts and at every change, and progress at most four times a second', async () => {
  const told: string[] = [];
  const clock = new TestClock();
  const report: StepScript['run'] = async ({ progress }) => {
    for (let n = 1; n <= 100; n += 1) {
      progress(n / 100, `part ${n}`);
      await clock.advance(10);
    }
  };
  const run = world.define([{ run: report }]);
  const journal = world.journal({
    clock,
    onProgress: (_, step, fraction, message) => void told.push(`${step} ${fraction} ${message}`),
  });
  const id = await world.start(journal, run);
  await journal.drive(id);

  expect(told[0]).toBe('a 0.01 part 1');
  expect(told.at(-1)).toBe('a 1 part 100');
  expect(told.length).toBeLessThanOrEqual(6);
  const { rows } = await world.database.sql.execute<{ data: string; access: string }>(
    sql`select data, access from event_outbox where topic = 'jobs.run-changed' and data like ${`%${id}%`} order by id`,
  );
  expect(
    rows.map(({ data }) => JSON.parse(data)).map((event) => [event.state, event.steps[0].state]),
  ).toEqual([
    ['queued', 'pending'],
    ['running', 'pending'],
    ['running', 'intent'],
    ['running', 'done'],
    ['succeeded', 'done'],
  ]);
  expect(rows[0]?.access).toBe('jobs:read');
});

test('a run of a kind that the program has forgotten is given to a person and closed by the answer', async () => {
  const run = world.define([{}, {}]);
  const id = await world.start(world.journal(), run);
  const forgetful = { definitions: [] };

  await world.journal(forgetful).drive(id);
  expect(await world.details(id)).toMatchObject({ state: 'unknown', lookHere: { step: 'a' } });
  const journal = world.journal(forgetful);
  await world.database.transaction((transaction) => journal.resolve(transaction, id, 'done'));

  expect(await world.details(id)).toMatchObject({
    state: 'failed',
    isUndone: false,
    error: { code: 'RUN_ABANDONED' },
  });
});

test('runs are listed newest first, page by page, and narrowed', async () => {
  const run = world.define([{}]);
  const journal = world.journal();
  const ids: string[] = [];
  for (let n = 0; n < 3; n += 1) {
    ids.unshift(await world.start(journal, run));
    await journal.drive(ids[0] ?? '');
  }
  const { sql: database } = world.database;

  const page = await journal.list(database, { kind: run.kind }, null, 2);
  const rest = await journal.list(
    database,
    { kind: run.kind, states: ['succeeded'] },
    page.at(-1)?.id ?? null,
    2,
  );

  expect([...page, ...rest].map(({ id }) => id)).toEqual(ids);
  expect(page[0]?.steps).toMatchObject([{ name: 'a', state: 'done' }]);
  expect(await journal.list(database, { kind: run.kind, states: ['failed'] }, null, 2)).toEqual([]);
});

test('hostile names reach the database as text', async () => {
  const name = "x\u0000'; drop table runs; --\ud800";
  const run = world.define([{ run: async () => ({ name }) }], {
    target: () => ({ type: 'thing', id: name, name }),
  });
  const journal = world.journal();
  const id = await world.database.transaction((transaction) =>
    journal.start(transaction, run.kind, { name }, { ...starter, actor: { ...starter.actor, name } }),
  );
  await journal.drive(id);

  expect(await world.details(id)).toMatchObject({
    state: 'succeeded',
    input: { name },
    results: { a: { name } },
  });
  expect((await world.details(id)).target.name).toContain('drop table');
});
