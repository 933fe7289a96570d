import type { Attention, OverviewPart } from '@nebula/runtime';
import type { Stack } from './contract-shapes.ts';

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
  const sentence = `Stack ${name} runs only in part: ${running} of ${services} services are up.`;
  return [{ id: `stacks.partly.${name}`, severity: 'warning', sentence, path: `/stacks/${name}` }];
}
