import type { Docker } from '@nebula/docker';
import { AppError } from '@nebula/errors';
import { defineRun, type RunDefinition, type Step } from '@nebula/journal';
import { z } from 'zod';
import { ContainerId } from './contract.ts';

/** Kind of the run behind *Remove*. */
export const removeKind = 'containers.remove';

const Input = z.object({
  id: ContainerId,
  name: z.string(),
  hostId: z.string(),
  isForced: z.boolean(),
  volumes: z.array(z.string()),
  /** Who asked, for the grant of each volume. */
  by: z.string(),
});
type Input = z.infer<typeof Input>;
type Results = { remove: null; [volume: `volume-${number}`]: null };

/**
 * Removes a container and then, one step each, the volumes that a person named. Neither can be undone: what a container wrote
 * outside volumes goes with it.
 */
export function removeRun(docker: Docker): RunDefinition {
  return defineRun<Input, Results>({
    kind: removeKind,
    title: 'Remove container',
    parse: (input) => Input.parse(input),
    target: ({ id, name, hostId }) => ({ type: 'container', id, name, hostId }),
    onConflict: 'refuse',
    cancellable: true,
    steps: ({ volumes }) => [
      {
        name: 'remove',
        title: 'Remove the container; its volumes stay',
        effect: 'observable',
        timeout: '3m',
        retry: { max: 5, backoff: '1s' },
        undo: null,
        plan: async ({ input }) => [{ kind: 'remove', target: input.name, before: null, after: null }],
        observe: async ({ input, signal }) =>
          (await docker.inspect(input.id, signal)) === null ? { done: null } : 'not-done',
        run: async ({ input, signal }) => {
          const found = await docker.inspect(input.id, signal);
          if (found === null) return null;
          // Renamed since the person typed the name: then it is not what they meant.
          if (found.name !== input.name)
            throw new AppError(
              'NAME_DIFFERS',
              `The container is now called ${found.name}, so it was left alone.`,
            );
          await docker.remove(input.id, input.isForced, signal);
          return null;
        },
      },
      ...volumes.map((name, at) => volumeStep(docker, name, at)),
    ],
  });
}

function volumeStep(docker: Docker, name: string, at: number): Step<Input, Results> {
  return {
    name: `volume-${at}`,
    title: `Remove the volume ${name} with its data`,
    effect: 'observable',
    timeout: '5m',
    retry: { max: 5, backoff: '1s' },
    undo: null,
    plan: async () => [{ kind: 'remove-volume', target: name, before: null, after: null }],
    observe: async ({ signal }) => ((await isThere(docker, name, signal)) ? 'not-done' : { done: null }),
    run: async ({ input, signal }) => {
      const word = { actor: input.by, reason: `removed with the container ${input.name}, its name typed` };
      if (await isThere(docker, name, signal)) await docker.removeVolume(name, word, signal);
      return null;
    },
  };
}

async function isThere(docker: Docker, name: string, signal: AbortSignal): Promise<boolean> {
  return (await docker.volumes(signal)).some((volume) => volume.name === name);
}
