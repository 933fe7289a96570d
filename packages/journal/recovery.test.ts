import { DriverError } from '@nebula/errors';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { lockKey } from './store.ts';
import { createTestWorld, lockedRuns, type StepScript, statesOf, type TestWorld } from './test-world.ts';

let world: TestWorld;

beforeAll(async () => {
  world = await createTestWorld(inject('postgres'));
});

afterEach(async () => expect(await lockedRuns(world.database.sql)).toEqual([]));

afterAll(async () => await world[Symbol.asyncDispose]());

/** Crashes at the n-th boundary that is passed; remembers the names of all. */
function crashAt(n: number) {
  const passed: string[] = [];
  return {
    passed,
    crash: (point: string) => {
      passed.push(point);
      if (passed.length === n) throw new Error('crash');
    },
  };
}

const failing: StepScript = {
  run: async () => {
    throw new DriverError('rejected', 'No.');
  },
  undo: 'nothing',
};

test('after a crash at any boundary a run ends well, and no observable effect is made twice', async () => {
  const scripts: StepScript[] = [{}, { effect: 'observable' }, {}];
  let crashes = 0;
  for (let n = 1; ; n += 1) {
    const { passed, crash } = crashAt(n);
    const run = world.define(scripts);
    const id = await world.start(world.journal(), run);
    const outcome = await world
      .journal({ crash })
      .drive(id)
      .catch((error: unknown) => error);
    if (outcome === undefined) break;
    crashes += 1;

    const details = await world.recover(id);

    expect([passed.at(-1), details.state, statesOf(details)]).toEqual([
      passed.at(-1),
      'succeeded',
      'done done done',
    ]);
    expect([...world.outside.present]).toEqual(['a', 'b', 'c']);
    expect([passed.at(-1), world.outside.count('+b')]).toEqual([passed.at(-1), 1]);
    expect(details.results['b']).toMatch(/^b (made|seen)$/);
  }
  expect(crashes).toBeGreaterThanOrEqual(18);
}, 60_000);

test('after a crash at any boundary of a failing run everything is undone, no observable undo twice', async () => {
  const scripts: StepScript[] = [{}, { effect: 'observable', undo: 'observable' }, failing];
  let crashes = 0;
  for (let n = 1; ; n += 1) {
    const { passed, crash } = crashAt(n);
    const run = world.define(scripts);
    const id = await world.start(world.journal(), run);
    const outcome = await world
      .journal({ crash })
      .drive(id)
      .catch((error: unknown) => error);
    if (outcome === undefined) break;
    crashes += 1;

    const details = await world.recover(id);

    expect([passed.at(-1), details.state, details.isUndone]).toEqual([passed.at(-1), 'failed', true]);
    expect([...world.outside.present]).toEqual([]);
    expect([world.outside.count('+b'), world.outside.count('-b')]).toEqual([1, 1]);
  }
  expect(crashes).toBeGreaterThanOrEqual(24);
}, 60_000);

test('a blind step is never repeated: a crash around it stops the run where a person must look', async () => {
  for (const point of ['after-intent/b', 'after-effect/b', 'before-result/b']) {
    const run = world.define([{}, { effect: 'blind' }]);
    const id = await world.start(world.journal(), run);
    const crash = (name: string) => {
      if (name === point) throw new Error('crash');
    };
    await expect(world.journal({ crash }).drive(id)).rejects.toThrow(point);

    const details = await world.recover(id);

    expect(details).toMatchObject({ state: 'unknown', lookHere: { step: 'b' } });
    expect(details.lookHere?.why).toContain('Step b');
    expect(world.outside.count('+b')).toBe(point === 'after-intent/b' ? 0 : 1);
    const journal = world.journal();
    await world.database.transaction((transaction) => journal.resolve(transaction, id, 'done'));
    await journal.drive(id);
    expect(await world.details(id)).toMatchObject({ state: 'succeeded' });
  }
});

test('a blind undo that was interrupted is not repeated either', async () => {
  const run = world.define([{ undo: 'blind' }, failing]);
  const id = await world.start(world.journal(), run);
  const crash = (name: string) => {
    if (name === 'after-undo-effect/a') throw new Error('crash');
  };
  await expect(world.journal({ crash }).drive(id)).rejects.toThrow('Crashed');

  expect(statesOf(await world.recover(id))).toBe('undo-unknown failed');
  const journal = world.journal();
  await world.database.transaction((transaction) => journal.resolve(transaction, id, 'done'));
  await journal.drive(id);

  expect(await world.details(id)).toMatchObject({ state: 'failed', isUndone: true });
  expect(world.outside.count('-a')).toBe(1);
});

test('an effect that cannot be looked at stops the run, after the part was asked for the time of the step', async () => {
  let looks = 0;
  const away = async () => {
    looks += 1;
    throw new DriverError('unavailable', 'The engine does not answer.');
  };
  const run = world.define([{ effect: 'observable', observe: away }]);
  const id = await world.start(world.journal(), run);
  const crash = (name: string) => {
    if (name === 'after-effect/a') throw new Error('crash');
  };
  await expect(world.journal({ crash }).drive(id)).rejects.toThrow('Crashed');

  expect(await world.recover(id)).toMatchObject({ state: 'unknown', lookHere: { step: 'a' } });
  expect(looks).toBeGreaterThan(3);
  const journal = world.journal();
  await world.database.transaction((transaction) => journal.resolve(transaction, id, 'done'));
  await journal.drive(id);
});

test('a step that is interrupted again and again is given to a person', async () => {
  const run = world.define([{}]);
  const id = await world.start(world.journal(), run);
  const crash = (name: string) => {
    if (name === 'after-effect/a') throw new Error('crash');
  };
  const journal = world.journal({ crash });
  for (let n = 0; n < 25; n += 1) await expect(journal.drive(id)).rejects.toThrow('Crashed');
  await journal.drive(id);

  expect(await world.details(id)).toMatchObject({ state: 'unknown', steps: [{ attempt: 25 }] });
  await world.database.transaction((transaction) => journal.resolve(transaction, id, 'not-done'));
  await world.journal().drive(id);
});

test('a waiting run whose predecessor ended unseen is found by recovery', async () => {
  const run = world.define([{}], { onConflict: 'wait' });
  const journal = world.journal();
  const first = await world.start(journal, run);
  const second = await world.start(journal, run);
  await journal.drive(first);
  await world.database.sql.execute(sql`delete from run_locks`);
  await world.database.sql.execute(sql`update runs set is_waiting = true where id = ${second}`);
  const target = lockKey({ hostId: 'local', targetType: 'thing', targetId: run.kind });
  await world.database.sql.execute(sql`insert into run_waits values (${second}, 0, ${target})`);

  expect(await world.recover(second)).toMatchObject({ state: 'succeeded', isWaiting: false });
});
