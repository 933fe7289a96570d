import type { Sql } from '@nebula/db';
import { eq, lt } from 'drizzle-orm';
import { stackDrafts } from './schema.ts';

export async function insertDraft(
  database: Sql,
  row: { id: string; sealed: string; createdAt: Date },
): Promise<void> {
  await database.insert(stackDrafts).values(row);
}

/** The sealed text of a draft; undefined when it is gone. */
export async function draftOf(database: Sql, id: string): Promise<string | undefined> {
  const rows = await database
    .select({ sealed: stackDrafts.sealed })
    .from(stackDrafts)
    .where(eq(stackDrafts.id, id))
    .limit(1);
  return rows[0]?.sealed;
}

export async function deleteDraft(database: Sql, id: string): Promise<void> {
  await database.delete(stackDrafts).where(eq(stackDrafts.id, id));
}

export async function deleteDraftsBefore(database: Sql, before: Date): Promise<void> {
  await database.delete(stackDrafts).where(lt(stackDrafts.createdAt, before));
}
