import type { Clock } from '@nebula/clock';
import { type Database, newId, type Sql } from '@nebula/db';
import { AppError } from '@nebula/errors';
import { defineJob, type Job, type Jobs } from '@nebula/jobs';
import type { Log } from '@nebula/log';
import { createDriver } from './driver.ts';
import { createLedger, type DrivePayload, type Ledger, type Loaded } from './ledger.ts';
import { type PlannedStep, planRun, undoOf } from './plan.ts';
import { sleepUnless } from './perform.ts';
import { clean } from './problem.ts';
import { programOf } from './program.ts';
import type { OnProgress } from './progress.ts';
import { recoverRuns } from './recover.ts';
import { isFinal } from './state.ts';
import { type RunDefinition, type RunTarget, stepsFor } from './step.ts';
import {
  findRun,
  insertRun,
  lockKey,
  lockRun,
  removeEnded,
  type RunFilter,
  type RunRow,
  runsBefore,
  stepsOf,
  putWaits,
  takeLocks,
} from './store.ts';
import { detailsOf, type RunDetails, type RunSummary, summaryOf } from './summary.ts';
import { workerIdentity } from './worker-identity.ts';

/** Error codes of the journal's verbs with their HTTP status, for the contracts of features that call them. */
export const journalErrors = {
  TARGET_BUSY: 409,
  RUN_NOT_CANCELLABLE: 409,
  RUN_NOT_UNKNOWN: 409,
} as const;

/** What a journal is opened with. */
export interface JournalOptions {
  database: Database;
  jobs: Jobs;
  clock: Clock;
  log: Log;
  definitions: RunDefinition[];
  /** Topic and access of the event of every change; `jobs.run-changed` for `jobs:read` unless given. */
  event?: { topic: string; access: string };
  /** Called at most four times a second and step; nothing of it is stored. */
  onProgress?: OnProgress;
  /** Called in the transaction in which a run fails or comes to need a person; must not take locks beyond its own rows. */
  onTrouble?: (sql: Sql, run: RunSummary) => Promise<void>;
  /** Called when this process drives a run no more, so that its progress can be forgotten. */
  onRest?: (runId: string) => void;
  /** Called at every boundary with its name, such as `after-intent/write-file`; a test that throws there crashes the run. */
  crash?: (point: string) => void | Promise<void>;
}

/** Who starts a run, and in which request. */
export interface RunStarter {
  actor: { kind: string; id: string; name: string };
  requestId: string;
}

/**
 * Durable runs: every effect has a row before it is made. The verbs that take `sql` work in the caller's transaction and
 * must come last in it, because the event they append holds a lock until the commit.
 */
export interface Journal {
  /**
   * Starts a run and answers its id. It takes the lock of its target and enqueues the work, so it exists when, and only
   * when, the transaction commits. Throws TARGET_BUSY with the other run's id in `data.runId`, what the definition's
   * `parse` throws, and a TypeError for an unknown kind.
   */
  start(sql: Sql, kind: string, input: unknown, starter: RunStarter): Promise<string>;
  /** Asks for a cancel: the running step is interrupted if it can be, then everything is undone. Throws NOT_FOUND, RUN_NOT_CANCELLABLE. */
  cancel(sql: Sql, id: string): Promise<RunSummary>;
  /**
   * A person's answer for a run that is `unknown`: `done` goes on, `not-done` undoes the steps before. The caller audits it.
   * Throws NOT_FOUND, RUN_NOT_UNKNOWN.
   */
  resolve(sql: Sql, id: string, answer: 'done' | 'not-done'): Promise<RunSummary>;
  get(sql: Sql, id: string): Promise<RunDetails | null>;
  /** Runs, newest first, before the run `beforeId`. */
  list(sql: Sql, filter: RunFilter, beforeId: string | null, limit: number): Promise<RunSummary[]>;
  /** Removes runs that ended before an instant, a thousand at a time; one that waits for a person stays. Answers how many. */
  removeEndedBefore(sql: Sql, instant: Date): Promise<number>;
  /** What a run would change, step by step, for people to read before they start it. */
  plan(kind: string, input: unknown, signal: AbortSignal): Promise<PlannedStep[]>;
  /** Drives a run in this process until it ends, needs a person or the journal stops; nothing when it is another worker's. */
  drive(id: string): Promise<void>;
  /** Begins to drive runs; register it with the job queue. */
  readonly job: Job<DrivePayload>;
  /** Long-running: drives runs whose worker has gone, until the signal aborts or {@link stop} is called. */
  recover(signal: AbortSignal): Promise<void>;
  /** Interrupts what can be resumed, waits for the rest, and gives the runs back. */
  stop(): Promise<void>;
}

