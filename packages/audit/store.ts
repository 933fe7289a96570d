import type { Sql } from '@nebula/db';
import { and, asc, desc, eq, gt, gte, inArray, isNull, lt, type SQL, sql } from 'drizzle-orm';
import { auditEntries, auditSeals } from './schema.ts';

export type EntryRow = typeof auditEntries.$inferSelect;
export type SealRow = typeof auditSeals.$inferSelect;

/** Which entries a list shows; all fields narrow. */
export interface EntryFilter {
  action?: string;
  actorId?: string;
  targetType?: string;
  targetId?: string;
  outcome?: EntryRow['outcome'];
  /** From this instant on. */
  from?: Date;
  /** Before this instant. */
  to?: Date;
}

export async function insertEntry(database: Sql, row: typeof auditEntries.$inferInsert): Promise<void> {
  await database.insert(auditEntries).values(row);
}

export async function entriesBefore(
  database: Sql,
  filter: EntryFilter,
  beforeId: string | null,
  limit: number,
): Promise<EntryRow[]> {
  const conditions: (SQL | undefined)[] = [
    filter.action === undefined ? undefined : eq(auditEntries.action, filter.action),
    filter.actorId === undefined ? undefined : eq(auditEntries.actorId, filter.actorId),
    filter.targetType === undefined ? undefined : eq(auditEntries.targetType, filter.targetType),
    filter.targetId === undefined ? undefined : eq(auditEntries.targetId, filter.targetId),
    filter.outcome === undefined ? undefined : eq(auditEntries.outcome, filter.outcome),
    filter.from === undefined ? undefined : gte(auditEntries.at, filter.from),
    filter.to === undefined ? undefined : lt(auditEntries.at, filter.to),
    beforeId === null ? undefined : lt(auditEntries.id, beforeId),
  ];
  return await database
    .select()
    .from(auditEntries)
    .where(and(...conditions))
    .orderBy(desc(auditEntries.id))
    .limit(limit);
}

/** True when the database has entries of an audit; false as well when it has no tables yet. */
export async function hasAudit(database: Sql): Promise<boolean> {
  const tables = await database.execute<{ there: boolean }>(
    sql`select to_regclass('public.audit_entries') is not null as there`,
  );
  if (tables.rows[0]?.there !== true) return false;
  return (await database.select({ id: auditEntries.id }).from(auditEntries).limit(1)).length > 0;
}

/** One sealer at a time; the lock is held until the transaction ends. */
export async function lockSealing(database: Sql): Promise<void> {
  await database.execute(sql`select pg_advisory_xact_lock(4107202)`);
}

export async function lastSeal(database: Sql): Promise<SealRow | undefined> {
  const rows = await database.select().from(auditSeals).orderBy(desc(auditSeals.no)).limit(1);
  return rows[0];
}

export async function sealByNo(database: Sql, no: number): Promise<SealRow | undefined> {
  const rows = await database.select().from(auditSeals).where(eq(auditSeals.no, no)).limit(1);
  return rows[0];
}

export async function unsealedEntries(database: Sql, limit: number): Promise<EntryRow[]> {
  return await database
    .select()
    .from(auditEntries)
    .where(isNull(auditEntries.sealNo))
    .orderBy(asc(auditEntries.id))
    .limit(limit);
}

export async function insertSeal(database: Sql, seal: SealRow, ids: string[]): Promise<void> {
  await database.insert(auditSeals).values(seal);
  await database.update(auditEntries).set({ sealNo: seal.no }).where(inArray(auditEntries.id, ids));
}

export async function sealsAfter(database: Sql, no: number, limit: number): Promise<SealRow[]> {
  return await database
    .select()
    .from(auditSeals)
    .where(gt(auditSeals.no, no))
    .orderBy(asc(auditSeals.no))
    .limit(limit);
}

export async function entriesOfSeal(database: Sql, no: number): Promise<EntryRow[]> {
  return await database
    .select()
    .from(auditEntries)
    .where(eq(auditEntries.sealNo, no))
    .orderBy(asc(auditEntries.id))
    .limit(sealSize + 1);
}

/** Sealed entries whose seal does not exist, at most ten. */
export async function entriesWithoutSeal(database: Sql): Promise<EntryRow[]> {
  return await database
    .select()
    .from(auditEntries)
    .where(sql`${auditEntries.sealNo} is not null and not exists
      (select 1 from ${auditSeals} where ${auditSeals.no} = ${auditEntries.sealNo})`)
    .limit(10);
}

/** Entries of one seal at most. */
export const sealSize = 1000;
