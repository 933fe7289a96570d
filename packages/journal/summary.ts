import type { RunState, StepState, Turn, Undo } from './state.ts';
import type { Effect } from './step.ts';
import type { RunRow, StepRow } from './store.ts';

/** Code and sentence of what went wrong. */
export interface RunProblem {
  code: string;
  message: string;
}

/** A step as lists and events show it. */
export interface StepSummary {
  name: string;
  title: string;
  effect: Effect;
  /** How it is taken back: `nothing` to take back, `impossible`, or the kind of effect that does it. */
  undo: Undo;
  state: StepState;
  attempt: number;
  error: RunProblem | null;
  startedAt: Date | null;
  finishedAt: Date | null;
}

/** A run as lists and events show it; as an event its instants are ISO-8601 texts. */
export interface RunSummary {
  id: string;
  kind: string;
  title: string;
  state: RunState;
  /** Why it turned back, once it has. */
  outcome: Turn | null;
  /** Whether everything was taken back; null unless it failed or was cancelled. */
  isUndone: boolean | null;
  isCancellable: boolean;
  isCancelRequested: boolean;
  /** True while it waits for another run on its target to end. */
  isWaiting: boolean;
  target: { type: string; id: string; name: string; hostId: string };
  actor: { kind: string; id: string; name: string };
  requestId: string;
  error: RunProblem | null;
  /** What a person has to look at before the run can go on; set when the state is `unknown`. */
  lookHere: { step: string; why: string; next: string } | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  steps: StepSummary[];
}

/** A run with its input and the results of its steps. */
export interface RunDetails extends RunSummary {
  input: unknown;
  results: Record<string, unknown>;
}

export function summaryOf(run: RunRow, steps: StepRow[]): RunSummary {
  return {
    id: run.id,
    kind: run.kind,
    title: run.title,
    state: run.state,
    outcome: run.outcome,
    isUndone: run.isUndone,
    isCancellable: run.isCancellable,
    isCancelRequested: run.isCancelRequested,
    isWaiting: run.isWaiting,
    target: { type: run.targetType, id: run.targetId, name: run.targetName, hostId: run.hostId },
    actor: { kind: run.actorKind, id: run.actorId, name: run.actorName },
    requestId: run.requestId,
    error: problemOf(run),
    lookHere:
      run.lookStep === null || run.lookWhy === null || run.lookNext === null
        ? null
        : { step: run.lookStep, why: run.lookWhy, next: run.lookNext },
    createdAt: run.createdAt,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    steps: steps.map((step) => ({
      name: step.name,
      title: step.title,
      effect: step.effect,
      undo: step.undo,
      state: step.state,
      attempt: step.attempt,
      error: problemOf(step),
      startedAt: step.startedAt,
      finishedAt: step.finishedAt,
    })),
  };
}

export function detailsOf(run: RunRow, steps: StepRow[]): RunDetails {
  return { ...summaryOf(run, steps), input: JSON.parse(run.input), results: resultsOf(steps) };
}

/** Results by step name; a step without one is not in it. */
export function resultsOf(steps: StepRow[]): Record<string, unknown> {
  const known = steps.flatMap(({ name, result }) =>
    result === null ? [] : [[name, JSON.parse(result)] as const],
  );
  return Object.fromEntries(known);
}

function problemOf(row: { errorCode: string | null; errorMessage: string | null }): RunProblem | null {
  return row.errorCode === null ? null : { code: row.errorCode, message: row.errorMessage ?? '' };
}
