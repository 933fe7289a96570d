import { type Clock, duration } from '@nebula/clock';
import { perform, sleepUnless } from './perform.ts';
import type { Observation, Step } from './step.ts';
import { isRetryable } from './problem.ts';

/** What looking at an effect found; `stopped` when the process stops first. */
export type Seen = { kind: 'done'; result: unknown } | { kind: 'not-done' | 'unknown' | 'stopped' };

/**
 * Asks whether an effect happened. While the part that must be asked is away it asks again, for the step's timeout in all;
 * what then cannot be found out is unknown.
 */
export async function lookAt(
  observe: (signal: AbortSignal) => Promise<Observation>,
  options: {
    step: Pick<Step, 'title' | 'timeout'>;
    clock: Clock;
    stop: AbortSignal;
    onError: (error: unknown) => void;
  },
): Promise<Seen> {
  const { step, clock, stop, onError } = options;
  const patience = Math.max(duration(step.timeout), 10_000);
  let waitMs = 500;
  for (let waited = 0; ; waited += waitMs, waitMs = Math.min(10_000, waitMs * 2)) {
    const outcome = await perform(observe, { ...step, clock, interruptions: { stop } });
    if (outcome.kind === 'done') return seen(outcome.result);
    if (stop.aborted) return { kind: 'stopped' };
    if (outcome.kind === 'failed') onError(outcome.error);
    if (outcome.kind !== 'failed' || !isRetryable(outcome.error) || waited >= patience)
      return { kind: 'unknown' };
    await sleepUnless(stop, clock, waitMs);
    if (stop.aborted) return { kind: 'stopped' };
  }
}

function seen(answer: unknown): Seen {
  if (answer === 'done') return { kind: 'done', result: undefined };
  if (answer === 'not-done') return { kind: 'not-done' };
  if (typeof answer === 'object' && answer !== null && 'done' in answer)
    return { kind: 'done', result: answer.done };
  return { kind: 'unknown' };
}
