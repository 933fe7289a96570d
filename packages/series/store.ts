import type { Sql } from '@nebula/db';
import { and, asc, eq, gte, inArray, lt, or, sql } from 'drizzle-orm';
import { series, seriesChunks, seriesOpen } from './schema.ts';

export type SeriesRow = { id: number; hostId: string; subject: string; metric: string };

/** A chunk as it lies in the database. */
export interface ChunkRow {
  seriesId: number;
  tier: number;
  startsAt: Date;
  data: Buffer;
}

const batch = 200;

/** Every series that is known. */
export async function allSeries(database: Sql): Promise<SeriesRow[]> {
  return await database
    .select({ id: series.id, hostId: series.hostId, subject: series.subject, metric: series.metric })
    .from(series)
    .orderBy(asc(series.id))
    .limit(100_000);
}

/** Makes the series that are missing. */
export async function addSeries(database: Sql, wanted: Omit<SeriesRow, 'id'>[], at: Date): Promise<void> {
  for (let from = 0; from < wanted.length; from += batch) {
    await database
      .insert(series)
      .values(wanted.slice(from, from + batch).map((row) => ({ ...row, createdAt: at })))
      .onConflictDoNothing();
  }
}

/** Chunks of one resolution whose span touches [from, to), by series and time. */
export async function chunksBetween(
  database: Sql,
  ids: number[],
  tier: number,
  from: Date,
  to: Date,
): Promise<ChunkRow[]> {
  if (ids.length === 0) return [];
  return await database
    .select({
      seriesId: seriesChunks.seriesId,
      tier: seriesChunks.tier,
      startsAt: seriesChunks.startsAt,
      data: seriesChunks.data,
    })
    .from(seriesChunks)
    .where(
      and(
        inArray(seriesChunks.seriesId, ids),
        eq(seriesChunks.tier, tier),
        gte(seriesChunks.startsAt, from),
        lt(seriesChunks.startsAt, to),
      ),
    )
    .orderBy(asc(seriesChunks.seriesId), asc(seriesChunks.startsAt))
    .limit(50_000);
}

/** Writes chunks; one that is there already is replaced. */
export async function putChunks(database: Sql, chunks: ChunkRow[]): Promise<void> {
  for (let from = 0; from < chunks.length; from += batch) {
    await database
      .insert(seriesChunks)
      .values(chunks.slice(from, from + batch))
      .onConflictDoUpdate({
        target: [seriesChunks.seriesId, seriesChunks.tier, seriesChunks.startsAt],
        set: { data: sql`excluded.data` },
      });
  }
}

/** Keeps what came in within a minute. */
export async function putMinute(database: Sql, minute: Date, data: Buffer): Promise<void> {
  await database
    .insert(seriesOpen)
    .values({ minute, data })
    .onConflictDoUpdate({ target: seriesOpen.minute, set: { data } });
}

/** Every kept minute, oldest first. */
export async function openMinutes(database: Sql): Promise<{ minute: Date; data: Buffer }[]> {
  return await database
    .select({ minute: seriesOpen.minute, data: seriesOpen.data })
    .from(seriesOpen)
    .orderBy(asc(seriesOpen.minute))
    .limit(10_000);
}

/** Forgets the minutes within [from, to): their hour is in chunks. */
export async function removeMinutes(database: Sql, from: Date, to: Date): Promise<void> {
  await database.delete(seriesOpen).where(and(gte(seriesOpen.minute, from), lt(seriesOpen.minute, to)));
}

/** Removes chunks that began before the instant of their resolution, and series that have nothing left. */
export async function removeChunksBefore(
  database: Sql,
  limits: { tier: number; before: Date }[],
  emptyBefore: Date,
): Promise<void> {
  const old = limits.map(({ tier, before }) =>
    and(eq(seriesChunks.tier, tier), lt(seriesChunks.startsAt, before)),
  );
  await database.delete(seriesChunks).where(or(...old));
  await database
    .delete(series)
    .where(
      and(
        lt(series.createdAt, emptyBefore),
        sql`not exists (select 1 from ${seriesChunks} where ${seriesChunks.seriesId} = ${series.id})`,
      ),
    );
}
