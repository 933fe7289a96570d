import type { Sql } from '@nebula/db';
import { eq, lt } from 'drizzle-orm';
import { containerDrafts } from './schema.ts';

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
