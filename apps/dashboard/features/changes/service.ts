import { type Page, pageWindow } from '@nebula/contract';
import type { Clock } from '@nebula/clock';
import { AppError } from '@nebula/errors';
import type { Context, Marker, MarkerSource } from '@nebula/runtime';
import type { ChangeKind, ChangeMarker } from './contract.ts';
import { shown } from './sentence.ts';
import { appsOf, type MarkerRow, markersBetween } from './store.ts';

interface Deps {
  clock: Clock;
  sources: ReadonlyMap<string, MarkerSource>;
  hostId: string;
}

interface Query {
  limit: number;
  cursor?: string | undefined;
  app?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  kind?: ChangeKind[] | undefined;
}

interface Place {
  at: Date;
  id: string;
}

const weekMs = 7 * 86_400_000;
/** Markers of one instant of which some were on the page before. */
const mostAtOnce = 50;
const contributed = new Set<ChangeKind>(['run', 'deploy', 'incident']);

/** The verbs of changes; see README. */
export function createChanges({ clock, sources, hostId }: Deps) {
  async function stored(
    context: Context,
    span: Span,
    query: Query,
    after: Place | null,
  ): Promise<ChangeMarker[]> {
    const kinds = query.kind?.filter(isStored) ?? null;
    if (kinds !== null && kinds.length === 0) return [];
    const app = query.app ?? null;
    const rows = await markersBetween(context.sql, {
      ...{ ...span, hostId, app, kinds, after, limit: query.limit + 1 },
    });
    return rows.map(shown);
  }

  /** What other features know; a marker that names a container only gets its app here. */
  async function told(context: Context, span: Span, query: Query): Promise<ChangeMarker[]> {
    const found: { source: string; marker: Marker }[] = [];
    for (const [source, { needs, between }] of sources) {
      if (!context.can(needs)) continue;
      const limit = query.limit + 1 + mostAtOnce;
      const markers = await between(context, { ...span, app: query.app ?? null, limit });
      found.push(...markers.map((marker) => ({ source, marker })));
    }
    const apps = await appsOf(context.sql, [
      ...new Set(found.flatMap(({ marker }) => marker.containerId ?? [])),
    ]);
    return found
      .map(({ source, marker }) => toldOf(source, marker, apps, hostId))
      .filter(({ app, kind }) => isAbout(query.app, app) && (query.kind?.includes(kind) ?? true));
  }

  return {
    /** A page of what changed, newest first; the cursor is the place of the last one. */
    async list(context: Context, query: Query): Promise<Page<ChangeMarker>> {
      const to = query.to === undefined ? clock.now() : new Date(query.to);
      const from = query.from === undefined ? new Date(to.getTime() - weekMs) : new Date(query.from);
      if (from >= to) {
        const message = 'The beginning must be before the end.';
        throw new AppError('BAD_INPUT', message, { fields: [{ path: 'query.from', message }] });
      }
      const after = query.cursor === undefined ? null : readCursor(query.cursor);
      // Of equal instants all are asked for again; the comparison below leaves out those that were shown.
      const end = after === null || after.at >= to ? to : new Date(after.at.getTime() + 1);
      const all = [
        ...(await stored(context, { from, to: end }, query, after)),
        ...(await told(context, { from, to: end }, query)),
      ];
      const rows = all.filter((marker) => after === null || isBehind(marker, after)).sort(newestFirst);
      return pageWindow(rows.slice(0, query.limit + 1), query.limit, makeCursor);
    },
  };
}

interface Span {
  from: Date;
  to: Date;
}

function isStored(kind: ChangeKind): kind is MarkerRow['kind'] {
  return !contributed.has(kind);
}

function toldOf(
  source: string,
  { id, at, until, app, containerId, kind, severity, sentence, path }: Marker,
  apps: ReadonlyMap<string, string>,
  hostId: string,
): ChangeMarker {
  return {
    ...{ id: `${source}.${id}`, source, hostId, kind, severity, sentence, path },
    ...{ exitCode: null, image: null, imageDigest: null, count: 1, values: null },
    at: at.toISOString(),
    until: until?.toISOString() ?? null,
    app: app ?? (containerId === undefined ? null : (apps.get(containerId) ?? null)),
    container: containerId?.slice(0, 12) ?? null,
  };
}

/** What is about a whole project is about each of its apps. */
function isAbout(wanted: string | undefined, app: string | null): boolean {
  return wanted === undefined || app === null || app === wanted || wanted.startsWith(`${app}/`);
}

/** Within one instant by id, which is unique over all sources. */
function newestFirst(one: ChangeMarker, other: ChangeMarker): number {
  if (one.at !== other.at) return one.at < other.at ? 1 : -1;
  return one.id < other.id ? 1 : -1;
}

function isBehind(marker: ChangeMarker, { at, id }: Place): boolean {
  const instant = Date.parse(marker.at);
  return instant < at.getTime() || (instant === at.getTime() && marker.id < id);
}

function makeCursor({ at, id }: ChangeMarker): string {
  return Buffer.from(`${at} ${id}`).toString('base64url');
}

function readCursor(text: string): Place {
  const [, at = '', id = ''] =
    /^(\S{24}) (\S{1,200})$/.exec(Buffer.from(text, 'base64url').toString('utf8')) ?? [];
  if (Number.isNaN(Date.parse(at))) {
    const message = 'This cursor was not made by this list.';
    throw new AppError('BAD_INPUT', message, { fields: [{ path: 'query.cursor', message }] });
  }
  return { at: new Date(at), id };
}
