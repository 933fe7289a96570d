import { systemClock } from '@nebula/clock';
import { TestClock } from '@nebula/clock/testing';
import { AppError, DriverError } from '@nebula/errors';
import { createJobs } from '@nebula/jobs';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { defineRun, stepsFor } from './step.ts';
import {
  createTestWorld,
  lockedRuns,
  quiet,
  runAhead,
  statesOf,
  type TestWorld,
  until,
} from './test-world.ts';

let world: TestWorld;

beforeAll(async () => {
  world = await createTestWorld(inject('postgres'));
});

afterAll(async () => await world[Symbol.asyncDispose]());

test('a run makes its steps in order, keeps their results and frees its target', async () => {
  const run = world.define([{}, { run: async ({ memory }) => `after ${String(memory.read('a'))}` }]);
  const journal = world.journal();
  const id = await world.start(journal, run);

  await journal.drive(id);

  const details = await world.details(id);
  expect(details).toMatchObject({ state: 'succeeded', isUndone: null, error: null, requestId: 'r1' });
  expect(details.results).toEqual({ a: 'a made', b: 'after a made' });
  expect(statesOf(details)).toBe('done done');
  expect(await lockedRuns(world.database.sql)).toEqual([]);
});

test('a step knows the run that it belongs to', async () => {
  const run = world.define([{ run: async ({ runId }) => runId }]);
  const journal = world.journal();
  const id = await world.start(journal, run);

  await journal.drive(id);

  expect((await world.details(id)).results).toEqual({ a: id });
});

test('a run whose transaction is rolled back never was', async () => {
  const { kind } = world.define([{}]);
  const journal = world.journal();
  let id = '';

  const failed = world.database.transaction(async (sql) => {
    id = await journal.start(sql, kind, {}, { actor: { kind: 'user', id: 'u', name: 'U' }, requestId: 'r' });
    throw new Error('no');
  });

  await expect(failed).rejects.toThrow('no');
  expect(await journal.get(world.database.sql, id)).toBeNull();
  expect(await lockedRuns(world.database.sql)).toEqual([]);
});

test('when a step fails the steps before it are undone in reverse', async () => {
  const failing = async () => {
    throw new AppError('NO_SPACE', 'There is no space.');
  };
  const run = world.define([
    {},
    { effect: 'observable' },
    { undo: 'nothing' },
    { run: failing, undo: 'nothing' },
    {},
  ]);
  const journal = world.journal();
  const id = await world.start(journal, run);

  await journal.drive(id);

  const details = await world.details(id);
  expect(details).toMatchObject({
    state: 'failed',
    isUndone: true,
    error: { code: 'NO_SPACE', message: 'There is no space.' },
  });
  expect(statesOf(details)).toBe('undone undone done failed skipped');
  expect(world.outside.history).toEqual(['+a', '+b', '+c', '-b', '-a']);
});

test('an idempotent step that failed half-way is undone too', async () => {
  const outside = () => world.outside;
  const halfWay = async () => {
    outside().make('a');
    throw new Error('disk failed');
  };
  const run = world.define([{ run: halfWay }]);
  const journal = world.journal();
  const id = await world.start(journal, run);

  await journal.drive(id);

  const details = await world.details(id);
  expect(details).toMatchObject({ state: 'failed', isUndone: true, error: { code: 'INTERNAL' } });
  expect([...world.outside.present]).toEqual([]);
});

test('a step that cannot be undone leaves the run failed and not undone', async () => {
  const failing = async () => {
    throw new DriverError('rejected', 'No.');
  };
  const run = world.define([{}, { undo: 'impossible' }, { effect: 'blind', run: failing }]);
  const journal = world.journal();
  const id = await world.start(journal, run);

  await journal.drive(id);

  const details = await world.details(id);
  expect(details).toMatchObject({ state: 'failed', isUndone: false, error: { code: 'UPSTREAM_REJECTED' } });
  expect(statesOf(details)).toBe('undone done failed');
});

