import type { Clock } from '@nebula/clock';
import type { Sql } from '@nebula/db';
import { appendEvents } from '@nebula/events';
import type { Job, Jobs } from '@nebula/jobs';
import { Fenced } from './problem.ts';
import { isFinal, type Phase, type RunEvent, type RunFacts, type StepFacts, transition } from './state.ts';
import {
  findRun,
  firstWaiting,
  freeLocks,
  isFree,
  lockRun,
  putWaits,
  type RunRow,
  type StepRow,
  stepsOf,
  takeLocks,
  updateRun,
  updateStep,
  waitsOf,
} from './store.ts';
import { type RunProblem, type RunSummary, summaryOf } from './summary.ts';

/** A run with its steps as the database has them. */
export interface Loaded {
  run: RunRow;
  steps: StepRow[];
}

/** What an event carries besides itself. */
export interface EventDetails {
  result?: unknown;
  error?: RunProblem;
  look?: { why: string; next: string };
}

/** What a job that drives a run is given. */
export interface DrivePayload {
  runId: string;
}

export interface LedgerParts {
  jobs: Jobs;
  job: Job<DrivePayload>;
  clock: Clock;
  /** Topic and access of the event that tells of every change. */
  event: { topic: string; access: string };
  /** Called, before the events, in the transaction in which a run fails or comes to need a person. */
  onTrouble: (sql: Sql, run: RunSummary) => Promise<void>;
}

/**
 * Writes what happens to runs. Each function works in the transaction it is given and ends with the event, which takes a
 * lock that is held until the commit.
 */
export interface Ledger {
  /** Tells of a new run and adds the job that drives it, or lets it wait for its target. */
  started(sql: Sql, id: string, isWaiting: boolean): Promise<void>;
  /** Takes a run for a worker: a new fence shuts out whoever had it. Null when it has ended or is another worker's. */
  claim(
    sql: Sql,
    id: string,
    me: string,
    gone: { fence: number; heartbeat: number } | null,
  ): Promise<Loaded | null>;
  /**
   * Records what a worker did. The same write may be repeated when it is not known whether it was committed. Throws
   * {@link Fenced} when the run is another worker's.
   */
  record(sql: Sql, held: RunRow, event: RunEvent, details?: EventDetails): Promise<Loaded>;
  /** The run as it is now. Throws {@link Fenced} when it is another worker's. */
  reload(sql: Sql, held: RunRow): Promise<Loaded>;
  /** Records what a person asked for; `loaded` must be locked. */
  recordAsked(sql: Sql, loaded: Loaded, event: RunEvent, details?: EventDetails): Promise<Loaded>;
  /** Gives a run back, so that the next worker goes on with it at once. */
  release(sql: Sql, held: RunRow): Promise<void>;
  /** Lets a waiting run take what nobody has any more; it begins once it has all it needs. */
  handOver(sql: Sql, id: string): Promise<void>;
  /** Adds the job that drives a run. */
  enqueue(sql: Sql, id: string): Promise<void>;
}

export function createLedger({ jobs, job, clock, event: { topic, access }, onTrouble }: LedgerParts): Ledger {
  async function publish(sql: Sql, loaded: Loaded[]): Promise<void> {
    await appendEvents(
      sql,
      loaded.map(({ run, steps }) => ({ topic, access, data: summaryOf(run, steps) })),
    );
  }

  async function enqueue(sql: Sql, id: string): Promise<void> {
    await jobs.enqueue(sql, job, { runId: id }, { key: `run:${id}` });
  }

  /** Lets a waiting run take what it needs; it begins once it has all of it. `waiting` must be locked. */
  async function goOn(sql: Sql, waiting: RunRow): Promise<Loaded[]> {
    const stuck = await takeLocks(sql, await waitsOf(sql, waiting.id), waiting.id);
    await putWaits(sql, waiting.id, stuck?.left ?? []);
    if (stuck !== null) return [];
    await updateRun(sql, waiting.id, waiting.fence, { isWaiting: false });
    await enqueue(sql, waiting.id);
    return [{ run: { ...waiting, isWaiting: false }, steps: await stepsOf(sql, [waiting.id]) }];
  }

  async function nextWaiting(sql: Sql, freed: string[]): Promise<Loaded[]> {
    const begun: Loaded[] = [];
    for (const target of freed) {
      const waiting = await firstWaiting(sql, target);
      if (waiting !== undefined) begun.push(...(await goOn(sql, waiting)));
    }
    return begun;
  }

  async function write(
    sql: Sql,
    loaded: Loaded,
    event: RunEvent,
    details: EventDetails,
    more: Partial<RunRow>,
  ): Promise<Loaded> {
    const now = clock.now();
    const after = transition(factsOf(loaded), event);
    const steps = loaded.steps.map((step, index) =>
      changedStep(step, after.steps[index], event, details, now),
    );
    const run = { ...changedRun(loaded.run, after, steps, event, details, now), ...more };
    for (const [index, step] of steps.entries())
      if (step !== loaded.steps[index]) await updateStep(sql, step, step);
    if (!(await updateRun(sql, run.id, loaded.run.fence, run)))
      throw new Fenced(`Run ${run.id} has another worker`);
    const changed = { run, steps };
    const waiting = isFinal(run.state) ? await nextWaiting(sql, await freeLocks(sql, run.id)) : [];
    if (run.state !== loaded.run.state && (run.state === 'failed' || run.state === 'unknown'))
      await onTrouble(sql, summaryOf(run, steps));
    await publish(sql, [changed, ...waiting]);
    return changed;
  }

  async function lockHeld(sql: Sql, held: RunRow): Promise<Loaded> {
    const run = await lockRun(sql, held.id);
    if (run === undefined || run.fence !== held.fence) throw new Fenced(`Run ${held.id} has another worker`);
    return { run, steps: await stepsOf(sql, [run.id]) };
  }

  return {
    enqueue,
    reload: lockHeld,
    async started(sql, id, isWaiting) {
      if (isWaiting) await updateRun(sql, id, 0, { isWaiting });
      else await enqueue(sql, id);
      const run = await findRun(sql, id);
      if (run !== undefined) await publish(sql, [{ run, steps: await stepsOf(sql, [id]) }]);
    },
    async claim(sql, id, me, gone) {
      const run = await lockRun(sql, id);
      if (run === undefined || run.isWaiting || run.state === 'unknown' || isFinal(run.state)) return null;
      if (!isFree(run, me, gone)) return null;
      const claim = { fence: run.fence + 1, worker: me, heartbeat: 0 };
      const loaded = { run, steps: await stepsOf(sql, [id]) };
      if (run.state === 'queued') return await write(sql, loaded, { type: 'claimed' }, {}, claim);
      await updateRun(sql, id, run.fence, claim);
      return { ...loaded, run: { ...run, ...claim } };
    },
    async record(sql, held, event, details = {}) {
      const loaded = await lockHeld(sql, held);
      const { run } = loaded;
      if (run.writes === held.writes + 1) return loaded;
      // A cancel that came meanwhile is looked at before another effect begins.
      if (event.type === 'intent' && run.isCancelRequested && !held.isCancelRequested) return loaded;
      return await write(sql, loaded, event, details, { writes: held.writes + 1 });
    },
    recordAsked: (sql, loaded, event, details = {}) => write(sql, loaded, event, details, {}),
    async release(sql, held) {
      if (!(await updateRun(sql, held.id, held.fence, { worker: null })))
        throw new Fenced(`Run ${held.id} has another worker`);
    },
    async handOver(sql, id) {
      const run = await lockRun(sql, id);
      if (run?.isWaiting === true && !isFinal(run.state)) await publish(sql, await goOn(sql, run));
    },
  };
}

