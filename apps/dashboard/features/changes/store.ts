import { newId, type Sql } from '@nebula/db';
import { and, desc, eq, gte, inArray, isNotNull, isNull, lt, or, sql } from 'drizzle-orm';
import { changeMarkers } from './schema.ts';

/** A marker as it is stored. */
export type MarkerRow = typeof changeMarkers.$inferSelect;
/** One to be stored; what happens again within {@link foldMs} of the same kind is counted on the one before. */
export type NewMarker = Omit<MarkerRow, 'id' | 'until' | 'count'>;

/** A container that dies again and again makes three rows a minute, not one a second. */
const foldMs = 20_000;

/** Keeps markers in their order. */
export async function insertMarkers(database: Sql, rows: readonly NewMarker[]): Promise<void> {
  for (const row of rows) {
    const before = await foldable(database, row);
    if (before === undefined) {
      await database.insert(changeMarkers).values({ ...row, id: newId(), until: null, count: 1 });
    } else {
      await database
        .update(changeMarkers)
        .set({ until: row.at, count: sql`${changeMarkers.count} + 1` })
        .where(eq(changeMarkers.id, before));
    }
  }
}

async function foldable(database: Sql, row: NewMarker): Promise<string | undefined> {
  const { hostId, app, kind, containerName, exitCode, at } = row;
  const found = await database
    .select({ id: changeMarkers.id })
    .from(changeMarkers)
    .where(
      and(
        eq(changeMarkers.hostId, hostId),
        app === null ? isNull(changeMarkers.app) : eq(changeMarkers.app, app),
        eq(changeMarkers.kind, kind),
        eq(changeMarkers.containerName, containerName),
        exitCode === null ? isNull(changeMarkers.exitCode) : eq(changeMarkers.exitCode, exitCode),
        eq(changeMarkers.detail, row.detail),
        gte(changeMarkers.at, new Date(at.getTime() - foldMs)),
        lt(changeMarkers.at, new Date(at.getTime() + foldMs)),
      ),
    )
    .orderBy(desc(changeMarkers.at))
    .limit(1);
  return found[0]?.id;
}

/** Which markers. */
export interface MarkerQuery {
  hostId: string;
  /** Null for all apps; the machine's own are told with those of an app. */
  app: string | null;
  from: Date;
  to: Date;
  kinds: MarkerRow['kind'][] | null;
  /** Only those that stand behind this place; its id may be that of a marker that is stored nowhere. */
  after: { at: Date; id: string } | null;
  limit: number;
}

/** Markers of a span, newest first. */
export async function markersBetween(database: Sql, query: MarkerQuery): Promise<MarkerRow[]> {
  const { hostId, app, from, to, kinds, after, limit } = query;
  const { at, id } = changeMarkers;
  return await database
    .select()
    .from(changeMarkers)
    .where(
      and(
        eq(changeMarkers.hostId, hostId),
        app === null ? undefined : or(eq(changeMarkers.app, app), isNull(changeMarkers.app)),
        gte(at, from),
        lt(at, to),
        kinds === null ? undefined : inArray(changeMarkers.kind, kinds),
        after === null
          ? undefined
          : or(lt(at, after.at), and(eq(at, after.at), sql`${id}::text collate "C" < ${after.id}`)),
      ),
    )
    .orderBy(desc(at), desc(id))
    .limit(limit);
}

/** When something of a kind was seen last, and what was noted of it. */
export async function newestOf(
  database: Sql,
  hostId: string,
  kind: MarkerRow['kind'],
): Promise<{ at: Date; detail: string } | undefined> {
  const rows = await database
    .select({ at: changeMarkers.at, detail: changeMarkers.detail })
    .from(changeMarkers)
    .where(and(eq(changeMarkers.hostId, hostId), eq(changeMarkers.kind, kind)))
    .orderBy(desc(changeMarkers.at))
    .limit(1);
  return rows[0];
}

/** The newest instant that a container was told of; null when there is none. */
export async function lastSeen(database: Sql, hostId: string): Promise<Date | null> {
  const rows = await database
    .select({ at: sql<string>`max(coalesce(${changeMarkers.until}, ${changeMarkers.at}))` })
    .from(changeMarkers)
    .where(and(eq(changeMarkers.hostId, hostId), isNotNull(changeMarkers.containerId)));
  const at = rows[0]?.at ?? null;
  return at === null ? null : new Date(at);
}

/** The image that an app was made from last. */
export async function lastImageOf(database: Sql, hostId: string, app: string): Promise<string | null> {
  const rows = await database
    .select({ imageId: changeMarkers.imageId })
    .from(changeMarkers)
    .where(
      and(eq(changeMarkers.hostId, hostId), eq(changeMarkers.app, app), isNotNull(changeMarkers.imageId)),
    )
    .orderBy(desc(changeMarkers.at))
    .limit(1);
  return rows[0]?.imageId ?? null;
}

/** The apps that containers were of. */
export async function appsOf(database: Sql, containerIds: readonly string[]): Promise<Map<string, string>> {
  if (containerIds.length === 0) return new Map();
  const rows = await database
    .selectDistinct({ containerId: changeMarkers.containerId, app: changeMarkers.app })
    .from(changeMarkers)
    .where(inArray(changeMarkers.containerId, [...containerIds]))
    .limit(1000);
  return new Map(
    rows.flatMap(({ containerId, app }) =>
      containerId === null || app === null ? [] : [[containerId, app]],
    ),
  );
}

/** Removes markers from before an instant, and the oldest beyond `most`. */
export async function removeMarkers(database: Sql, before: Date, most: number): Promise<void> {
  await database.delete(changeMarkers).where(lt(changeMarkers.at, before));
  const [last] = await database
    .select({ id: changeMarkers.id })
    .from(changeMarkers)
    .orderBy(desc(changeMarkers.id))
    .offset(most)
    .limit(1);
  if (last === undefined) return;
  await database
    .delete(changeMarkers)
    .where(or(lt(changeMarkers.id, last.id), eq(changeMarkers.id, last.id)));
}
