import type { Docker } from '@nebula/docker';
import { defineRun, type RunDefinition } from '@nebula/journal';
import { z } from 'zod';
import { ContainerId, ContainerName } from './contract.ts';
import { find } from './settle.ts';

/** Kind of the run behind *Rename*. */
export const renameKind = 'containers.rename';

const Input = z.object({ id: ContainerId, name: z.string(), hostId: z.string(), newName: ContainerName });
type Input = z.infer<typeof Input>;

/** Gives a container another name; the name it had is in the input, so it can be given back. */
export function renameRun(docker: Docker): RunDefinition {
  const isCalled = async (id: string, name: string, signal: AbortSignal) =>
    (await find(docker, id, signal)).name === name;
  return defineRun<Input, { rename: null }>({
    kind: renameKind,
    title: 'Rename container',
    parse: (input) => Input.parse(input),
    target: ({ id, name, hostId }) => ({ type: 'container', id, name, hostId }),
    onConflict: 'refuse',
    cancellable: true,
    steps: () => [
      {
        name: 'rename',
        title: 'Give it the new name',
        effect: 'observable',
        timeout: '1m',
        retry: { max: 5, backoff: '1s' },
        plan: async ({ input }) => [
          { kind: 'rename', target: input.name, before: input.name, after: input.newName },
        ],
        observe: async ({ input, signal }) =>
          (await isCalled(input.id, input.newName, signal)) ? { done: null } : 'not-done',
        run: async ({ input, signal }) => {
          await docker.rename(input.id, input.newName, signal);
          return null;
        },
        undo: {
          effect: 'idempotent',
          run: async ({ input, signal }) => {
            if (await isCalled(input.id, input.newName, signal))
              await docker.rename(input.id, input.name, signal);
          },
        },
      },
    ],
  });
}
