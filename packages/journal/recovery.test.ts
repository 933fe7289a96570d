import { DriverError } from '@nebula/errors';
import { TestClock } from '@nebula/clock/testing';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import {
  createTestWorld,
  lockedRuns,
  runAhead,
  type StepScript,
  starter,
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

test('a waiting run whose predecessor ended unseen is found by recovery', async () => {
  const run = world.define([{}], { onConflict: 'wait' });
  const journal = world.journal();
  const first = await world.start(journal, run);
  const second = await world.start(journal, run);
  await journal.drive(first);
  await world.database.sql.execute(sql`delete from run_locks`);
  await world.database.sql.execute(sql`update runs set is_waiting = true where id = ${second}`);

  expect(await world.recover(second)).toMatchObject({ state: 'succeeded', isWaiting: false });
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

test('recovery ahead of time leaves the run of a living worker alone', async () => {
  const gate = Promise.withResolvers<string>();
  const run = world.define([{ run: () => gate.promise }]);
  const journal = world.journal();
  const id = await world.start(journal, run);
  const working = journal.drive(id);
  await until(async () => statesOf(await world.details(id)) === 'intent');
  const clock = new TestClock();
  const stop = new AbortController();
  const recovering = world.journal({ clock }).recover(stop.signal);
  let looks = 0;
  await runAhead(clock, async () => (looks += 1) > 25);
  gate.resolve('mine');
  await working;
  stop.abort();
  await recovering;

  expect(await world.details(id)).toMatchObject({ results: { a: 'mine' }, steps: [{ attempt: 1 }] });
});
