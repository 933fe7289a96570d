import { slot } from '@nebula/exec';
import { defineRun, type RunDefinition, type Step } from '@nebula/journal';
import { z } from 'zod';
import { StackName } from './contract-shapes.ts';
import { composeStep, heldContainers, type RunKit } from './run-kit.ts';

/** Verbs that need no file: compose finds the containers by their labels. */
export const actVerbs = ['start', 'stop', 'restart', 'down'] as const;
export type ActVerb = (typeof actVerbs)[number];

const Input = z.object({
  hostId: z.string(),
  name: StackName,
  services: z.array(z.string()).default([]),
  containerIds: z.array(z.string()).default([]),
});
type Input = z.infer<typeof Input>;
type Results = { act: null };

/** `down` has no `--volumes` here: data goes only when a person typed its name. */
const words: Record<ActVerb, { title: string; step: string; args: string[]; back: ActVerb | null }> = {
  start: { title: 'Start stack', step: 'Start its containers', args: ['start'], back: null },
  stop: { title: 'Stop stack', step: 'Stop its containers', args: ['stop'], back: 'start' },
  restart: { title: 'Restart stack', step: 'Restart its containers', args: ['restart'], back: null },
  down: {
    title: 'Take stack down',
    step: 'Stop and remove its containers and networks',
    args: ['down', '--remove-orphans'],
    back: null,
  },
};

/** Kind of the run behind a verb. */
export const kindOf = (verb: ActVerb) => `stacks.${verb}`;

/** The durable runs behind them; each may be done again without harm, also after the engine died in the middle. */
export function actRuns(kit: RunKit): RunDefinition[] {
  return actVerbs.map((verb) => {
    const { title, step, args, back } = words[verb];
    const act: Step<Input, Results> = {
      name: 'act',
      title: step,
      effect: 'idempotent',
      timeout: '30m',
      retry: { max: 8, backoff: '1s' },
      plan: async ({ input }) => [{ kind: verb, target: input.name, before: null, after: null }],
      run: async (context) => {
        const { name, services } = context.input;
        await composeStep(kit, context, { name }, [...args, ...services.map(slot)]);
        return null;
      },
      undo:
        back === null
          ? null
          : {
              effect: 'idempotent',
              run: async (context) => {
                const { name, services } = context.input;
                await composeStep(kit, context, { name }, [...words[back].args, ...services.map(slot)]);
              },
            },
    };
    return defineRun<Input, Results>({
      kind: kindOf(verb),
      title,
      parse: (input) => Input.parse(input),
      target: ({ name, hostId }) => ({ type: 'stack', id: name, name, hostId }),
      also: heldContainers,
      onConflict: 'refuse',
      cancellable: true,
      steps: () => [act],
    });
  });
}
