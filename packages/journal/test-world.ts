import { type Duration, systemClock } from '@nebula/clock';
import { TestClock } from '@nebula/clock/testing';
import type { Sql } from '@nebula/db';
import { type TestCluster, type TestDatabase, testDatabase } from '@nebula/db/testing';
import { eventMigrations } from '@nebula/events';
import { createJobs, type Jobs, migrateJobs, jobsMigrations } from '@nebula/jobs';
import { createLog } from '@nebula/log';
import { sql } from 'drizzle-orm';
import { createJournal, type Journal, type JournalOptions, journalMigrations } from './index.ts';
import {
  defineRun,
  type Effect,
  type Observation,
  type RunDefinition,
  type Step,
  type StepContext,
} from './step.ts';
import type { RunDetails } from './summary.ts';

export const quiet = createLog({ service: 'test', level: 'silent' });

/** How one step of a test's run behaves; names are `a`, `b`, `c` and so on. */
export interface StepScript {
  effect?: Effect;
  undo?: Effect | 'nothing' | 'impossible';
  run?(context: StepContext<unknown>): Promise<unknown>;
  undoRun?(context: StepContext<unknown>): Promise<void>;
  observe?(context: StepContext<unknown>): Promise<Observation>;
  retry?: { max: number; backoff: Duration };
  timeout?: Duration;
}

/** The outside world of a test: which effects are there, and how often each was made and taken back. */
export class Outside {
  readonly present = new Set<string>();
  readonly history: string[] = [];

  count(entry: string): number {
    return this.history.filter((other) => other === entry).length;
  }

  /** Steps that change this world as their scripts say. */
  steps(scripts: StepScript[]): Step[] {
    return scripts.map((script, index) => this.#step('abcdefgh'.charAt(index), script));
  }

  #step(name: string, script: StepScript): Step {
    const undo = script.undo ?? 'idempotent';
    const isDone = async (): Promise<Observation> =>
      this.present.has(name) ? { done: `${name} seen` } : 'not-done';
    const isUndone = async (): Promise<Observation> => (this.present.has(name) ? 'not-done' : 'done');
    return {
      name,
      title: `Step ${name}`,
      effect: script.effect ?? 'idempotent',
      timeout: script.timeout ?? '20s',
      observe: script.observe ?? isDone,
      run: async (context) => {
        if (script.run !== undefined) return await script.run(context);
        return this.make(name);
      },
      ...(script.retry === undefined ? {} : { retry: script.retry }),
      ...(undo === 'nothing'
        ? {}
        : { undo: undo === 'impossible' ? null : this.#undo(name, undo, isUndone, script) }),
    };
  }

  #undo(name: string, effect: Effect, observe: () => Promise<Observation>, script: StepScript) {
    return {
      effect,
      observe,
      run: async (context: StepContext<unknown>) => {
        await script.undoRun?.(context);
        this.take(name);
      },
    };
  }

  make(name: string): string {
    this.present.add(name);
    this.history.push(`+${name}`);
    return `${name} made`;
  }

  take(name: string): void {
    this.present.delete(name);
    this.history.push(`-${name}`);
  }
}

/** A database with the journal's tables, and journals on it. */
export interface TestWorld extends AsyncDisposable {
  database: TestDatabase;
  jobs: Jobs;
  outside: Outside;
  /** Declares a run of `scripts` on its own target. */
  define(scripts: StepScript[], more?: Partial<RunDefinition>): RunDefinition;
  /** A worker's journal, as another process would open it. */
  journal(more?: Partial<JournalOptions>): Journal;
  start(journal: Journal, definition: RunDefinition, input?: unknown): Promise<string>;
  /** Recovers with a clock that runs ahead until the run is at rest; answers it. */
  recover(id: string, more?: Partial<JournalOptions>): Promise<RunDetails>;
  details(id: string): Promise<RunDetails>;
}

let lastKind = 0;

export async function createTestWorld(cluster: TestCluster): Promise<TestWorld> {
  const database = await testDatabase(cluster, [eventMigrations, jobsMigrations, journalMigrations]);
  await migrateJobs(database);
  const jobs = createJobs({ database, log: quiet, clock: systemClock });
  const definitions: RunDefinition[] = [];
  const world: TestWorld = {
    database,
    jobs,
    outside: new Outside(),
    define(scripts, more = {}) {
      lastKind += 1;
      const kind = `test.kind-${lastKind}`;
      world.outside = new Outside();
      const steps = world.outside.steps(scripts);
      const definition = defineRun<unknown>({
        kind,
        title: 'Test run',
        parse: (input) => input,
        target: () => ({ type: 'thing', id: kind }),
        steps: () => steps,
        onConflict: 'refuse',
        cancellable: true,
        ...more,
      });
      definitions.push(definition);
      return definition;
    },
    journal: (more = {}) =>
      createJournal({ database, jobs, clock: systemClock, log: quiet, definitions, ...more }),
    start: (journal, { kind }, input = {}) =>
      database.transaction((transaction) => journal.start(transaction, kind, input, starter)),
    async recover(id, more = {}) {
      const clock = new TestClock();
      const journal = world.journal({ clock, ...more });
      const stop = new AbortController();
      const recovering = journal.recover(stop.signal);
      await runAhead(clock, async () => !isMoving(await world.details(id)));
      stop.abort();
      await recovering;
      return await world.details(id);
    },
    async details(id) {
      const run = await world.journal().get(database.sql, id);
      if (run === null) throw new Error(`There is no run ${id}`);
      return run;
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
  return world;
}

export const starter = { actor: { kind: 'user', id: 'u1', name: 'Ada' }, requestId: 'r1' };

/** Moves a clock on, second by second, until the condition holds. Throws an Error after a thousand. */
export async function runAhead(clock: TestClock, condition: () => Promise<boolean>): Promise<void> {
  for (let second = 0; second < 1000; second += 1) {
    if (await condition()) return;
    await clock.advance(1000);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error('It did not come to rest');
}

/** Waits, in real time, until the condition holds. Throws an Error after ten seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 10_000; waited += 10) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('It did not happen');
}

function isMoving({ state }: RunDetails): boolean {
  return state !== 'unknown' && state !== 'succeeded' && state !== 'failed' && state !== 'cancelled';
}

/** States of the steps, in order. */
export function statesOf(run: RunDetails): string {
  return run.steps.map(({ state }) => state).join(' ');
}

/** Rows of the lock table; a run at its end leaves none. */
export async function lockedRuns(database: Sql): Promise<string[]> {
  const { rows } = await database.execute<{ id: string }>(sql`select run_id as id from run_locks`);
  return rows.map(({ id }) => id);
}
