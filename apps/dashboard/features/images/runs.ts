import type { Database } from '@nebula/db';
import type { Docker } from '@nebula/docker';
import { AppError, DriverError } from '@nebula/errors';
import { defineRun, type RunDefinition, type Step } from '@nebula/journal';
import type { Vault } from '@nebula/vault';
import { z } from 'zod';
import { ImageId, ImageReference } from './contract.ts';
import { credentialsFor } from './credentials.ts';

/** Kinds of the runs about images. */
export const kinds = {
  pull: 'images.pull',
  tag: 'images.tag',
  remove: 'images.remove',
  removeSeveral: 'images.remove-unused',
} as const;

interface RunParts {
  docker: Docker;
  database: Database;
  vault: Vault;
}

const retry = { max: 5, backoff: '1s' } as const;
const PullInput = z.object({ image: ImageReference, hostId: z.string() });
type PullInput = z.infer<typeof PullInput>;
const TagInput = z.object({
  id: ImageId,
  name: z.string(),
  repository: z.string(),
  tag: z.string(),
  hostId: z.string(),
});
type TagInput = z.infer<typeof TagInput>;
const Doomed = z.object({ id: ImageId, name: z.string() });
type Doomed = z.infer<typeof Doomed>;
const RemoveInput = z.object({ images: z.array(Doomed).min(1), hostId: z.string() });
type RemoveInput = z.infer<typeof RemoveInput>;
type Removed = { [one: `image-${number}`]: null };

/** Runs that fetch, name and remove images. */
export function imageRuns(parts: RunParts): RunDefinition[] {
  return [
    pullRun(parts),
    tagRun(parts.docker),
    removeRun(parts.docker, kinds.remove),
    removeRun(parts.docker, kinds.removeSeveral),
  ];
}

function pullRun({ docker, database, vault }: RunParts): RunDefinition {
  return defineRun<PullInput, { fetch: { id: string } }>({
    kind: kinds.pull,
    title: 'Fetch image',
    parse: (input) => PullInput.parse(input),
    target: ({ image, hostId }) => ({ type: 'image-name', id: image, name: image, hostId }),
    onConflict: 'refuse',
    cancellable: true,
    steps: () => [
      {
        name: 'fetch',
        title: 'Fetch the image from its registry',
        // What is there already is not fetched again.
        effect: 'idempotent',
        timeout: '1h',
        retry,
        plan: async ({ input }) => [{ kind: 'pull', target: input.image, before: null, after: null }],
        async run({ input, signal, progress }) {
          const credentials = await credentialsFor(database.sql, vault, input.image);
          await docker.pull(input.image, {
            credentials,
            signal,
            onProgress: ({ fraction, message }) => progress(fraction, message),
          });
          return { id: (await docker.image(input.image, signal))?.id ?? '' };
        },
      },
    ],
  });
}

function tagRun(docker: Docker): RunDefinition {
  const isNamed = async ({ id, repository, tag }: TagInput, signal: AbortSignal) =>
    (await docker.image(`${repository}:${tag}`, signal))?.id === id;
  return defineRun<TagInput, { tag: null }>({
    kind: kinds.tag,
    title: 'Name image',
    parse: (input) => TagInput.parse(input),
    target: ({ id, name, hostId }) => ({ type: 'image', id, name, hostId }),
    onConflict: 'refuse',
    cancellable: true,
    steps: ({ repository, tag }) => [
      {
        name: 'tag',
        title: `Call it ${repository}:${tag}`,
        effect: 'observable',
        timeout: '1m',
        retry,
        plan: async ({ input }) => [
          { kind: 'tag', target: input.name, before: null, after: `${repository}:${tag}` },
        ],
        observe: async ({ input, signal }) => ((await isNamed(input, signal)) ? { done: null } : 'not-done'),
        async run({ input, signal }) {
          await docker.tagImage(input.id, repository, tag, signal);
          return null;
        },
        undo: {
          effect: 'idempotent',
          async run({ input, signal }) {
            if (await isNamed(input, signal)) await docker.removeImage(`${repository}:${tag}`, signal);
          },
        },
      },
    ],
  });
}

/** Removes images, one step each; one that fails ends the run, those before it are gone. */
function removeRun(docker: Docker, kind: string): RunDefinition {
  return defineRun<RemoveInput, Removed>({
    kind,
    title: kind === kinds.remove ? 'Remove image' : 'Remove unused images',
    parse: (input) => RemoveInput.parse(input),
    target: ({ images: [first, ...more], hostId }) =>
      first !== undefined && more.length === 0
        ? { type: 'image', id: first.id, name: first.name, hostId }
        : { type: 'images', id: 'unused', name: `${more.length + 1} images`, hostId },
    onConflict: 'refuse',
    cancellable: true,
    steps: ({ images }) => images.map((image, at) => removeStep(docker, image, at)),
  });
}

function removeStep(docker: Docker, { id, name }: Doomed, at: number): Step<RemoveInput, Removed> {
  return {
    name: `image-${at}`,
    title: `Remove ${name}`,
    effect: 'observable',
    timeout: '10m',
    retry,
    undo: null,
    plan: async () => [{ kind: 'remove-image', target: name, before: null, after: null }],
    observe: async ({ signal }) => ((await docker.image(id, signal)) === null ? { done: null } : 'not-done'),
    async run({ signal }) {
      await refuseUsed(docker, id, name, signal);
      await removeWhole(docker, id, signal);
      return null;
    },
  };
}

/** Somebody may have begun to use it since it was looked at; the engine would take names away before it noticed. */
async function refuseUsed(docker: Docker, id: string, name: string, signal: AbortSignal): Promise<void> {
  const holder = (await docker.holdings(signal)).find(({ imageId }) => imageId === id);
  if (holder !== undefined)
    throw new AppError('IN_USE', `${name} is used by ${holder.name}, so it was left alone.`);
}

/** The engine takes away one name at a time, and the image with the last. */
async function removeWhole(docker: Docker, id: string, signal: AbortSignal): Promise<void> {
  const found = await docker.image(id, signal);
  if (found === null) return;
  for (const reference of [...found.tags, ...found.digests, id]) {
    if ((await docker.image(id, signal)) === null) return;
    try {
      await docker.removeImage(reference, signal);
    } catch (error) {
      // A digest goes with the last name of its repository.
      const isGone = error instanceof DriverError && /no such image/i.test(error.message);
      if (!isGone) throw error;
    }
  }
}
