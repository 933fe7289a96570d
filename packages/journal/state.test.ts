import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  isFinal,
  nextAction,
  type Phase,
  type RunFacts,
  type StepFacts,
  transition,
  type Undo,
} from './state.ts';
import type { Effect } from './step.ts';

const effects: Effect[] = ['idempotent', 'observable', 'blind'];
const undos: Undo[] = ['nothing', 'impossible', ...effects];

/** What happens to a run at one turn: work with a fate, or something a person asks for. */
type Turn =
  | { do: 'work'; fate: 'well' | 'refused' | 'half-done' | 'crash-before' | 'crash-after' | 'cannot-tell' }
  | { do: 'cancel' };

const anyTurn: fc.Arbitrary<Turn> = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Turn>({ do: 'work', fate: 'well' }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('work' as const),
      fate: fc.constantFrom('refused', 'half-done', 'crash-before', 'crash-after', 'cannot-tell' as const),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Turn>({ do: 'cancel' }) },
);

const anySteps = fc.array(
  fc.record({
    state: fc.constant('pending' as const),
    effect: fc.constantFrom(...effects),
    undo: fc.constantFrom(...undos),
  }),
  { minLength: 1, maxLength: 5 },
);

/** A worker and the outside world, without a database: the driver's moves on the real state machine. */
class Model {
  run: RunFacts;
  readonly present: boolean[];
  readonly history: string[] = [];

  constructor(steps: StepFacts[]) {
    this.run = { state: 'queued', outcome: null, isCancelRequested: false, isUndone: null, steps };
    this.present = steps.map(() => false);
  }

  turn(turn: Turn): void {
    if (turn.do === 'cancel') {
      if (['queued', 'running', 'cancelling'].includes(this.run.state)) {
        this.run = transition(this.run, { type: 'cancel-requested' });
      }
    } else if (this.run.state === 'queued') this.run = transition(this.run, { type: 'claimed' });
    else if (this.run.state === 'unknown') this.answer();
    else this.work(turn.fate);
  }

  /** A person looks and tells the truth. */
  answer(): void {
    const step = this.run.steps.findIndex(({ state }) => state === 'unknown' || state === 'undo-unknown');
    const isPresent = this.present[step] === true;
    const isDone = this.run.steps[step]?.state === 'unknown' ? isPresent : !isPresent;
    this.run = transition(this.run, { type: 'resolved', answer: isDone ? 'done' : 'not-done' });
  }

  work(fate: (Turn & { do: 'work' })['fate']): void {
    const action = nextAction(this.run);
    if (action.do === 'turn') this.run = transition(this.run, { type: 'turned', outcome: action.outcome });
    else if (action.do === 'finish') this.run = transition(this.run, { ...action, type: 'finished' });
    else if (action.do === 'ask') this.happened('unclear', action.step, action.phase);
    else if (action.do === 'observe') this.observe(action.step, action.phase, fate);
    else if (action.do === 'run') this.effect(action.step, action.phase, fate);
  }

  observe(step: number, phase: Phase, fate: string): void {
    const isDone = this.present[step] === (phase === 'effect');
    this.happened(fate === 'cannot-tell' ? 'unclear' : isDone ? 'done' : 'not-done', step, phase);
  }

  effect(step: number, phase: Phase, fate: string): void {
    const facts = this.run.steps[step];
    const kind = phase === 'effect' ? facts?.effect : facts?.undo;
    this.happened('intent', step, phase);
    if (fate === 'crash-before') return;
    const isHalfDone = fate === 'half-done' && kind === 'idempotent';
    if (fate !== 'refused' && (fate !== 'half-done' || isHalfDone)) this.make(step, phase);
    if (fate === 'crash-after') return;
    const hasFailed = fate === 'refused' || fate === 'half-done';
    this.happened(hasFailed ? 'failed' : 'done', step, phase);
  }

  make(step: number, phase: Phase): void {
    this.present[step] = phase === 'effect';
    this.history.push(`${phase} ${step}`);
  }

