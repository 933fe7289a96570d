import type { Search } from '../../../web/feature.ts';
import type { RunState } from '../contract.ts';

/** What a list of runs is narrowed to. */
export type RunFilter = { state?: RunState | undefined; targetId?: string | undefined };

/** Takes the filter from the address; what is not valid is left out. */
export function readRunFilter({ state, targetId }: Search): RunFilter {
  return { state: readRunState(state), targetId: targetId === '' ? undefined : targetId?.slice(0, 200) };
}

/** Takes a state from words that may be anything. */
export function readRunState(word: string | undefined): RunState | undefined {
  return states.find((state) => state === word);
}

const states: readonly RunState[] = [
  'queued',
  'running',
  'cancelling',
  'undoing',
  'succeeded',
  'failed',
  'cancelled',
  'unknown',
];
