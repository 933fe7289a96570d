import type { Clock } from '@nebula/clock';
import { AppError, DriverError } from '@nebula/errors';
import type { Attention, Context, OverviewPart } from '@nebula/runtime';
import type { z } from 'zod';
import {
  AlertsTile,
  AuditTile,
  ContainersTile,
  JobsTile,
  type Layout,
  type Overview,
  overview,
  SystemTile,
  type TileId,
} from './contract.ts';
import { presets, readLayout, wholeLayout } from './layout.ts';
import { layoutOf, saveLayout } from './store.ts';

interface Deps {
  parts: ReadonlyMap<string, OverviewPart>;
  clock: Clock;
}

type Tile<T> = { state: 'ok'; data: T } | { state: 'failed'; detail: string } | null;

/** Longest that a feature may take; its tile then says that it was too slow. */
const patienceMs = 5000;

/** The verbs of the overview; see README. */
export function createOverview({ parts, clock }: Deps) {
  async function tileOf<T>(context: Context, id: string, schema: z.ZodType<T>): Promise<Tile<T>> {
    const part = parts.get(id);
    if (part?.tile === undefined || !context.can(part.needs)) return null;
    const { tile } = part;
    try {
      return { state: 'ok', data: schema.parse(await inTime(context, (inside) => tile(inside))) };
    } catch (error) {
      return { state: 'failed', detail: detailOf(context, error, id) };
    }
  }

  async function attentionOf(context: Context): Promise<Overview['attention']> {
    const items: Attention[] = [];
    const unasked: string[] = [];
    const asked = [...parts].map(async ([id, { needs, attention }]) => {
      if (attention === undefined || !context.can(needs)) return;
      try {
        items.push(...(await inTime(context, (inside) => attention(inside))));
      } catch (error) {
        detailOf(context, error, id);
        unasked.push(id);
      }
    });
    await Promise.all(asked);
    return { items: items.sort(gravestFirst), unasked: unasked.sort() };
  }

  async function inTime<T>(context: Context, ask: (inside: Context) => Promise<T>): Promise<T> {
    const done = new AbortController();
    const late = clock.sleep(patienceMs, done.signal).then(() => {
      throw new AppError('UNAVAILABLE', 'It takes longer than it should; the other figures are current.');
    });
    late.catch(() => undefined);
    const signal = AbortSignal.any([context.signal, done.signal]);
    try {
      return await Promise.race([ask({ ...context, signal }), late]);
    } finally {
      done.abort();
    }
  }

  async function layout(context: Context): Promise<Layout> {
    const ownerId = ownerOf(context);
    const row = ownerId === null ? undefined : await layoutOf(context.sql, ownerId);
    return row === undefined
      ? { version: 0, tiles: presets.default }
      : { version: row.version, tiles: readLayout(row.tiles) };
  }

  return {
    async get(context: Context): Promise<Overview> {
      const [attention, system, containers, alerts, jobs, audit] = await Promise.all([
        attentionOf(context),
        tileOf(context, 'system', SystemTile),
        tileOf(context, 'containers', ContainersTile),
        tileOf(context, 'alerts', AlertsTile),
        tileOf(context, 'jobs', JobsTile),
        tileOf(context, 'audit', AuditTile),
      ]);
      return { at: clock.now().toISOString(), attention, tiles: { system, containers, alerts, jobs, audit } };
    },

    layout: async (context: Context) => ({ ...(await layout(context)), presets }),

    /** Throws LAYOUT_CHANGED when another tab was quicker: the caller puts its change onto the newest layout. */
    async changeLayout(
      context: Context,
      input: { basedOn: number; order: TileId[]; hidden: TileId[] },
    ): Promise<Layout> {
      const ownerId = ownerOf(context);
      if (ownerId === null) throw new AppError('BAD_INPUT', 'Only an account or an API key has a layout.');
      const target = { type: 'layout', id: ownerId, name: 'overview' };
      return await context.write(overview.actions['change-layout'], target, async (change) => {
        const tiles = wholeLayout(input.order.map((id) => ({ id, isHidden: input.hidden.includes(id) })));
        const row = { ownerId, tiles: JSON.stringify(tiles), updatedAt: clock.now() };
        if (!(await saveLayout(change.sql, row, input.basedOn))) {
          throw new AppError('LAYOUT_CHANGED', 'The layout was changed elsewhere meanwhile.');
        }
        change.record({ after: { tiles } });
        return { version: input.basedOn + 1, tiles };
      });
    },
  };
}

/** Whose layout it is: an API key of a person shares that person's. */
function ownerOf({ actor }: Context): string | null {
  if (actor.kind === 'user') return actor.id;
  return actor.kind === 'apiKey' ? (actor.userId ?? actor.id) : null;
}

/** Says in a sentence why a source failed; what is no sentence of ours stays in the log. */
function detailOf(context: Context, error: unknown, feature: string): string {
  const isTold = error instanceof AppError || error instanceof DriverError;
  context.log[isTold ? 'debug' : 'warn']({ error, feature }, 'a part of the overview could not be read');
  return isTold ? error.message : 'It could not be read; the log says why.';
}

function gravestFirst(one: Attention, other: Attention): number {
  const weights = { critical: 2, warning: 1, notice: 0 };
  return weights[other.severity] - weights[one.severity] || (one.id < other.id ? -1 : 1);
}