  happened(type: 'intent' | 'done' | 'failed' | 'not-done' | 'unclear', step: number, phase: Phase): void {
    this.run = transition(this.run, { type, step, phase });
  }

  toEnd(): void {
    for (let n = 0; n < 100 && !isFinal(this.run.state); n += 1) this.turn({ do: 'work', fate: 'well' });
  }

  count(entry: string): number {
    return this.history.filter((other) => other === entry).length;
  }
}

function modelAfter(steps: StepFacts[], turns: Turn[]): Model {
  const model = new Model(steps);
  for (const turn of turns) model.turn(turn);
  return model;
}

test('whatever crashes, fails or is cancelled, every run comes to an end and no step is left open', () => {
  fc.assert(
    fc.property(anySteps, fc.array(anyTurn, { maxLength: 40 }), (steps, turns) => {
      const model = modelAfter(steps, turns);
      model.toEnd();
      expect(isFinal(model.run.state)).toBe(true);
      for (const { state } of model.run.steps) {
        expect(['done', 'failed', 'skipped', 'undone', 'undo-failed']).toContain(state);
      }
    }),
    { numRuns: 2000 },
  );
});

test('an effect or undo that is observable or blind is never made twice', () => {
  fc.assert(
    fc.property(anySteps, fc.array(anyTurn, { maxLength: 40 }), (steps, turns) => {
      const model = modelAfter(steps, turns);
      model.toEnd();
      for (const [index, { effect, undo }] of steps.entries()) {
        if (effect !== 'idempotent') expect(model.count(`effect ${index}`)).toBeLessThanOrEqual(1);
        if (undo !== 'idempotent') expect(model.count(`undo ${index}`)).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 2000 },
  );
});

test('steps are made in order, undone in reverse, and nothing is made after the first undo', () => {
  fc.assert(
    fc.property(anySteps, fc.array(anyTurn, { maxLength: 40 }), (steps, turns) => {
      const model = modelAfter(steps, turns);
      model.toEnd();
      const order = model.history.map((entry) => {
        const index = Number(entry.split(' ')[1]);
        return entry.startsWith('effect') ? index : 2 * steps.length - index;
      });
      expect(order).toEqual(order.toSorted((a, b) => a - b));
    }),
    { numRuns: 2000 },
  );
});

test('a run says that it succeeded or is undone only when that is true', () => {
  fc.assert(
    fc.property(anySteps, fc.array(anyTurn, { maxLength: 40 }), (steps, turns) => {
      const model = modelAfter(steps, turns);
      model.toEnd();
      const { state, isUndone } = model.run;
      if (state === 'succeeded') expect(model.present).not.toContain(false);
      expect(isUndone === null).toBe(state === 'succeeded');
      if (isUndone !== true) return;
      expect(steps.some(({ undo }, index) => undo !== 'nothing' && model.present[index])).toBe(false);
    }),
    { numRuns: 2000 },
  );
});

test('a cancel that comes before the last step is done never ends as a success', () => {
  fc.assert(
    fc.property(anySteps, fc.nat({ max: 12 }), (steps, turnsBefore) => {
      const model = modelAfter(
        steps,
        Array.from({ length: turnsBefore }, () => ({ do: 'work', fate: 'well' }) as const),
      );
      const wasOpen = model.run.steps.some(({ state }) => state === 'pending');
      model.turn({ do: 'cancel' });
      model.toEnd();
      expect(model.run.state).toBe(wasOpen ? 'cancelled' : 'succeeded');
    }),
  );
});

test('what cannot happen in a state is refused', () => {
  const run = new Model([{ state: 'pending', effect: 'blind', undo: 'nothing' }]).run;
  expect(() => transition(run, { type: 'done', step: 0, phase: 'effect' })).toThrow('queued');
  const running = transition(run, { type: 'claimed' });
  expect(() => transition(running, { type: 'done', step: 0, phase: 'effect' })).toThrow('pending');
  expect(() => transition(running, { type: 'resolved', answer: 'done' })).toThrow('running');
});
