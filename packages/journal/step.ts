import type { Clock, Duration } from '@nebula/clock';
import type { Log } from '@nebula/log';

/**
 * What may be done after a crash in the middle of an effect: run it again (`idempotent`), ask whether it happened
 * (`observable`), or nothing (`blind`: it is never repeated, a person looks).
 */
export type Effect = 'idempotent' | 'observable' | 'blind';

/** One change as a person reads it before it is made. */
export interface PlannedChange {
  /** What is done, such as `write` or `restart`. */
  kind: string;
  /** What it is done to. */
  target: string;
  before: unknown;
  after: unknown;
}

/** Answer of `observe`; `done` may carry the result that the interrupted effect could not record. */
export type Observation<Result = unknown> = 'done' | 'not-done' | 'unknown' | { done: Result };

/** Results of the steps that are done, by step name. */
export interface Memory<Results extends object> {
  /** The result of a step. Throws an Error when that step has none. */
  read<K extends keyof Results & string>(step: K): Results[K];
  /** The result of a step, or undefined when it has none. */
  find<K extends keyof Results & string>(step: K): Results[K] | undefined;
}

/** What a step's functions are given. */
export interface StepContext<Input, Results extends object = Record<string, unknown>> {
  input: Input;
  /** Of the run; null while it is only planned. */
  runId: string | null;
  memory: Memory<Results>;
  log: Log;
  /** Aborts when the time is up, the run is cancelled or the process stops; a step must end soon after. */
  signal: AbortSignal;
  /** 1 for the first attempt. */
  attempt: number;
  clock: Clock;
  /** The same at every attempt and different for every run and step; letters, digits, `.` and `-`. For outside APIs. */
  idempotencyKey: string;
  /** Tells how far the step is, 0 to 1, or null when that is not known. */
  progress(fraction: number | null, message: string): void;
}

/** How a step is taken back. */
export interface UndoStep<Input, Results extends object> {
  effect: Effect;
  /**
   * Takes the effect back. An idempotent step that failed or was interrupted is undone too, so its undo must cope with an
   * effect that is only half there or not at all, and with no result in memory.
   */
  run(context: StepContext<Input, Results>): Promise<void>;
  /** Whether the undo happened; required when its effect is `observable`. */
  observe?(context: StepContext<Input, Results>): Promise<Observation>;
}

/** One step, whose result is kept under its name. */
export interface NamedStep<Name extends string, Result, Input, Results extends object> {
  name: Name;
  title: string;
  effect: Effect;
  /** What `run` would change; changes nothing itself. */
  plan?(context: StepContext<Input, Results>): Promise<PlannedChange[]>;
  /** Whether the effect happened; changes nothing itself; required when the effect is `observable`. */
  observe?(context: StepContext<Input, Results>): Promise<Observation<Result>>;
  /** Makes the effect. The result must survive JSON. */
  run(context: StepContext<Input, Results>): Promise<Result>;
  /** How it is taken back; null says that it cannot be; left out when it leaves nothing behind. */
  undo?: UndoStep<Input, Results> | null;
  /** Further attempts after a DriverError `unavailable` or `rate-limited`; not for blind steps. Waits double from `backoff`. */
  retry?: { max: number; backoff: Duration };
  timeout: Duration;
}

/**
 * A step of a run: the one step type of journal runs, provisioning, agent verbs and YAML actions. `Results` names each step
 * and its result.
 */
export type Step<Input = unknown, Results extends object = Record<string, unknown>> = {
  [Name in keyof Results & string]: NamedStep<Name, Results[Name], Input, Results>;
}[keyof Results & string];

/** What a run is about; only one run at a time works on a target. `hostId` is `local` unless given. */
export interface RunTarget {
  type: string;
  id: string;
  name?: string;
  hostId?: string;
}

/** A kind of run. */
export interface RunDefinition<Input = unknown, Results extends object = Record<string, unknown>> {
  /** `<feature>.<verb>`; stored with each run. */
  kind: string;
  /** What is done, as people read it. */
  title: string;
  /** Proves an input, also one read back from the database. Inputs survive JSON and carry no secrets. */
  parse(input: unknown): Input;
  target(input: Input): RunTarget;
  /**
   * Further targets that it holds from its beginning to its end. It takes its own first and these in order, waiting for each, so
   * kinds that wait for the same ones must have the same target: of two that take them crosswise neither would begin.
   */
  also?(input: Input): RunTarget[];
  /** The steps in order; the same input must give the same names. */
  steps(input: Input): Step<Input, Results>[];
  /** When another run works on the target: refuse with TARGET_BUSY, or wait for its end. */
  onConflict: 'refuse' | 'wait';
  /** Whether people may cancel it; the steps that are done are then undone. */
  cancellable: boolean;
}

/**
 * Declares a kind of run and forgets the types of its input and results: the journal proves inputs with `parse` and hands
 * each step what the steps before it left. Throws a TypeError when the kind's name is malformed.
 */
export function defineRun<Input, Results extends object = Record<string, unknown>>(
  definition: RunDefinition<Input, Results>,
): RunDefinition {
  if (!/^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/.test(definition.kind)) {
    throw new TypeError(`A run's kind is written feature.verb, not ${definition.kind}`);
  }
  return definition as unknown as RunDefinition;
}

/** The steps for an input, checked. Throws a TypeError when a step is malformed or none is there. */
export function stepsFor(definition: RunDefinition, input: unknown): Step[] {
  const steps = definition.steps(input);
  const names = new Set<string>();
  for (const step of steps) {
    const where = `Step ${step.name} of ${definition.kind}`;
    if (!/^[a-z][a-z0-9-]{0,62}$/.test(step.name)) throw new TypeError(`${where} has a malformed name`);
    if (names.has(step.name)) throw new TypeError(`${where} is there twice`);
    names.add(step.name);
    if (step.effect === 'observable' && step.observe === undefined)
      throw new TypeError(`${where} lacks observe`);
    if (step.undo?.effect === 'observable' && step.undo.observe === undefined) {
      throw new TypeError(`${where} lacks observe of its undo`);
    }
    if (step.effect === 'blind' && step.retry !== undefined)
      throw new TypeError(`${where} is blind and has a retry`);
  }
  if (steps.length === 0) throw new TypeError(`${definition.kind} has no steps`);
  return steps;
}
