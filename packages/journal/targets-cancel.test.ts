import { TestClock } from '@nebula/clock/testing';
import type { Sql } from '@nebula/db';
import { DriverError } from '@nebula/errors';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  createTestWorld,
  lockedRuns,
  quiet,
  runAhead,
  starter,
  statesOf,
  type TestWorld,
  until,
} from './test-world.ts';

let world: TestWorld;

beforeAll(async () => {
  world = await createTestWorld(inject('postgres'));
});

afterAll(async () => await world[Symbol.asyncDispose]());

test('a second run on a target is refused with the id of the first', async () => {
  const run = world.define([{}]);
  const journal = world.journal();
  const first = await world.start(journal, run);

  await expect(world.start(journal, run)).rejects.toMatchObject({
    code: 'TARGET_BUSY',
    data: { runId: first },
  });
  await journal.drive(first);
  const second = await world.start(journal, run);
  await journal.drive(second);

  expect(world.outside.count('+a')).toBe(2);
});

test('of many runs started at once on one target exactly one is taken', async () => {
  const run = world.define([{}]);
  const journal = world.journal();

  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => world.start(journal, run)));

  const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  expect(started).toHaveLength(1);
  await journal.drive(String(started[0]));
});

test('runs that wait for their target follow one another in the order they were started', async () => {
  const run = world.define([{}], { onConflict: 'wait' });
  const journal = world.journal();
  const ids = [
    await world.start(journal, run),
    await world.start(journal, run),
    await world.start(journal, run),
  ];
  const [first = '', second = '', third = ''] = ids;

  await journal.drive(second);
  expect(await world.details(second)).toMatchObject({ state: 'queued', isWaiting: true });
  await journal.drive(first);
  await journal.drive(third);
  expect(await world.details(second)).toMatchObject({ state: 'queued', isWaiting: false });
  expect(await world.details(third)).toMatchObject({ state: 'queued', isWaiting: true });
  await journal.drive(second);
  await journal.drive(third);

  expect(await world.details(third)).toMatchObject({ state: 'succeeded' });
  expect(await lockedRuns(world.database.sql)).toEqual([]);
});

test('a cancel interrupts the running step and undoes what was done', async () => {
  const wait = ({ signal }: { signal: AbortSignal }) =>
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  const run = world.define([{}, { run: wait }, {}]);
  const journal = world.journal();
  const id = await world.start(journal, run);
  const working = journal.drive(id);
  await until(async () => statesOf(await world.details(id)) === 'done intent pending');

  const asked = await world.database.transaction((sql) => journal.cancel(sql, id));
  await working;

  expect(asked).toMatchObject({ state: 'cancelling', isCancelRequested: true });
  const details = await world.details(id);
  expect(details).toMatchObject({ state: 'cancelled', isUndone: true, error: null });
  expect(statesOf(details)).toBe('undone undone skipped');
});

test('a cancel before the first step undoes nothing, and one of a run that must not be cut short is refused', async () => {
  const run = world.define([{}]);
  const unstoppable = world.define([{}], { cancellable: false });
  const journal = world.journal();
  const queued = await world.start(journal, run);
  await world.database.transaction((sql) => journal.cancel(sql, queued));
  await journal.drive(queued);
  expect(await world.details(queued)).toMatchObject({ state: 'cancelled', isUndone: true });
  expect(world.outside.history).toEqual([]);

  const whole = await world.start(journal, unstoppable);
  const refused = world.database.transaction((sql) => journal.cancel(sql, whole));
  await expect(refused).rejects.toMatchObject({ code: 'RUN_NOT_CANCELLABLE' });
  await journal.drive(whole);
});

test('a blind step is not cut short by a cancel; what can be undone is undone afterwards', async () => {
  const gate = Promise.withResolvers<void>();
  const run = world.define([{}, { effect: 'blind', run: () => gate.promise, undo: 'impossible' }, {}]);
  const journal = world.journal();
  const id = await world.start(journal, run);
  const working = journal.drive(id);
  await until(async () => statesOf(await world.details(id)) === 'done intent pending');

  await world.database.transaction((sql) => journal.cancel(sql, id));
  gate.resolve();
  await working;

  const details = await world.details(id);
  expect(details).toMatchObject({ state: 'cancelled', isUndone: false });
  expect(statesOf(details)).toBe('undone done skipped');
});

