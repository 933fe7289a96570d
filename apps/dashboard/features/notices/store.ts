import type { Permission } from '@nebula/contract';
import type { Sql } from '@nebula/db';
import { and, desc, eq, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import type { NoticeLevel } from './contract.ts';
import { noticeMarks, noticeReads, notices } from './schema.ts';

export type NoticeRow = typeof notices.$inferSelect;

/** Whose notices are meant: those for this user and for these permissions; and who has read them. */
export interface Readership {
  reader: string;
  userId: string | null;
  permissions: Permission[];
}

/** Adds a notice; false when one with its dedupe key is there for the same audience. */
export async function insertNotice(database: Sql, row: NoticeRow): Promise<boolean> {
  const rows = await database.insert(notices).values(row).onConflictDoNothing().returning({ id: notices.id });
  return rows.length > 0;
}

/** Notices before the id `beforeId`, newest first. */
export async function noticesBefore(
  database: Sql,
  readership: Readership,
  filter: { level?: NoticeLevel | undefined; isUnreadOnly: boolean },
  beforeId: string | null,
  limit: number,
): Promise<(NoticeRow & { isRead: boolean })[]> {
  const conditions: (SQL | undefined)[] = [
    isFor(readership),
    filter.level === undefined ? undefined : eq(notices.level, filter.level),
    filter.isUnreadOnly ? sql`not ${isReadBy(readership.reader)}` : undefined,
    beforeId === null ? undefined : lt(notices.id, beforeId),
  ];
  const rows = await database
    .select({ notice: notices, isRead: isReadBy(readership.reader) })
    .from(notices)
    .where(and(...conditions))
    .orderBy(desc(notices.id))
    .limit(limit);
  return rows.map(({ notice, isRead }) => ({ ...notice, isRead }));
}

/** How many are unread, counted up to `limit`. */
export async function countUnread(database: Sql, readership: Readership, limit: number): Promise<number> {
  const unread = database
    .select({ id: notices.id })
    .from(notices)
    .where(and(isFor(readership), sql`not ${isReadBy(readership.reader)}`))
    .limit(limit)
    .as('unread');
  const rows = await database.select({ count: sql<number>`count(*)::int` }).from(unread);
  return rows[0]?.count ?? 0;
}

/** A notice if this readership may see it. */
export async function findNotice(
  database: Sql,
  readership: Readership,
  id: string,
): Promise<NoticeRow | undefined> {
  const rows = await database
    .select()
    .from(notices)
    .where(and(eq(notices.id, id), isFor(readership)))
    .limit(1);
  return rows[0];
}

export async function addRead(database: Sql, reader: string, noticeId: string): Promise<void> {
  await database.insert(noticeReads).values({ reader, noticeId }).onConflictDoNothing();
}

/** Moves a reader's mark forward, never back, and drops the single reads that it covers. */
export async function moveMark(database: Sql, reader: string, readUpTo: string): Promise<void> {
  await database
    .insert(noticeMarks)
    .values({ reader, readUpTo })
    .onConflictDoUpdate({
      target: noticeMarks.reader,
      set: { readUpTo },
      setWhere: lt(noticeMarks.readUpTo, readUpTo),
    });
  await database.delete(noticeReads).where(
    and(
      eq(noticeReads.reader, reader),
      sql`${noticeReads.noticeId} <= (select ${noticeMarks.readUpTo} from ${noticeMarks}
        where ${noticeMarks.reader} = ${reader})`,
    ),
  );
}

export async function removeNoticesBefore(database: Sql, instant: Date): Promise<void> {
  await database.delete(notices).where(lt(notices.at, instant));
}

function isFor({ userId, permissions }: Readership): SQL | undefined {
  return or(
    userId === null ? undefined : eq(notices.userId, userId),
    permissions.length === 0 ? sql`false` : inArray(notices.permission, permissions),
  );
}

function isReadBy(reader: string): SQL<boolean> {
  return sql<boolean>`(
    ${notices.id} <= coalesce((select ${noticeMarks.readUpTo} from ${noticeMarks} where ${noticeMarks.reader} = ${reader}),
      '00000000-0000-0000-0000-000000000000'::uuid)
    or exists (select 1 from ${noticeReads} where ${noticeReads.reader} = ${reader} and ${noticeReads.noticeId} = ${notices.id})
  )`;
}