const endedBatch = 1000;

/** Opens the journal. Throws a TypeError when two definitions have one kind. */
export function createJournal(options: JournalOptions): Journal {
  const { database, jobs, clock, log } = options;
  const definitions = byKind(options.definitions);
  const stopped = new AbortController();
  const under = new Set<Promise<void>>();
  const me = workerIdentity();
  const job = defineJob<DrivePayload>({
    name: 'journal.drive',
    parse: parsePayload,
    // Long runs must not hold up the queue, so the job only begins the drive; what fails then is recovered.
    async run(context, { runId }) {
      while (driver.isFull() && !context.signal.aborted) await sleepUnless(context.signal, clock, 250);
      driveHere(runId).catch((error: unknown) =>
        context.log.error({ error, runId }, 'a run could not be driven; recovery tries again soon'),
      );
    },
    timeout: '1h',
    maxAttempts: 3,
  });
  const event = options.event ?? { topic: 'jobs.run-changed', access: 'jobs:read' };
  const ledger = createLedger({ jobs, job, clock, event, onTrouble: options.onTrouble ?? noTrouble });
  const driver = createDriver({
    ...{ database, ledger, clock, log, definitions, me },
    crash: options.crash ?? (() => undefined),
    onProgress: options.onProgress ?? (() => undefined),
    onRest: options.onRest ?? (() => undefined),
  });

  const driveHere = (id: string) => keep(driver.drive(id, null, stopped.signal));

  function keep(work: Promise<void>): Promise<void> {
    under.add(work);
    return work.finally(() => under.delete(work));
  }

  return {
    job,
    drive: driveHere,
    start: (sql, kind, input, starter) =>
      start({ ledger, clock }, definitionOf(definitions, kind), sql, input, starter),
    cancel: (sql, id) => cancel(ledger, sql, id),
    resolve: (sql, id, answer) => resolve(ledger, definitions, sql, id, answer),
    async get(sql, id) {
      const run = await findRun(sql, id);
      return run === undefined ? null : detailsOf(run, await stepsOf(sql, [id]));
    },
    async list(sql, filter, beforeId, limit) {
      const rows = await runsBefore(sql, filter, beforeId, limit);
      const steps = Map.groupBy(
        await stepsOf(
          sql,
          rows.map(({ id }) => id),
        ),
        ({ runId }) => runId,
      );
      return rows.map((row) => summaryOf(row, steps.get(row.id) ?? []));
    },
    async removeEndedBefore(sql, instant) {
      let total = 0;
      for (let removed = endedBatch; removed === endedBatch; total += removed) {
        removed = await removeEnded(sql, instant, endedBatch);
      }
      return total;
    },
    plan: (kind, input, signal) => planRun(definitionOf(definitions, kind), input, { log, clock, signal }),
    recover: (signal) =>
      keep(
        recoverRuns({ database, ledger, driver, clock, log, me }, AbortSignal.any([signal, stopped.signal])),
      ),
    async stop() {
      stopped.abort(new Error('The program stops.'));
      await Promise.allSettled(under);
    },
  };
}

async function noTrouble(): Promise<void> {}

async function start(
  { ledger, clock }: { ledger: Ledger; clock: Clock },
  definition: RunDefinition,
  sql: Sql,
  input: unknown,
  { actor, requestId }: RunStarter,
): Promise<string> {
  const proven = definition.parse(input);
  const target = definition.target(proven);
  const id = newId();
  const targetId = clean(target.id);
  const place = { hostId: target.hostId ?? 'local', targetType: target.type, targetId };
  const steps = stepsFor(definition, proven).map((step, index) => ({
    ...{
      runId: id,
      index,
      name: step.name,
      title: clean(step.title),
      effect: step.effect,
      undo: undoOf(step),
    },
    state: 'pending' as const,
  }));
  const run = {
    ...{
      id,
      ...place,
      kind: definition.kind,
      title: clean(definition.title),
      targetName: clean(target.name ?? target.id),
    },
    ...{ actorKind: actor.kind, actorId: actor.id, actorName: clean(actor.name), requestId },
    ...{ input: JSON.stringify(proven), state: 'queued' as const, isCancellable: definition.cancellable },
    createdAt: clock.now(),
  };
  const others = (definition.also?.(proven) ?? []).map(keyOf).toSorted();
  const stuck = await takeLocks(sql, [...new Set([lockKey(place), ...others])], id);
  if (stuck !== null && definition.onConflict === 'refuse') throw busy(stuck.holder, run.targetName);
  await insertRun(sql, run, steps);
  if (stuck !== null) await putWaits(sql, id, stuck.left);
  await ledger.started(sql, id, stuck !== null);
  return id;
}