test('an undo that fails stops the undoing and is told', async () => {
  const failing = async () => {
    throw new AppError('NO', 'No.');
  };
  const run = world.define([{}, { undoRun: failing }, { effect: 'blind', run: failing }]);
  const journal = world.journal();
  const id = await world.start(journal, run);

  await journal.drive(id);

  const details = await world.details(id);
  expect(details).toMatchObject({ state: 'failed', isUndone: false, error: { code: 'NO' } });
  expect(statesOf(details)).toBe('done undo-failed failed');
  expect(world.outside.present).toEqual(new Set(['a', 'b']));
  expect(await lockedRuns(world.database.sql)).toEqual([]);
});

test('an idempotent step is tried again while the outside is away, and not more often than it says', async () => {
  const away = async () => {
    world.outside.history.push('try');
    throw new DriverError('unavailable', 'The engine does not answer.');
  };
  const run = world.define([{ run: away, retry: { max: 2, backoff: '5ms' }, undo: 'nothing' }]);
  const journal = world.journal();
  const id = await world.start(journal, run);

  await journal.drive(id);

  expect(await world.details(id)).toMatchObject({
    state: 'failed',
    steps: [{ attempt: 3 }],
    error: { code: 'UNAVAILABLE' },
  });
  expect(world.outside.count('try')).toBe(3);
});

test('an observable step whose answer was lost is looked at and counts as done', async () => {
  const lost = async () => {
    world.outside.make('a');
    throw new DriverError('unavailable', 'The connection broke.');
  };
  const run = world.define([{ effect: 'observable', run: lost }]);
  const journal = world.journal();
  const id = await world.start(journal, run);

  await journal.drive(id);

  expect(await world.details(id)).toMatchObject({ state: 'succeeded', results: { a: 'a seen' } });
  expect(world.outside.history).toEqual(['+a']);
});

test('a blind step that ends with an unforeseen error stops the run for a person, and is not repeated', async () => {
  const broken = async () => {
    world.outside.history.push('mail');
    throw new Error('connection reset');
  };
  const run = world.define([{}, { effect: 'blind', run: broken, undo: 'nothing' }]);
  const journal = world.journal();
  const id = await world.start(journal, run);

  await journal.drive(id);
  await journal.drive(id);

  const details = await world.details(id);
  expect(details).toMatchObject({ state: 'unknown', lookHere: { step: 'b' } });
  expect(details.lookHere?.next).toContain('done');
  expect(world.outside.count('mail')).toBe(1);
  expect(await lockedRuns(world.database.sql)).toEqual([id]);

  await world.database.transaction((sql) => journal.resolve(sql, id, 'not-done'));
  await journal.drive(id);
  expect(await world.details(id)).toMatchObject({
    state: 'failed',
    isUndone: true,
    lookHere: null,
    error: { code: 'NOT_DONE' },
  });
  expect(world.outside.history).toEqual(['+a', 'mail', '-a']);
});

test('a run that a person found to be done goes on', async () => {
  const broken = async () => {
    throw new Error('connection reset');
  };
  const run = world.define([{ effect: 'blind', run: broken }, {}]);
  const journal = world.journal();
  const id = await world.start(journal, run);
  await journal.drive(id);

  await world.database.transaction((sql) => journal.resolve(sql, id, 'done'));
  await journal.drive(id);

  expect(await world.details(id)).toMatchObject({ state: 'succeeded' });
  await expect(world.database.transaction((sql) => journal.resolve(sql, id, 'done'))).rejects.toMatchObject({
    code: 'RUN_NOT_UNKNOWN',
  });
});

test('a step that does not end in time is interrupted and told', async () => {
  const slow = ({ signal }: { signal: AbortSignal }) =>
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  const run = world.define([{ run: slow, timeout: '20ms' }]);
  const journal = world.journal();
  const id = await world.start(journal, run);

  await journal.drive(id);

  expect(await world.details(id)).toMatchObject({
    state: 'failed',
    isUndone: true,
    error: { code: 'TIMED_OUT' },
  });
});

