import type { Page } from '@nebula/contract';
import { AppError } from '@nebula/errors';
import type { Journal } from '@nebula/journal';
import type { Context } from '@nebula/runtime';
import {
  type Container,
  type ContainerState,
  containers,
  type EngineStatus,
  type Usage,
} from './contract.ts';
import type { Inventory } from './inventory.ts';
import { restartKind } from './restart.ts';
import type { Sampler } from './sampler.ts';

interface Deps {
  inventory: Inventory;
  sampler: Sampler;
  journal: Journal;
}

type WithUsage = Container & { usage: Usage | null };

/** The verbs of containers; see README. */
export function createContainers({ inventory, sampler, journal }: Deps) {
  function find(id: string): Container {
    refuseWhenAway(inventory.engine());
    const container = inventory.get(id);
    if (container === undefined) throw new AppError('NOT_FOUND', 'There is no such container any more.');
    return container;
  }

  function withUsage(container: Container): WithUsage {
    return { ...container, usage: sampler.usage(container.id) };
  }

  return {
    engine: (): EngineStatus => inventory.engine(),

    /** Containers by name; the cursor is the name and id of the last one, so a page holds when others come and go. */
    list(query: ListQuery): Page<WithUsage> {
      refuseWhenAway(inventory.engine());
      const search = query.search?.toLowerCase() ?? '';
      const after = query.cursor === undefined ? null : readCursor(query.cursor);
      const rows: Container[] = [];
      for (const container of inventory.all()) {
        if (after !== null && !isAfter(container, after)) continue;
        if (query.state !== undefined && container.state !== query.state) continue;
        if (search !== '' && !matches(container, search)) continue;
        rows.push(container);
        if (rows.length > query.limit) break;
      }
      const items = rows.slice(0, query.limit);
      const last = items.at(-1);
      const next = rows.length > query.limit && last !== undefined ? makeCursor(last) : null;
      return { items: items.map(withUsage), next };
    },

    get: (id: string): WithUsage => withUsage(find(id)),

    /** Starts a durable run that restarts a container; refused with TARGET_BUSY while another works on it. */
    async restart(context: Context, id: string): Promise<{ runId: string }> {
      const { name, hostId } = find(id);
      const target = { type: 'container', id, name, hostId };
      return await context.write(containers.actions.restart, target, async (change) => {
        const { actor, requestId } = context;
        const runId = await journal.start(
          change.sql,
          restartKind,
          { id, name, hostId },
          { actor, requestId },
        );
        change.record({ runId });
        return { runId };
      });
    },
  };
}

interface ListQuery {
  limit: number;
  cursor?: string | undefined;
  search?: string | undefined;
  state?: ContainerState | undefined;
}

interface Cursor {
  name: string;
  id: string;
}

function refuseWhenAway(engine: EngineStatus): void {
  if (!engine.isReachable) throw new AppError('UNAVAILABLE', engine.detail, { retryAfterSeconds: 5 });
}

function matches({ name, image, project }: Container, search: string): boolean {
  return [name, image, project ?? ''].some((text) => text.toLowerCase().includes(search));
}

function isAfter(container: Container, { name, id }: Cursor): boolean {
  return container.name > name || (container.name === name && container.id > id);
}

function makeCursor({ name, id }: Cursor): string {
  return Buffer.from(`${id}${name}`).toString('base64url');
}

function readCursor(text: string): Cursor {
  const decoded = Buffer.from(text, 'base64url').toString('utf8');
  const id = decoded.slice(0, 64);
  if (!/^[0-9a-f]{64}$/.test(id)) {
    const message = 'This cursor was not made by this list.';
    throw new AppError('BAD_INPUT', message, { fields: [{ path: 'query.cursor', message }] });
  }
  return { id, name: decoded.slice(64) };
}
