import type { Search } from '../../../web/feature.ts';
import { StackStates } from './states.ts';

/** What of the list is shown. */
export type Filter = { search?: string | undefined; state?: (typeof StackStates)[number] | undefined };

/** Reads the words of the address; what is not valid is left out. */
export function readFilter({ search, state }: Search): Filter {
  return { search: search === '' ? undefined : search?.slice(0, 100), state: readState(state) };
}

/** A state by its word. */
export function readState(word: string | undefined): Filter['state'] {
  return StackStates.find((state) => state === word);
}

/** What of a stack's page is open. */
export type Place = { run?: string | undefined; file?: string | undefined };

/** See {@link Place}. */
export function readPlace({ run, file }: Search): Place {
  const isId = /^[0-9a-f-]{36}$/.test(run ?? '');
  return { run: isId ? run : undefined, file: file === '' ? undefined : file };
}
