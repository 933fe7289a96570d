import { type Page, pageWindow } from '@nebula/contract';
import type { Docker } from '@nebula/docker';
import { AppError } from '@nebula/errors';
import { type Journal, startRun } from '@nebula/journal';
import type { Context } from '@nebula/runtime';
import { asking, namesOf } from '../images/index.ts';
import { type Volume, type VolumeDetail, type VolumeSizes, volumes } from './contract.ts';
import { isWanted, type VolumeFilter, volumesOf } from './listing.ts';
import { kinds } from './runs.ts';
import type { Sizes } from './sizes.ts';

interface Deps {
  docker: Docker;
  journal: Journal;
  sizes: Sizes;
  hostId: string;
}

type Started = { runId: string };

const keptMs = 600_000;
/** People who ask for a new count get none that was made for somebody else a moment ago. */
const freshMs = 2000;

/** The verbs of volumes; see README. */
export function createVolumes({ docker, journal, sizes, hostId }: Deps) {
  async function all(context: Context): Promise<VolumeDetail[]> {
    return await asking(async () => {
      const [rows, holdings] = await Promise.all([
        docker.volumes(context.signal),
        docker.holdings(context.signal),
      ]);
      const counted = sizes.last()?.bytes;
      return volumesOf(rows, holdings, (name) => counted?.get(name) ?? null, hostId);
    });
  }

  async function find(context: Context, name: string): Promise<VolumeDetail> {
    const found = (await all(context)).find((volume) => volume.name === name);
    if (found === undefined) throw new AppError('NOT_FOUND', 'There is no such volume any more.');
    return found;
  }

  const targetOf = (name: string) => ({ type: 'volume', id: name, name, hostId });

  return {
    /** Volumes by name; the cursor is the last name. */
    async list(
      context: Context,
      { limit, cursor = '', ...filter }: VolumeFilter & { limit: number; cursor?: string | undefined },
    ): Promise<Page<Volume> & { countedAt: string | null }> {
      const rows = (await all(context)).filter((volume) => volume.name > cursor && isWanted(volume, filter));
      const page = pageWindow(rows.slice(0, limit + 1), limit, ({ name }) => name);
      const items = page.items.map(
        ({ mountPoint: _place, labels: _labels, options: _options, ...row }) => row,
      );
      return { items, next: page.next, countedAt: sizes.last()?.at.toISOString() ?? null };
    },

    get: (context: Context, name: string): Promise<VolumeDetail> => find(context, name),

    async sizes(isFresh: boolean): Promise<VolumeSizes> {
      const { at, bytes } = await asking(() => sizes.count(isFresh ? freshMs : keptMs));
      return {
        countedAt: at.toISOString(),
        items: [...bytes].map(([name, size]) => ({ name, bytes: size })),
      };
    },

    async create(
      context: Context,
      { name, labels }: { name: string; labels: Record<string, string> },
    ): Promise<Started> {
      const isTaken = (await all(context)).some((volume) => volume.name === name);
      return await context.write(volumes.actions.create, targetOf(name), async (change) => {
        if (isTaken) throw nameTaken(name);
        change.record({ after: { labels } });
        return await startRun(journal, context, change, kinds.create, { name, labels, hostId });
      });
    },

    /** Refused while a container uses it, running or not, and unless its name was repeated. */
    async remove(context: Context, name: string, repeated: string): Promise<Started> {
      const volume = await find(context, name);
      return await context.write(volumes.actions.remove, targetOf(name), async (change) => {
        if (volume.usedBy.length > 0) {
          throw new AppError(
            'IN_USE',
            `${name} is used by ${namesOf(volume.usedBy)}; remove what uses it first.`,
          );
        }
        if (repeated !== name) throw nameDiffers(name);
        change.record({ before: { driver: volume.driver, labels: volume.labels, options: volume.options } });
        return await startRun(journal, context, change, kinds.remove, {
          name,
          hostId,
          by: context.actor.name,
        });
      });
    },
  };
}

function nameTaken(name: string): AppError {
  const message = `There is a volume called ${name} already.`;
  return new AppError('NAME_TAKEN', message, { fields: [{ path: 'body.name', message }] });
}

function nameDiffers(name: string): AppError {
  const message = `Repeat the name to remove the volume with all its data: ${name}`;
  return new AppError('NAME_DIFFERS', message, { fields: [{ path: 'body.name', message }] });
}