/** What decides how a run goes on. */
export function factsOf({ run, steps }: Loaded): RunFacts {
  const { state, outcome, isCancelRequested, isUndone } = run;
  return { state, outcome, isCancelRequested, isUndone, steps };
}

function changedRun(
  run: RunRow,
  after: RunFacts,
  steps: StepRow[],
  event: RunEvent,
  { look, error }: EventDetails,
  now: Date,
): RunRow {
  const { state, outcome, isCancelRequested, isUndone } = after;
  const changed = { ...run, state, outcome, isCancelRequested, isUndone };
  if (event.type === 'claimed') changed.startedAt = now;
  if ((event.type === 'abandoned' || event.type === 'resolved') && error !== undefined)
    setError(changed, error);
  const hasFailed = event.type === 'turned' ? event.outcome === 'failed' : state === 'failed';
  const failed = hasFailed && changed.errorCode === null ? steps.findLast(isFailure) : undefined;
  if (failed !== undefined) copyError(changed, failed);
  changed.lookStep = null;
  changed.lookWhy = null;
  changed.lookNext = null;
  if (event.type === 'unclear' && look !== undefined) {
    changed.lookStep = steps[event.step]?.name ?? '';
    changed.lookWhy = look.why;
    changed.lookNext = look.next;
  }
  if (isFinal(state)) {
    changed.finishedAt = now;
    changed.isWaiting = false;
  }
  if (isFinal(state) || state === 'unknown') changed.worker = null;
  return changed;
}

function isFailure(step: StepRow): boolean {
  return step.errorCode !== null && (step.state === 'failed' || step.state === 'undo-failed');
}

function copyError(run: RunRow, step: StepRow): void {
  run.errorCode = step.errorCode;
  run.errorMessage = step.errorMessage;
}

function setError(row: RunRow | StepRow, error: RunProblem): void {
  row.errorCode = error.code;
  row.errorMessage = error.message;
}

function changedStep(
  step: StepRow,
  after: StepFacts | undefined,
  event: RunEvent,
  { result, error }: EventDetails,
  now: Date,
): StepRow {
  const isSubject = 'step' in event && event.step === step.index;
  if (after === undefined || (after.state === step.state && !isSubject)) return step;
  const changed = { ...step, state: after.state };
  if (isSubject && event.type === 'intent') return begun(changed, event.phase, now);
  if (isSubject && event.type === 'done' && event.phase === 'effect') {
    changed.result = result === undefined ? null : JSON.stringify(result);
  }
  if (isSubject && error !== undefined) setError(changed, error);
  if (event.type === 'turned' && after.state === 'failed') {
    setError(changed, { code: 'INTERRUPTED', message: 'The step was interrupted.' });
  }
  changed.finishedAt = after.state === 'pending' || after.state === 'skipped' ? null : now;
  return changed;
}

function begun(step: StepRow, phase: Phase, now: Date): StepRow {
  if (phase === 'undo') return { ...step, undoAttempt: step.undoAttempt + 1, finishedAt: null };
  return {
    ...step,
    attempt: step.attempt + 1,
    startedAt: step.startedAt ?? now,
    finishedAt: null,
    errorCode: null,
    errorMessage: null,
  };
}