function keyOf({ hostId = 'local', type, id }: RunTarget): string {
  return lockKey({ hostId, targetType: type, targetId: clean(id) });
}

function busy(runId: string, name: string): AppError {
  return new AppError('TARGET_BUSY', `Another run works on ${name} just now; wait for it or cancel it.`, {
    data: { runId },
  });
}

async function cancel(ledger: Ledger, sql: Sql, id: string): Promise<RunSummary> {
  const loaded = await lockLoaded(sql, id);
  const { run, steps } = loaded;
  if (run.isCancelRequested && !isFinal(run.state)) return summaryOf(run, steps);
  if (!run.isCancellable || (run.state !== 'queued' && run.state !== 'running')) throw notCancellable(run);
  const changed = await ledger.recordAsked(sql, loaded, { type: 'cancel-requested' });
  return summaryOf(changed.run, changed.steps);
}

function notCancellable(run: RunRow): AppError {
  const why = run.isCancellable ? `it is ${run.state}` : 'its steps must not be cut short';
  return new AppError('RUN_NOT_CANCELLABLE', `This run cannot be cancelled: ${why}.`, {
    data: { state: run.state },
  });
}

async function resolve(
  ledger: Ledger,
  definitions: ReadonlyMap<string, RunDefinition>,
  sql: Sql,
  id: string,
  answer: 'done' | 'not-done',
): Promise<RunSummary> {
  const loaded = await lockLoaded(sql, id);
  if (loaded.run.state !== 'unknown') {
    throw new AppError('RUN_NOT_UNKNOWN', `This run does not wait for an answer: it is ${loaded.run.state}.`);
  }
  const isKnown = !(programOf(definitions, loaded.run, loaded.steps) instanceof Error);
  const changed = isKnown
    ? await ledger.recordAsked(sql, loaded, { type: 'resolved', answer }, answerDetails(answer))
    : await ledger.recordAsked(sql, loaded, { type: 'abandoned' }, abandoned);
  if (!isFinal(changed.run.state)) await ledger.enqueue(sql, id);
  return summaryOf(changed.run, changed.steps);
}

const abandoned = {
  error: {
    code: 'RUN_ABANDONED',
    message: 'The program does not know the steps of this run any more; a person closed it.',
  },
};

function answerDetails(answer: 'done' | 'not-done') {
  if (answer === 'done') return {};
  return {
    error: { code: 'NOT_DONE', message: 'A person looked and found that the step had not been done.' },
  };
}

async function lockLoaded(sql: Sql, id: string): Promise<Loaded> {
  const run = await lockRun(sql, id);
  if (run === undefined) throw new AppError('NOT_FOUND', 'There is no such run.');
  return { run, steps: await stepsOf(sql, [id]) };
}

function byKind(definitions: RunDefinition[]): ReadonlyMap<string, RunDefinition> {
  const map = new Map<string, RunDefinition>();
  for (const definition of definitions) {
    if (map.has(definition.kind)) throw new TypeError(`Two definitions have the kind ${definition.kind}`);
    map.set(definition.kind, definition);
  }
  return map;
}

function definitionOf(definitions: ReadonlyMap<string, RunDefinition>, kind: string): RunDefinition {
  const definition = definitions.get(kind);
  if (definition === undefined) throw new TypeError(`There is no run of kind ${kind}`);
  return definition;
}

function parsePayload(payload: unknown): DrivePayload {
  if (
    typeof payload === 'object' &&
    payload !== null &&
    'runId' in payload &&
    typeof payload.runId === 'string'
  ) {
    return { runId: payload.runId };
  }
  throw new TypeError('The job that drives a run has no run id');
}
