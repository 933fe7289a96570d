import type { Sql } from '@nebula/db';
import { duration } from '@nebula/clock';
import { DriverError } from '@nebula/errors';
import type { DriverParts } from './driver.ts';
import { type EventDetails, factsOf, type Loaded } from './ledger.ts';
import type { Lease } from './lease.ts';
import { lookAt } from './observe.ts';
import { type Interruption, type Performed, perform, sleepUnless } from './perform.ts';
import { Crashed, isRefusal, isRetryable, problemOf } from './problem.ts';
import { programOf } from './program.ts';
import { throttleProgress } from './progress.ts';
import { nextAction, type Phase, type RunEvent } from './state.ts';
import type { Effect, Observation, Step, StepContext } from './step.ts';
import type { StepRow } from './store.ts';
import { resultsOf } from './summary.ts';

/** An interrupted step is tried so often in all; one that takes the process down with it must not do so for ever. */
const maxAttempts = 25;

/** What a {@link Drive} works with besides the parts of its driver. */
export interface DriveStart {
  claimed: Loaded;
  lease: Lease;
  stop: AbortSignal;
  persist<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
}

/** A step's effect or its undo, as something to run and look at. */
interface Work {
  index: number;
  phase: Phase;
  step: Step;
  row: StepRow;
  effect: Effect;
  run(context: StepContext<unknown>): Promise<unknown>;
  observe(context: StepContext<unknown>): Promise<Observation>;
}

/** One worker's time with one run: intent, effect, result, step by step, until it ends, needs a person or must stop. */
export class Drive {
  readonly #parts: DriverParts;
  readonly #start: DriveStart;
  #loaded: Loaded;
  #input: unknown;
  #steps: Step[] = [];
  /** Failures of this drive that no retry is left for, by step and phase; `observe` says whether they are real. */
  readonly #failures = new Map<string, { count: number; final: unknown }>();

  constructor(parts: DriverParts, start: DriveStart) {
    this.#parts = parts;
    this.#start = start;
    this.#loaded = start.claimed;
  }

  async go(): Promise<void> {
    await this.#point('after-claim');
    if (!this.#prepare()) return await this.#askAboutProgram();
    for (;;) {
      if (this.#start.stop.aborted) return await this.#release();
      const action = nextAction(factsOf(this.#loaded));
      switch (action.do) {
        case 'nothing':
          return;
        case 'turn':
          await this.#record('turn', { type: 'turned', outcome: action.outcome });
          break;
        case 'finish':
          await this.#record('finish', { ...action, type: 'finished' });
          this.#parts.log.info({ state: action.state, isUndone: action.isUndone }, 'run');
          break;
        case 'ask':
          await this.#ask(this.#work(action.step, action.phase), 'The program stopped in the middle of it.');
          break;
        case 'observe':
          await this.#observe(this.#work(action.step, action.phase));
          break;
        case 'run':
          if (await this.#run(this.#work(action.step, action.phase))) break;
          return;
        default:
          action satisfies never;
      }
    }
  }

  /** Finds the run's steps in this program; false when it has others now than those the run was started with. */
  #prepare(): boolean {
    const program = programOf(this.#parts.definitions, this.#loaded.run, this.#loaded.steps);
    if (program instanceof Error) {
      this.#parts.log.error({ error: program }, 'a run does not fit this version of the program');
      return false;
    }
    this.#input = program.input;
    this.#steps = program.steps;
    return true;
  }

  async #askAboutProgram(): Promise<void> {
    const { run, steps } = this.#loaded;
    const phase = run.outcome === null ? 'effect' : 'undo';
    const open = steps.findIndex(({ state }) => state.endsWith('intent') || state === 'pending');
    await this.#record(
      'unclear',
      { type: 'unclear', step: Math.max(0, open), phase },
      {
        look: {
          why: 'This version of the program does not know the steps that the run was started with.',
          next: 'Look how far it came and put the rest right by hand; any answer then closes the run.',
        },
      },
    );
  }

  #work(index: number, phase: Phase): Work {
    const step = this.#steps[index];
    const row = this.#loaded.steps[index];
    if (step === undefined || row === undefined) throw new RangeError(`There is no step ${index}`);
    const cannotTell = async () => 'unknown' as const;
    if (phase === 'effect') {
      const observe = (context: StepContext<unknown>) => step.observe?.(context) ?? cannotTell();
      return { index, phase, step, row, effect: step.effect, run: (context) => step.run(context), observe };
    }
    const { undo } = step;
    if (undo === undefined || undo === null) throw new TypeError(`Step ${step.name} has no undo`);
    const observe = (context: StepContext<unknown>) => undo.observe?.(context) ?? cannotTell();
    return { index, phase, step, row, effect: undo.effect, run: (context) => undo.run(context), observe };
  }

  /** Intent, effect, result. False when the drive is over because the effect does not end. */
  async #run(work: Work): Promise<boolean> {
    const { index, phase, step, row } = work;
    if ((phase === 'effect' ? row.attempt : row.undoAttempt) >= maxAttempts) {
      await this.#ask(work, `It was interrupted ${maxAttempts} times.`);
      return true;
    }
    const began = performance.now();
    await this.#record(pointName(phase, 'intent'), { type: 'intent', step: index, phase }, {}, step.name);
    const state = this.#loaded.steps[index]?.state;
    if (state !== (phase === 'effect' ? 'intent' : 'undo-intent')) return true;
    const outcome = await this.#perform(work);
    await this.#point(`after-${pointName(phase, 'effect')}/${step.name}`);
    this.#parts.log.info(
      { step: step.name, phase, outcome: outcome.kind, ms: Math.round(performance.now() - began) },
      'step',
    );
    return await this.#settle(work, outcome);
  }