test('a step that goes on after its time is up stops the run for a person, since it may still happen', async () => {
  const clock = new TestClock();
  const run = world.define([{}, { run: () => new Promise(() => undefined), timeout: '1m' }]);
  const journal = world.journal({ clock });
  const id = await world.start(journal, run);
  const driving = journal.drive(id);
  await runAhead(clock, async () => (await world.details(id)).state === 'unknown');
  await driving;

  expect((await world.details(id)).lookHere?.why).toContain('may still happen');
  await world.database.transaction((sql) => journal.resolve(sql, id, 'not-done'));
  await journal.drive(id);
  expect(await world.details(id)).toMatchObject({ state: 'failed', isUndone: true });
});

test('a run is planned without being made, and says what cannot be undone', async () => {
  const run = world.define([{}, { undo: 'impossible' }, { undo: 'nothing' }]);

  const plan = await world.journal().plan(run.kind, {}, new AbortController().signal);

  expect(plan.map(({ name, undo }) => [name, undo])).toEqual([
    ['a', 'idempotent'],
    ['b', 'impossible'],
    ['c', 'nothing'],
  ]);
  expect(world.outside.history).toEqual([]);
});

test('the job queue begins runs and is not held up by them', async () => {
  const gate = Promise.withResolvers<void>();
  const definitions = Array.from({ length: 6 }, () => world.define([{ run: () => gate.promise }]));
  const rest: string[] = [];
  const journal = world.journal({ onRest: (id) => void rest.push(id) });
  const jobs = createJobs({ database: world.database, log: quiet, clock: systemClock, concurrency: 1 });
  await jobs.start([journal.job], []);
  const ids: string[] = [];
  for (const definition of definitions) ids.push(await world.start(journal, definition));

  await until(async () =>
    (await Promise.all(ids.map(world.details))).every(({ state }) => state === 'running'),
  );
  gate.resolve();
  await until(async () =>
    (await Promise.all(ids.map(world.details))).every(({ state }) => state === 'succeeded'),
  );
  await journal.stop();
  await jobs.stop();

  expect(rest.toSorted()).toEqual(ids.toSorted());
});

test('malformed kinds, steps and definitions are refused when they are declared', () => {
  const { steps: _, ...whole } = world.define([{}]);
  const withStep = (step: object) =>
    stepsFor({ ...whole, steps: () => world.outside.steps([{}]).map((good) => ({ ...good, ...step })) }, {});

  expect(() => defineRun({ ...whole, kind: 'Restart it', steps: () => [] })).toThrow(TypeError);
  expect(() => stepsFor({ ...whole, steps: () => [] }, {})).toThrow('no steps');
  expect(() => withStep({ name: 'Two Words' })).toThrow('malformed name');
  expect(() => withStep({ effect: 'observable', observe: undefined })).toThrow('lacks observe');
  expect(() => withStep({ undo: { effect: 'observable', run: async () => undefined } })).toThrow(
    'lacks observe',
  );
  expect(() => withStep({ effect: 'blind', retry: { max: 1, backoff: '1s' } })).toThrow('retry');
  const twice = world.define([{}]);
  expect(() => world.journal({ definitions: [twice, twice] })).toThrow('Two definitions');
});

test('old runs go with their steps, and one that waits for a person stays', async () => {
  const run = world.define([{}]);
  const journal = world.journal();
  const ended = await world.start(journal, run);
  await journal.drive(ended);
  const waiting = await world.start(journal, run);
  const { pool, sql } = world.database;
  await pool.query("update runs set finished_at = '2020-01-01' where id = $1", [ended]);
  await pool.query("update runs set state = 'unknown', created_at = '2020-01-01' where id = $1", [waiting]);

  expect(await journal.removeEndedBefore(sql, new Date('2021-01-01'))).toBe(1);
  expect(await journal.get(sql, ended)).toBeNull();
  expect(await journal.get(sql, waiting)).not.toBeNull();
  expect((await pool.query('select 1 from run_steps where run_id = $1', [ended])).rows).toEqual([]);
  expect(await journal.removeEndedBefore(sql, new Date('2021-01-01'))).toBe(0);
});
