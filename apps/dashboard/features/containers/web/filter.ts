import type { Search } from '../../../web/feature.ts';
import type { ContainerState } from '../contract.ts';

/** What the list of containers is narrowed to. */
export type Filter = { search?: string | undefined; state?: ContainerState | undefined };

/** Takes the filter from the address; what is not valid is left out. */
export function readFilter({ search, state }: Search): Filter {
  return { search: search === '' ? undefined : search?.slice(0, 100), state: readState(state) };
}

/** Takes a state from words that may be anything. */
export function readState(word: string | undefined): ContainerState | undefined {
  return states.find((state) => state === word);
}

const states: readonly ContainerState[] = [
  'created',
  'running',
  'paused',
  'restarting',
  'removing',
  'exited',
  'dead',
];
