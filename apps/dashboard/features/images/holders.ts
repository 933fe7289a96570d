import { composeOf, type ContainerHoldings } from '@nebula/docker';
import type { Holder } from './contract.ts';

/** Containers by what they keep in use, as `keysOf` names it; by name. */
export function holdersBy(
  holdings: readonly ContainerHoldings[],
  keysOf: (holding: ContainerHoldings) => readonly string[],
): Map<string, Holder[]> {
  const found = new Map<string, Holder[]>();
  for (const holding of holdings.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    for (const key of new Set(keysOf(holding))) {
      found.set(key, [...(found.get(key) ?? []), holderOf(holding)]);
    }
  }
  return found;
}

/** What is shown of a container that uses something. */
export function holderOf({ id, name, state, labels }: ContainerHoldings): Holder {
  const isRunning = state === 'running' || state === 'paused' || state === 'restarting';
  return { id, name, project: composeOf(labels).project, isRunning };
}

/** The names of those who use something, in words. */
export function namesOf(holders: readonly Holder[]): string {
  const told = holders.slice(0, 5).map(({ name }) => name);
  return holders.length > told.length
    ? `${told.join(', ')} and ${holders.length - told.length} more`
    : told.join(', ');
}
