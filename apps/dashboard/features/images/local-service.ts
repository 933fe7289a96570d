import type { Page } from '@nebula/contract';
import { pageWindow } from '@nebula/contract';
import type { Docker } from '@nebula/docker';
import { AppError, DriverError } from '@nebula/errors';
import { type Journal, startRun } from '@nebula/journal';
import type { Change, Context } from '@nebula/runtime';
import { type Image, type ImageDetail, type ImageTotals, images } from './contract.ts';
import { namesOf } from './holders.ts';
import { type ImageFilter, imagesOf, isWanted, placeOf, totalsOf } from './local.ts';
import { parseReference } from './reference.ts';
import { kinds } from './runs.ts';
import { lostImages } from './store.ts';

interface Deps {
  docker: Docker;
  journal: Journal;
  hostId: string;
}

type Started = { runId: string };

/** The verbs about images that lie on the machine; see README. */
export function createLocalImages({ docker, journal, hostId }: Deps) {
  let lastTotals: ImageTotals | null = null;

  async function all(context: Pick<Context, 'sql' | 'signal'>): Promise<Image[]> {
    return await asking(async () => {
      const [rows, holdings, lost] = await Promise.all([
        docker.images(context.signal),
        docker.holdings(context.signal),
        lostImages(context.sql, hostId),
      ]);
      const images = imagesOf(rows, holdings, (id) => lost.has(id), hostId);
      lastTotals = totalsOf(images);
      return images;
    });
  }

  async function find(context: Context, id: string): Promise<Image> {
    const found = (await all(context)).find((image) => image.id === id);
    if (found === undefined) throw gone();
    return found;
  }

  const start = (context: Context, change: Change, kind: string, input: object) =>
    startRun(journal, context, change, kind, { ...input, hostId });

  return {
    /** What images took when they were looked at last; null before. */
    lastTotals: () => lastTotals,

    /** Looks at all images, for {@link lastTotals}. */
    async look(context: Pick<Context, 'sql' | 'signal'>): Promise<void> {
      await all(context);
    },

    /** Images by name; the cursor is the place of the last one. */
    async list(
      context: Context,
      { limit, cursor, ...filter }: ImageFilter & { limit: number; cursor?: string | undefined },
    ): Promise<Page<Image> & { totals: ImageTotals }> {
      const rows = await all(context);
      const after = cursor === undefined ? '' : Buffer.from(cursor, 'base64url').toString('utf8');
      const wanted = rows.filter((image) => placeOf(image) > after && isWanted(image, filter));
      const page = pageWindow(wanted.slice(0, limit + 1), limit, (image) =>
        Buffer.from(placeOf(image)).toString('base64url'),
      );
      return { ...page, totals: totalsOf(rows) };
    },

    async get(context: Context, id: string): Promise<ImageDetail> {
      const image = await find(context, id);
      const found = await asking(() => docker.describeImage(id, context.signal));
      if (found === null) throw gone();
      const { os, architecture, createdAt, layers, ...more } = found;
      return {
        ...{ ...more, ...image },
        builtAt: createdAt?.toISOString() ?? null,
        platform: [os, architecture].filter((part) => part !== '').join('/'),
        layers: layers.map((layer) => ({ ...layer, createdAt: layer.createdAt.toISOString() })),
      };
    },

    async pull(context: Context, image: string): Promise<Started> {
      const target = { type: 'image-name', id: image, name: image, hostId };
      return await context.write(images.actions.pull, target, (change) =>
        start(context, change, kinds.pull, { image }),
      );
    },

    /** Refused with NAME_TAKEN where the name is that of another image, which would lose it. */
    async tag(context: Context, id: string, name: string): Promise<Started> {
      const image = await find(context, id);
      const reference = parseReference(name);
      if (reference === null || reference.digest !== null) throw badName();
      const other = await asking(() => docker.image(name, context.signal));
      return await context.write(images.actions.tag, targetOf(image), async (change) => {
        if (other !== null && other.id !== id) throw nameTaken(name);
        const { tag } = reference;
        const repository = name.endsWith(`:${tag}`) ? name.slice(0, -tag.length - 1) : name;
        change.record({ before: { tags: image.tags }, after: { tags: [...image.tags, name] } });
        return await start(context, change, kinds.tag, { id, name: image.name, repository, tag });
      });
    },

    /** Refused while a container uses it, and where it is the only copy unless its name was repeated. */
    async remove(context: Context, id: string, repeated: string): Promise<Started> {
      const image = await find(context, id);
      const action = images.actions[image.isOnlyCopy ? 'remove-only-copy' : 'remove'];
      return await context.write(action, targetOf(image), async (change) => {
        refuseUsed([image]);
        if (image.isOnlyCopy && repeated !== image.name) throw nameDiffers(image);
        change.record({ before: { tags: image.tags, digests: image.digests } });
        return await start(context, change, kinds.remove, { images: [{ id, name: image.name }] });
      });
    },

    /** Removes exactly the images that were named; none when one of them is used or the only copy. */
    async removeUnused(context: Context, ids: readonly string[]): Promise<Started> {
      const known = new Map((await all(context)).map((image) => [image.id, image]));
      const chosen = [...new Set(ids)].map((id) => {
        const image = known.get(id);
        if (image === undefined) throw gone();
        return image;
      });
      const target = { type: 'images', id: 'unused', name: `${chosen.length} images`, hostId };
      return await context.write(images.actions['remove-unused'], target, async (change) => {
        refuseUsed(chosen);
        const only = chosen.find(({ isOnlyCopy }) => isOnlyCopy);
        if (only !== undefined) throw onlyCopy(only);
        change.record({ before: chosen.map(({ tags, digests }) => ({ tags, digests })) });
        const doomed = chosen.map(({ id, name }) => ({ id, name }));
        return await start(context, change, kinds.removeSeveral, { images: doomed });
      });
    },
  };
}

/** What the engine or the broker before it said, as callers get it. */
export async function asking<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof DriverError)) throw error;
    if (error.kind === 'unavailable')
      throw new AppError('UNAVAILABLE', error.message, { cause: error, retryAfterSeconds: 5 });
    throw new AppError('UPSTREAM_REJECTED', error.message, { cause: error });
  }
}

function targetOf({ id, name, hostId }: Image) {
  return { type: 'image', id, name, hostId };
}

function refuseUsed(chosen: readonly Image[]): void {
  const used = chosen.find(({ usedBy }) => usedBy.length > 0);
  if (used !== undefined)
    throw new AppError(
      'IN_USE',
      `${used.name} is used by ${namesOf(used.usedBy)}; remove what uses it first.`,
    );
}

function gone(): AppError {
  return new AppError('NOT_FOUND', 'There is no such image any more.');
}

function badName(): AppError {
  const message = 'A name is written such as my/app:stable, without a digest.';
  return new AppError('BAD_INPUT', message, { fields: [{ path: 'body.name', message }] });
}

function nameTaken(name: string): AppError {
  const message = `${name} is the name of another image, which would lose it.`;
  return new AppError('NAME_TAKEN', message, { fields: [{ path: 'body.name', message }] });
}

function nameDiffers({ name }: Image): AppError {
  const message = `No registry is known to have this image. Repeat its name to remove it for good: ${name}`;
  return new AppError('NAME_DIFFERS', message, { fields: [{ path: 'body.name', message }] });
}

function onlyCopy({ name }: Image): AppError {
  const message = `${name} is the only copy, as far as is known; remove it by itself, with its name typed.`;
  return new AppError('ONLY_COPY', message);
}
