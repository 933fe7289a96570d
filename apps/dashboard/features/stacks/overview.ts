import { type Attention, mattersOf, type OverviewPart } from '@nebula/runtime';
import { stackMatters } from './contract-matters.ts';
import type { Stack } from './contract-shapes.ts';

const matter = mattersOf('stacks', stackMatters);

/** What stacks give to the overview: those that are there only in part. */
export function stacksOverview(all: (signal: AbortSignal) => Promise<Stack[]>): OverviewPart {
  return {
    needs: 'stacks:read',
    attention: async ({ signal }) => (await all(signal)).flatMap(ofStack),
  };
}

/** What of a stack needs a look: one that was stopped on purpose does not. */
export function ofStack({ name, state, services, running }: Stack): Attention[] {
  if (state !== 'partly') return [];
  const more = { id: `stacks.partly.${name}`, severity: 'warning', path: `/stacks/${name}` } as const;
  return [matter('partly', { name, running, services }, more)];
}
