import type { Effect } from './step.ts';

/** How far a run is. */
export type RunState =
  | 'queued'
  | 'running'
  | 'cancelling'
  | 'undoing'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'unknown';

/** How far a step is. */
export type StepState =
  | 'pending'
  | 'intent'
  | 'done'
  | 'failed'
  | 'unknown'
  | 'skipped'
  | 'undo-intent'
  | 'undone'
  | 'undo-failed'
  | 'undo-unknown';

/** How a step is taken back: nothing to do, not at all, or by an effect of its own. */
export type Undo = 'nothing' | 'impossible' | Effect;

/** Why a run turned back. */
export type Turn = 'failed' | 'cancelled';

/** A step's effect, or the undo of it. */
export type Phase = 'effect' | 'undo';

export interface StepFacts {
  state: StepState;
  effect: Effect;
  undo: Undo;
}

/** All that decides how a run goes on. */
export interface RunFacts {
  state: RunState;
  /** Set once the run has turned back. */
  outcome: Turn | null;
  isCancelRequested: boolean;
  /** Whether all that was done has been taken back; null unless the run ended otherwise than well. */
  isUndone: boolean | null;
  steps: StepFacts[];
}

/** What a worker does next with a run in which none of its own effects is under way. */
export type Action =
  | { do: 'run' | 'observe'; step: number; phase: Phase }
  | { do: 'ask'; step: number; phase: Phase }
  | { do: 'turn'; outcome: Turn }
  | { do: 'finish'; state: 'succeeded' | Turn; isUndone: boolean | null }
  | { do: 'nothing' };

/** What can happen to a run. */
export type RunEvent =
  | { type: 'claimed' }
  | { type: 'cancel-requested' }
  | { type: 'intent' | 'done' | 'failed' | 'not-done' | 'unclear'; step: number; phase: Phase }
  | { type: 'turned'; outcome: Turn }
  | { type: 'finished'; state: 'succeeded' | Turn; isUndone: boolean | null }
  | { type: 'resolved'; answer: 'done' | 'not-done' }
  | { type: 'abandoned' };

/** States in which a worker drives a run. */
export const openStates = ['queued', 'running', 'cancelling', 'undoing'] as const satisfies RunState[];

/** True for a run that has ended for good. */
export function isFinal(state: RunState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled';
}

/** Decides what comes next. A step in `intent` or `undo-intent` was interrupted: its effect may have happened or not. */
export function nextAction(run: RunFacts): Action {
  if (isFinal(run.state) || run.state === 'unknown' || run.state === 'queued') return { do: 'nothing' };
  return run.outcome === null ? forward(run) : backward(run, run.outcome);
}

function forward(run: RunFacts): Action {
  const step = run.steps.findIndex(({ state }) => state !== 'done');
  const facts = run.steps[step];
  if (facts === undefined) return { do: 'finish', state: 'succeeded', isUndone: null };
  const turnOr = (action: Action): Action =>
    run.isCancelRequested ? { do: 'turn', outcome: 'cancelled' } : action;
  if (facts.state === 'pending') return turnOr({ do: 'run', step, phase: 'effect' });
  if (facts.state !== 'intent') return { do: 'turn', outcome: 'failed' };
  switch (facts.effect) {
    case 'idempotent':
      return turnOr({ do: 'run', step, phase: 'effect' });
    case 'observable':
      return { do: 'observe', step, phase: 'effect' };
    case 'blind':
      return { do: 'ask', step, phase: 'effect' };
    default:
      return facts.effect satisfies never;
  }
}

function backward(run: RunFacts, outcome: Turn): Action {
  for (let step = run.steps.length - 1; step >= 0; step -= 1) {
    const facts = run.steps[step];
    const action = facts === undefined ? null : undoAction(facts, step);
    if (action !== null) return action;
  }
  return { do: 'finish', state: outcome, isUndone: !run.steps.some(isLeftBehind) };
}

function undoAction({ state, effect, undo }: StepFacts, step: number): Action | null {
  const canUndo = undo !== 'nothing' && undo !== 'impossible';
  switch (state) {
    case 'done':
      return canUndo ? { do: 'run', step, phase: 'undo' } : null;
    case 'failed':
      // A failed idempotent effect may be half there. A blind undo could take back what never was.
      return effect === 'idempotent' && canUndo && undo !== 'blind'
        ? { do: 'run', step, phase: 'undo' }
        : null;
    case 'undo-intent':
      if (undo === 'blind') return { do: 'ask', step, phase: 'undo' };
      return { do: undo === 'observable' ? 'observe' : 'run', step, phase: 'undo' };
    case 'undo-failed':
      // Earlier steps may only be taken back after later ones.
      return { do: 'finish', state: 'failed', isUndone: false };
    case 'intent':
    case 'unknown':
      return { do: 'ask', step, phase: 'effect' };
    case 'undo-unknown':
      return { do: 'ask', step, phase: 'undo' };
    case 'pending':
    case 'skipped':
    case 'undone':
      return null;
    default:
      return state satisfies never;
  }
}