test('what is not there cannot be cancelled, answered or started', async () => {
  const journal = world.journal();
  const id = '01890000-0000-7000-8000-000000000000';
  const within = <T>(work: (sql: Sql) => Promise<T>) => world.database.transaction(work);

  await expect(within((sql) => journal.cancel(sql, id))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(within((sql) => journal.resolve(sql, id, 'done'))).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await expect(within((sql) => journal.start(sql, 'no.such', {}, starter))).rejects.toThrow(TypeError);
  await expect(
    journal.job.run(
      { log: quiet, signal: new AbortController().signal, attempt: 1 },
      journal.job.parse({ runId: id }),
    ),
  ).resolves.toBeUndefined();
  expect(() => journal.job.parse({})).toThrow(TypeError);
});

test('after a cancel, undoing waits between its attempts as every step does', async () => {
  const clock = new TestClock();
  const tries: number[] = [];
  const away = async () => {
    tries.push(clock.now().getTime());
    if (tries.length < 3) throw new DriverError('unavailable', 'The engine does not answer.');
  };
  const wait = ({ signal }: { signal: AbortSignal }) =>
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  const run = world.define([{ undoRun: away, retry: { max: 2, backoff: '10s' } }, { run: wait }]);
  const journal = world.journal({ clock });
  const id = await world.start(journal, run);
  const driving = journal.drive(id);
  await until(async () => statesOf(await world.details(id)) === 'done intent');

  await world.database.transaction((sql) => journal.cancel(sql, id));
  await runAhead(clock, async () => (await world.details(id)).finishedAt !== null);
  await driving;

  expect(await world.details(id)).toMatchObject({ state: 'cancelled', isUndone: true });
  const [first = 0, second = 0, third = 0] = tries;
  expect(second - first).toBeGreaterThanOrEqual(10_000);
  expect(third - second).toBeGreaterThanOrEqual(20_000);
});

test('a waiting run that is cancelled gives its place to the next', async () => {
  const run = world.define([{}], { onConflict: 'wait' });
  const journal = world.journal();
  const first = await world.start(journal, run);
  const second = await world.start(journal, run);
  const third = await world.start(journal, run);

  await world.database.transaction((sql) => journal.cancel(sql, second));
  await journal.drive(first);
  await journal.drive(third);

  expect(await world.details(second)).toMatchObject({ state: 'cancelled', isWaiting: false });
  expect(await world.details(third)).toMatchObject({ state: 'succeeded' });
  expect(await lockedRuns(world.database.sql)).toEqual([]);
});

/** A run about several things, which waits, and one about each of two of them, which is refused when it is held. */
function several(ids: string[]) {
  const holdsAll = world.define([{}], {
    target: () => ({ type: 'things', id: 'several' }),
    also: () => ids.map((id) => ({ type: 'thing', id })),
    onConflict: 'wait',
  });
  const one = (id: string) => world.define([{}], { target: () => ({ type: 'thing', id }) });
  return { holdsAll, one: ids.map(one) };
}

test('a run about several targets holds each of them until it ends', async () => {
  const { holdsAll, one } = several(['held-1', 'held-2', 'held-1']);
  const journal = world.journal();
  const id = await world.start(journal, holdsAll);

  for (const single of one.slice(0, 2)) {
    await expect(world.start(journal, single)).rejects.toMatchObject({
      code: 'TARGET_BUSY',
      data: { runId: id },
    });
  }
  await journal.drive(id);

  expect(await lockedRuns(world.database.sql)).toEqual([]);
  for (const single of one.slice(0, 2)) await journal.drive(await world.start(journal, single));
});

test('a run about several targets waits for those that others hold, and lets nobody new have one', async () => {
  const { holdsAll, one } = several(['busy-1', 'busy-2', 'busy-3']);
  const [first, second, third] = one;
  if (first === undefined || second === undefined || third === undefined) throw new Error('three are made');
  const journal = world.journal();
  const singles = [await world.start(journal, second), await world.start(journal, third)];
  const id = await world.start(journal, holdsAll);
  const after = await world.start(journal, holdsAll);
  expect(await world.details(id)).toMatchObject({ state: 'queued', isWaiting: true });
  await expect(world.start(journal, first)).rejects.toMatchObject({ data: { runId: id } });

  await journal.drive(singles[1] ?? '');
  await journal.drive(id);
  expect(await world.details(id)).toMatchObject({ state: 'queued', isWaiting: true });
  await journal.drive(singles[0] ?? '');
  await journal.drive(id);
  expect(await world.details(id)).toMatchObject({ state: 'succeeded' });
  await journal.drive(after);

  expect(await world.details(after)).toMatchObject({ state: 'succeeded' });
  expect(await lockedRuns(world.database.sql)).toEqual([]);
});

test('a run about several that is cancelled while it waits gives back what it had taken', async () => {
  const { holdsAll, one } = several(['given-1', 'given-2']);
  const [first, second] = one;
  if (first === undefined || second === undefined) throw new Error('two are made');
  const journal = world.journal();
  const single = await world.start(journal, second);
  const id = await world.start(journal, holdsAll);
  const after = await world.start(journal, holdsAll);

  await world.database.transaction((sql) => journal.cancel(sql, id));
  await expect(world.start(journal, first)).rejects.toMatchObject({ data: { runId: after } });
  await journal.drive(single);
  await journal.drive(after);

  expect(await world.details(after)).toMatchObject({ state: 'succeeded' });
  expect(await lockedRuns(world.database.sql)).toEqual([]);
});

test('many runs about overlapping targets all end, whatever order they are driven in', async () => {
  const names = ['o-1', 'o-2', 'o-3', 'o-4'];
  const runs = names.map(
    (_, at) => several([...names.slice(at), ...names.slice(0, at)].slice(0, 3)).holdsAll,
  );
  const journal = world.journal();
  const ids = await Promise.all(runs.map((run) => world.start(journal, run)));
  const states = async () => await Promise.all(ids.map(async (id) => (await world.details(id)).state));

  for (let round = 0; round < ids.length; round += 1) await Promise.all(ids.map((id) => journal.drive(id)));

  expect(await states()).toEqual(ids.map(() => 'succeeded'));
  expect(await lockedRuns(world.database.sql)).toEqual([]);
});
