import type { Page } from '@nebula/contract';
import type { Docker } from '@nebula/docker';
import { AppError, DriverError } from '@nebula/errors';
import { type Journal, startRun } from '@nebula/journal';
import type { Context } from '@nebula/runtime';
import type { z } from 'zod';
import { type ActVerb, kindOf } from './act.ts';
import { bulkKind, outcomesOf } from './bulk.ts';
import {
  type BulkOutcome,
  type BulkVerb,
  type Container,
  type ContainerDetail,
  containers,
  type EngineStatus,
  type Usage,
  type Variable,
} from './contract.ts';
import { detailOf } from './detail.ts';
import type { Inventory } from './inventory.ts';
import { createPages, type ListQuery, pageOfContainers } from './listing.ts';
import { removeKind } from './remove.ts';
import { renameKind } from './rename.ts';
import type { Sampler } from './sampler.ts';
import { maskDescription, variableOf } from './secrets.ts';

interface Deps {
  docker: Docker;
  inventory: Inventory;
  sampler: Sampler;
  journal: Journal;
}

type Started = { runId: string };
type WithUsage = Container & { usage: Usage | null };

/** The verbs of containers; see README. */
export function createContainers({ docker, inventory, sampler, journal }: Deps) {
  const pages = createPages();

  function find(id: string): Container {
    refuseWhenAway(inventory.engine());
    const container = inventory.get(id);
    if (container === undefined) throw gone();
    return container;
  }

  async function asking<T>(ask: Promise<T | null>): Promise<T> {
    try {
      const found = await ask;
      if (found === null) throw gone();
      return found;
    } catch (error) {
      throw problemOf(error);
    }
  }

  const targetOf = ({ id, name, hostId }: Container) => ({ type: 'container', id, name, hostId });

  return {
    engine: (): EngineStatus => inventory.engine(),

    /** Containers in order; the cursor is the place of the last one, so a page holds when others come and go. */
    list(query: ListQuery): Page<WithUsage> {
      refuseWhenAway(inventory.engine());
      const generation = inventory.generation() + sampler.generation();
      return pages.of(generation, query, () =>
        pageOfContainers(inventory.all(), query, (id) => sampler.usage(id)),
      );
    },

    async get(context: Context, id: string): Promise<ContainerDetail> {
      const container = find(id);
      const found = await asking(docker.inspect(id, context.signal));
      const image = await docker.image(found.imageId, context.signal);
      return detailOf(container, found, image, sampler.usage(id));
    },

    async inspect(context: Context, id: string): Promise<Record<string, unknown>> {
      find(id);
      const description = await asking(docker.describe(id, context.signal));
      return Object.fromEntries(
        Object.entries(description).map(([key, value]) => [key, maskDescription(value, key)]),
      );
    },

    /** The environment with its secrets; who saw it stands in the audit before it is told. */
    async reveal(context: Context, id: string): Promise<{ environment: z.infer<typeof Variable>[] }> {
      const container = find(id);
      const { environment } = await asking(docker.inspect(id, context.signal));
      return await context.write(containers.actions.reveal, targetOf(container), async () => ({
        environment: environment.map(variableOf),
      }));
    },

    /** Starts the durable run of a verb; refused with TARGET_BUSY while another works on the container. */
    async act(
      context: Context,
      verb: ActVerb,
      id: string,
      options: { graceSeconds?: number | null; signal?: string } = {},
    ): Promise<Started> {
      const container = find(id);
      const { name, hostId } = container;
      const { graceSeconds = null, signal = 'SIGKILL' } = options;
      return await context.write(containers.actions[verb], targetOf(container), (change) =>
        startRun(journal, context, change, kindOf(verb), { id, name, hostId, graceSeconds, signal }),
      );
    },

    async rename(context: Context, id: string, newName: string): Promise<Started> {
      const container = find(id);
      const { name, hostId } = container;
      return await context.write(containers.actions.rename, targetOf(container), async (change) => {
        if (inventory.all().some((other) => other.name === newName)) throw nameTaken(newName);
        change.record({ before: { name }, after: { name: newName } });
        return await startRun(journal, context, change, renameKind, { id, name, hostId, newName });
      });
    },

    /** Removes a container whose name was repeated, and those of its volumes that were named. */
    async remove(
      context: Context,
      id: string,
      asked: { name: string; isForced: boolean; volumes: string[] },
    ): Promise<Started> {
      const container = find(id);
      const { name, hostId } = container;
      const found = await asking(docker.inspect(id, context.signal));
      const action = containers.actions[asked.volumes.length === 0 ? 'remove' : 'remove-volumes'];
      return await context.write(action, targetOf(container), async (change) => {
        if (asked.name !== name) throw nameDiffers('body.name', `The container is called ${name}.`);
        const own = new Set(found.mounts.flatMap((mount) => mount.name ?? []));
        const foreign = asked.volumes.find((volume) => !own.has(volume));
        if (foreign !== undefined)
          throw nameDiffers('body.volumes', `${foreign} is not a volume of ${name}, so nothing was removed.`);
        change.record({ before: { name, image: container.image }, after: { volumes: asked.volumes } });
        const volumes = [...new Set(asked.volumes)];
        const { isForced } = asked;
        const by = context.actor.name;
        return await startRun(journal, context, change, removeKind, {
          id,
          name,
          hostId,
          isForced,
          volumes,
          by,
        });
      });
    },

    /** Starts one run about several containers. To remove them their names are repeated. */
    async bulk(
      context: Context,
      { verb, ids, names }: { verb: BulkVerb; ids: string[]; names: string[] },
    ): Promise<Started> {
      const chosen = [...new Set(ids)].map(find);
      const target = { type: 'containers', id: 'several', name: `${chosen.length} containers` };
      return await context.write(containers.actions.bulk, target, async (change) => {
        const differs = verb === 'remove' && ids.some((id, at) => inventory.get(id)?.name !== names[at]);
        if (differs) throw nameDiffers('body.names', 'Repeat the names of the containers in the same order.');
        change.record({ after: { verb, containers: chosen.map(({ name }) => name) } });
        return await startRun(journal, context, change, bulkKind, {
          hostId: 'local',
          verb,
          containers: chosen.map(({ id, name }) => ({ id, name })),
        });
      });
    },

    async bulkOutcome(context: Context, runId: string): Promise<{ verb: BulkVerb; outcomes: BulkOutcome[] }> {
      const run = await journal.get(context.sql, runId);
      if (run === null || run.kind !== bulkKind)
        throw new AppError('NOT_FOUND', 'There is no such run about several containers.');
      return outcomesOf(run);
    },
  };
}

/** Throws UNAVAILABLE with what is wrong while the engine does not answer. */
export function refuseWhenAway(engine: EngineStatus): void {
  if (!engine.isReachable) throw new AppError('UNAVAILABLE', engine.detail, { retryAfterSeconds: 5 });
}

/** What the engine or the broker before it said, as callers get it. */
export function problemOf(error: unknown): unknown {
  if (!(error instanceof DriverError)) return error;
  if (error.kind === 'unavailable')
    return new AppError('UNAVAILABLE', error.message, { cause: error, retryAfterSeconds: 5 });
  return new AppError('UPSTREAM_REJECTED', error.message, { cause: error });
}

/** A name that a container has already. */
export function nameTaken(name: string): AppError {
  const message = `There is a container called ${name} already.`;
  return new AppError('NAME_TAKEN', message, { fields: [{ path: 'body.name', message }] });
}

function gone(): AppError {
  return new AppError('NOT_FOUND', 'There is no such container any more.');
}

function nameDiffers(path: string, message: string): AppError {
  return new AppError('NAME_DIFFERS', message, { fields: [{ path, message }] });
}
