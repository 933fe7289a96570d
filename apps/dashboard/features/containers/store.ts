import type { Sql } from '@nebula/db';
import { eq, lt } from 'drizzle-orm';
import { containerDrafts, containerEventsHeard } from './schema.ts';

export async function insertDraft(
  database: Sql,
  row: { id: string; sealed: string; createdAt: Date },
): Promise<void> {
  await database.insert(containerDrafts).values(row);
}

/** The sealed text of a draft; undefined when it is gone. */
export async function draftOf(database: Sql, id: string): Promise<string | undefined> {
  const rows = await database
    .select({ sealed: containerDrafts.sealed })
    .from(containerDrafts)
    .where(eq(containerDrafts.id, id))
    .limit(1);
  return rows[0]?.sealed;
}

export async function deleteDraft(database: Sql, id: string): Promise<void> {
  await database.delete(containerDrafts).where(eq(containerDrafts.id, id));
}

export async function deleteDraftsBefore(database: Sql, before: Date): Promise<void> {
  await database.delete(containerDrafts).where(lt(containerDrafts.createdAt, before));
}

/** Until when the events of an engine were heard; null when they never were. */
export async function heardUntil(database: Sql, hostId: string): Promise<Date | null> {
  const rows = await database
    .select({ at: containerEventsHeard.at })
    .from(containerEventsHeard)
    .where(eq(containerEventsHeard.hostId, hostId));
  return rows[0]?.at ?? null;
}

export async function keepHeardUntil(database: Sql, hostId: string, at: Date): Promise<void> {
  await database
    .insert(containerEventsHeard)
    .values({ hostId, at })
    .onConflictDoUpdate({ target: containerEventsHeard.hostId, set: { at } });
}