function isLeftBehind({ state, effect, undo }: StepFacts): boolean {
  if (state === 'done') return undo !== 'nothing';
  return state === 'failed' && effect === 'idempotent' && (undo === 'impossible' || undo === 'blind');
}

/** The run after something happened. Throws an Error when that cannot happen in its state. */
export function transition(run: RunFacts, event: RunEvent): RunFacts {
  switch (event.type) {
    case 'claimed':
      return run.state === 'queued' ? { ...run, state: 'running' } : expectOpen(run, event);
    case 'cancel-requested':
      return cancelled(run, event);
    case 'turned':
      expectOpen(run, event);
      return { ...run, state: 'undoing', outcome: event.outcome, steps: run.steps.map(turned) };
    case 'finished':
      expectOpen(run, event);
      return { ...run, state: event.state, isUndone: event.isUndone };
    case 'resolved':
      return resolved(run, event);
    case 'abandoned':
      if (isFinal(run.state)) throw impossible(run, event);
      return { ...run, state: 'failed', isUndone: false, steps: run.steps.map(turned) };
    case 'intent':
    case 'done':
    case 'failed':
    case 'not-done':
    case 'unclear':
      return stepChanged(expectOpen(run, event), event);
    default:
      return event satisfies never;
  }
}

function cancelled(run: RunFacts, event: RunEvent): RunFacts {
  const asked = { ...run, isCancelRequested: true };
  if (run.state === 'queued')
    return { ...asked, state: 'cancelled', isUndone: true, steps: run.steps.map(turned) };
  if (run.state === 'running' || run.state === 'cancelling') return { ...asked, state: 'cancelling' };
  throw impossible(run, event);
}

function resolved(run: RunFacts, event: RunEvent & { type: 'resolved' }): RunFacts {
  const step = run.steps.findIndex(({ state }) => state === 'unknown' || state === 'undo-unknown');
  const facts = run.steps[step];
  if (run.state !== 'unknown' || facts === undefined) throw impossible(run, event);
  const isDone = event.answer === 'done';
  if (facts.state === 'undo-unknown') {
    return { ...withStep(run, step, isDone ? 'undone' : 'undo-failed'), state: 'undoing' };
  }
  if (run.outcome !== null) return { ...withStep(run, step, isDone ? 'done' : 'skipped'), state: 'undoing' };
  if (isDone)
    return { ...withStep(run, step, 'done'), state: run.isCancelRequested ? 'cancelling' : 'running' };
  const { steps } = withStep(run, step, 'skipped');
  return { ...run, state: 'undoing', outcome: 'failed', steps: steps.map(turned) };
}

function stepChanged(run: RunFacts, event: StepEvent): RunFacts {
  const from = run.steps[event.step]?.state;
  if (from === undefined || !mayHappen(from, event)) throw impossible(run, event);
  const changed = withStep(run, event.step, stateAfter(run, event));
  return event.type === 'unclear' ? { ...changed, state: 'unknown' } : changed;
}

type StepEvent = Extract<RunEvent, { phase: Phase }>;

function mayHappen(from: StepState, event: StepEvent): boolean {
  if (event.type === 'unclear') return true;
  if (event.type !== 'intent') return from === (event.phase === 'effect' ? 'intent' : 'undo-intent');
  if (event.phase === 'effect') return from === 'pending' || from === 'intent';
  return from === 'done' || from === 'intent' || from === 'failed' || from === 'undo-intent';
}

function stateAfter(run: RunFacts, event: StepEvent): StepState {
  const isEffect = event.phase === 'effect';
  switch (event.type) {
    case 'intent':
      return isEffect ? 'intent' : 'undo-intent';
    case 'done':
      return isEffect ? 'done' : 'undone';
    case 'failed':
      return isEffect ? 'failed' : 'undo-failed';
    case 'unclear':
      return isEffect ? 'unknown' : 'undo-unknown';
    case 'not-done':
      if (isEffect) return run.outcome === null ? 'pending' : 'skipped';
      return 'done';
    default:
      return event.type satisfies never;
  }
}

function withStep(run: RunFacts, index: number, state: StepState): RunFacts {
  return { ...run, steps: run.steps.map((step, at) => (at === index ? { ...step, state } : step)) };
}

/** A step when its run turns back: what had not begun never will; an interrupted idempotent effect may be half there. */
function turned(step: StepFacts): StepFacts {
  if (step.state === 'pending') return { ...step, state: 'skipped' };
  return step.state === 'intent' && step.effect === 'idempotent' ? { ...step, state: 'failed' } : step;
}

function expectOpen(run: RunFacts, event: RunEvent): RunFacts {
  if (isFinal(run.state) || run.state === 'unknown' || run.state === 'queued') throw impossible(run, event);
  return run;
}

function impossible(run: RunFacts, event: RunEvent): Error {
  const steps = run.steps.map(({ state }) => state).join(' ');
  return new Error(`A run that is ${run.state} (${steps}) cannot take ${JSON.stringify(event)}`);
}
