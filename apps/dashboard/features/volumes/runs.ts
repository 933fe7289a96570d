import type { Docker } from '@nebula/docker';
import { AppError } from '@nebula/errors';
import { defineRun, type RunDefinition } from '@nebula/journal';
import { z } from 'zod';

/** Kinds of the runs about volumes. */
export const kinds = { create: 'volumes.create', remove: 'volumes.remove' } as const;

const retry = { max: 5, backoff: '1s' } as const;
const Named = z.object({ name: z.string(), hostId: z.string() });
const CreateInput = Named.extend({ labels: z.record(z.string(), z.string()) });
type CreateInput = z.infer<typeof CreateInput>;
const RemoveInput = Named.extend({
  /** Who asked, for the grant. */
  by: z.string(),
});
type RemoveInput = z.infer<typeof RemoveInput>;

const targetOf = ({ name, hostId }: z.infer<typeof Named>) => ({ type: 'volume', id: name, name, hostId });

/** Runs that make and remove volumes. */
export function volumeRuns({ docker }: { docker: Docker }): RunDefinition[] {
  return [createRun(docker), removeRun(docker)];
}

function createRun(docker: Docker): RunDefinition {
  return defineRun<CreateInput, { create: null }>({
    kind: kinds.create,
    title: 'Make volume',
    parse: (input) => CreateInput.parse(input),
    target: targetOf,
    onConflict: 'refuse',
    cancellable: false,
    steps: () => [
      {
        name: 'create',
        title: 'Make the volume',
        // The engine leaves one of that name as it is.
        effect: 'idempotent',
        timeout: '1m',
        retry,
        // An empty volume that is left behind harms nothing; one that has data by now must stay.
        undo: null,
        plan: async ({ input }) => [
          { kind: 'create', target: input.name, before: null, after: input.labels },
        ],
        async run({ input, signal }) {
          await docker.createVolume({ name: input.name, labels: input.labels }, signal);
          return null;
        },
      },
    ],
  });
}

/** Removes a volume whose name was typed; nothing brings its data back. */
function removeRun(docker: Docker): RunDefinition {
  return defineRun<RemoveInput, { remove: null }>({
    kind: kinds.remove,
    title: 'Remove volume',
    parse: (input) => RemoveInput.parse(input),
    target: targetOf,
    onConflict: 'refuse',
    cancellable: true,
    steps: () => [
      {
        name: 'remove',
        title: 'Remove the volume with its data',
        effect: 'observable',
        timeout: '5m',
        retry,
        undo: null,
        plan: async ({ input }) => [{ kind: 'remove-volume', target: input.name, before: null, after: null }],
        observe: async ({ input, signal }) =>
          (await isThere(docker, input.name, signal)) ? 'not-done' : { done: null },
        async run({ input, signal }) {
          if (!(await isThere(docker, input.name, signal))) return null;
          const holder = (await docker.holdings(signal)).find(({ volumes }) => volumes.includes(input.name));
          if (holder !== undefined)
            throw new AppError('IN_USE', `${input.name} is used by ${holder.name}, so it was left alone.`);
          await docker.removeVolume(
            input.name,
            { actor: input.by, reason: 'removed, its name typed' },
            signal,
          );
          return null;
        },
      },
    ],
  });
}

async function isThere(docker: Docker, name: string, signal: AbortSignal): Promise<boolean> {
  return (await docker.volumes(signal)).some((volume) => volume.name === name);
}