  async #perform(work: Work): Promise<Performed> {
    const { lease, stop } = this.#start;
    const { clock, log, onProgress } = this.#parts;
    const { id } = this.#loaded.run;
    const progress = throttleProgress(clock, (fraction, message) => {
      try {
        onProgress(id, work.step.name, fraction, message);
      } catch (error) {
        log.warn({ error }, 'progress could not be told');
      }
    });
    const interruptions: Partial<Record<Interruption, AbortSignal>> = {};
    if (work.effect !== 'blind') {
      interruptions.stop = stop;
      interruptions.lost = lease.lost();
      if (work.phase === 'effect') interruptions.cancel = lease.cancel;
    }
    const run = (signal: AbortSignal) => work.run(this.#context(work, signal, progress.report));
    const outcome = await perform(run, { ...work.step, clock, interruptions });
    progress.end();
    return outcome;
  }

  async #settle(work: Work, outcome: Performed): Promise<boolean> {
    switch (outcome.kind) {
      case 'done':
        await this.#done(work, outcome.result);
        return true;
      case 'failed':
        await this.#failed(work, outcome.error);
        return true;
      case 'interrupted':
        // The intent stays: what comes next is decided as after a crash.
        if (outcome.by !== 'stop') await this.#reload();
        return true;
      case 'unsettled':
        // Its worker's end or missing heartbeats let the run go on elsewhere; until then the effect may still happen.
        if (outcome.by === 'stop') return false;
        await this.#ask(work, 'It did not end when it was told to, so it may still happen.');
        return true;
      default:
        return outcome satisfies never;
    }
  }

  async #done(work: Work, result: unknown): Promise<void> {
    await this.#recordStep(work, 'done', { result: this.#storable(work, result) });
  }

  /** The effect has happened, so a result that JSON cannot hold is dropped rather than making it happen again. */
  #storable(work: Work, result: unknown): unknown {
    try {
      JSON.stringify(result);
      return result;
    } catch (error) {
      this.#parts.log.error({ error, step: work.step.name }, 'the result of a step cannot be kept');
      return undefined;
    }
  }

  async #failed(work: Work, error: unknown): Promise<void> {
    const { step, effect } = work;
    this.#parts.log.warn({ error, step: step.name, phase: work.phase }, 'step failed');
    if (effect === 'blind') {
      if (isRefusal(error)) return await this.#recordStep(work, 'failed', { error: problemOf(error) });
      return await this.#ask(work, `It ended with an error: ${problemOf(error).message}`, error);
    }
    const failure = this.#failures.get(keyOf(work)) ?? { count: 0, final: undefined };
    this.#failures.set(keyOf(work), failure);
    failure.count += 1;
    if (step.retry !== undefined && isRetryable(error) && failure.count <= step.retry.max) {
      return await this.#backOff(work, duration(step.retry.backoff) * 2 ** (failure.count - 1), error);
    }
    failure.final = error;
    if (effect === 'idempotent') await this.#recordStep(work, 'failed', { error: problemOf(error) });
  }

  async #backOff({ phase }: Work, waitMs: number, error: unknown): Promise<void> {
    const { lease, stop } = this.#start;
    const askedMs = error instanceof DriverError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
    const wakers = [stop, lease.lost(), ...(phase === 'effect' ? [lease.cancel] : [])];
    await sleepUnless(AbortSignal.any(wakers), this.#parts.clock, Math.max(askedMs, waitMs));
    await this.#reload();
  }

  async #observe(work: Work): Promise<void> {
    const { clock, log } = this.#parts;
    const { step } = work;
    await this.#point(`before-observe/${step.name}`);
    const seen = await lookAt((signal) => work.observe(this.#context(work, signal, () => undefined)), {
      step,
      clock,
      stop: this.#start.stop,
      onError: (error) => log.warn({ error, step: step.name }, 'a step could not be looked at'),
    });
    await this.#point(`after-observe/${step.name}`);
    const final = this.#failures.get(keyOf(work))?.final;
    switch (seen.kind) {
      case 'done':
        return await this.#done(work, seen.result);
      case 'not-done':
        if (final === undefined) return await this.#recordStep(work, 'not-done');
        return await this.#recordStep(work, 'failed', { error: problemOf(final) });
      case 'unknown':
        return await this.#ask(work, 'Looking did not show whether it happened.', final);
      case 'stopped':
        return;
      default:
        seen satisfies never;
    }
  }

  /** Stops the run until a person has looked. */
  async #ask({ index, phase, step }: Work, reason: string, error?: unknown): Promise<void> {
    const what = phase === 'effect' ? `“${step.title}”` : `Undoing “${step.title}”`;
    this.#parts.log.error({ step: step.name, phase, reason }, 'a run needs a person to look');
    await this.#record(
      'unclear',
      { type: 'unclear', step: index, phase },
      {
        ...(error === undefined ? {} : { error: problemOf(error) }),
        look: {
          why: `${what} may have happened or not, and it is not repeated blindly. ${reason}`,
          next:
            phase === 'effect'
              ? 'Look whether it happened, then answer: “done” goes on, “not done” takes back the steps before it.'
              : 'Look whether it was undone, then answer: “done” goes on undoing, “not done” ends the run as it is.',
        },
      },
      step.name,
    );
  }

  async #recordStep(
    work: Work,
    type: 'done' | 'failed' | 'not-done',
    details: EventDetails = {},
  ): Promise<void> {
    const { index, phase, step } = work;
    await this.#record(pointName(phase, 'result'), { type, step: index, phase }, details, step.name);
  }

  async #record(name: string, event: RunEvent, details: EventDetails = {}, step?: string): Promise<void> {
    const where = step === undefined ? name : `${name}/${step}`;
    await this.#point(`before-${where}`);
    const held = this.#loaded.run;
    this.#loaded = await this.#start.persist((sql) => this.#parts.ledger.record(sql, held, event, details));
    this.#start.lease.confirm();
    await this.#point(`after-${where}`);
  }

  async #reload(): Promise<void> {
    this.#loaded = await this.#start.persist((sql) => this.#parts.ledger.reload(sql, this.#loaded.run));
    this.#start.lease.confirm();
  }

  async #release(): Promise<void> {
    await this.#start.persist((sql) => this.#parts.ledger.release(sql, this.#loaded.run));
    this.#parts.log.info({}, 'run given back; the next worker goes on with it');
  }

  #context(
    work: Work,
    signal: AbortSignal,
    progress: StepContext<unknown>['progress'],
  ): StepContext<unknown> {
    const { run, steps } = this.#loaded;
    const row = steps[work.index] ?? work.row;
    const results = resultsOf(steps);
    return {
      input: this.#input,
      runId: run.id,
      memory: {
        read: (name) => {
          if (!(name in results)) throw new Error(`Step ${name} has no result`);
          return results[name];
        },
        find: (name) => results[name],
      },
      log: this.#parts.log.child({ step: work.step.name }),
      signal,
      attempt: work.phase === 'effect' ? row.attempt : row.undoAttempt,
      clock: this.#parts.clock,
      idempotencyKey: `${run.id}.${work.step.name}`,
      progress,
    };
  }

  async #point(name: string): Promise<void> {
    try {
      await this.#parts.crash(name);
    } catch (cause) {
      throw new Crashed(`Crashed at ${name}`, { cause });
    }
  }
}

function keyOf({ index, phase }: Work): string {
  return `${index}/${phase}`;
}

/** Names of crash points tell effect and undo apart: `intent`, `undo-intent`. */
function pointName(phase: Phase, part: 'intent' | 'effect' | 'result'): string {
  return phase === 'effect' ? part : `undo-${part}`;
}
