import type { Sql } from '@nebula/db';
import {
  and,
  asc,
  count,
  desc,
  eq,
  gt,
  gte,
  ilike,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  type SQL,
  sql,
} from 'drizzle-orm';
import { entries, house, incidents, rules, silences } from './schema.ts';

export type RuleRow = typeof rules.$inferSelect;
export type IncidentRow = typeof incidents.$inferSelect;
export type EntryRow = typeof entries.$inferSelect;
export type SilenceRow = typeof silences.$inferSelect;

/** Rules that can be there; all of them are kept in memory. */
export const mostRules = 500;
/** Mutes that can be there at the same time. */
export const mostSilences = 500;
const mostEntries = 500;

export async function allRules(database: Sql): Promise<RuleRow[]> {
  return await database.select().from(rules).orderBy(asc(rules.id)).limit(mostRules);
}

export async function rulesAfter(database: Sql, after: string | null, limit: number): Promise<RuleRow[]> {
  return await database
    .select()
    .from(rules)
    .where(after === null ? undefined : gt(sql`${rules.name} || ' ' || ${rules.id}`, after))
    .orderBy(asc(sql`${rules.name} || ' ' || ${rules.id}`))
    .limit(limit);
}

export async function ruleById(database: Sql, id: string): Promise<RuleRow | undefined> {
  return (await database.select().from(rules).where(eq(rules.id, id)).limit(1))[0];
}

export async function insertRule(database: Sql, row: RuleRow): Promise<void> {
  await database.insert(rules).values(row);
}

export async function updateRule(database: Sql, { id, createdAt: _, ...row }: RuleRow): Promise<void> {
  await database.update(rules).set(row).where(eq(rules.id, id));
}

export async function deleteRule(database: Sql, id: string): Promise<RuleRow | undefined> {
  return (await database.delete(rules).where(eq(rules.id, id)).returning())[0];
}

export async function countRules(database: Sql): Promise<number> {
  return (await database.select({ number: count() }).from(rules))[0]?.number ?? 0;
}

/** Which incidents are wanted. */
export interface IncidentFilter {
  state?: 'open' | 'closed' | undefined;
  severity?: IncidentRow['severity'] | undefined;
  ruleId?: string | undefined;
  subject?: string | undefined;
  search?: string | undefined;
}

/** Incidents before the id `beforeId`, newest first. */
export async function incidentsBefore(
  database: Sql,
  filter: IncidentFilter,
  beforeId: string | null,
  limit: number,
): Promise<IncidentRow[]> {
  const { state, severity, ruleId, subject, search } = filter;
  const pattern = search === undefined ? '' : `%${search.replace(/[\\%_]/g, String.raw`\$&`)}%`;
  const conditions: (SQL | undefined)[] = [
    state === undefined
      ? undefined
      : state === 'open'
        ? isNull(incidents.closedAt)
        : isNotNull(incidents.closedAt),
    severity === undefined ? undefined : eq(incidents.severity, severity),
    ruleId === undefined ? undefined : eq(incidents.ruleId, ruleId),
    subject === undefined ? undefined : eq(incidents.subject, subject),
    search === undefined ? undefined : ilike(incidents.summary, pattern),
    beforeId === null ? undefined : lt(incidents.id, beforeId),
  ];
  return await database
    .select()
    .from(incidents)
    .where(and(...conditions))
    .orderBy(desc(incidents.id))
    .limit(limit);
}

/** Incidents that were open at some time of a span, oldest first, at most `limit`. */
export async function incidentsWithin(
  database: Sql,
  hostId: string,
  span: { from: Date; to: Date; subjects?: string[] | undefined },
  limit: number,
): Promise<IncidentRow[]> {
  const { from, to, subjects } = span;
  return await database
    .select()
    .from(incidents)
    .where(
      and(
        eq(incidents.hostId, hostId),
        lte(incidents.openedAt, to),
        sql`(${incidents.closedAt} is null or ${incidents.closedAt} >= ${from.toISOString()})`,
        subjects === undefined ? undefined : inArray(incidents.subject, subjects),
      ),
    )
    .orderBy(asc(incidents.id))
    .limit(limit);
}

export async function openIncidents(database: Sql): Promise<IncidentRow[]> {
  return await database.select().from(incidents).where(isNull(incidents.closedAt)).limit(10_000);
}

export async function incidentById(database: Sql, id: string): Promise<IncidentRow | undefined> {
  return (await database.select().from(incidents).where(eq(incidents.id, id)).limit(1))[0];
}

export async function incidentsById(database: Sql, ids: string[]): Promise<IncidentRow[]> {
  return await database.select().from(incidents).where(inArray(incidents.id, ids));
}

/** Adds those that are not open already; answers what was added. */
export async function insertIncidents(database: Sql, rows: IncidentRow[]): Promise<IncidentRow[]> {
  if (rows.length === 0) return [];
  return await database.insert(incidents).values(rows).onConflictDoNothing().returning();
}

/** Closes incidents that are still open; answers them. */
export async function closeIncidents(
  database: Sql,
  ids: string[],
  closedAt: Date,
  closedBy: NonNullable<IncidentRow['closedBy']>,
): Promise<IncidentRow[]> {
  if (ids.length === 0) return [];
  return await database
    .update(incidents)
    .set({ closedAt, closedBy })
    .where(and(inArray(incidents.id, ids), isNull(incidents.closedAt)))
    .returning();
}

export async function acknowledgeIncidents(
  database: Sql,
  ids: string[],
  acknowledgedBy: string,
  acknowledgedAt: Date,
): Promise<IncidentRow[]> {
  return await database
    .update(incidents)
    .set({ acknowledgedAt, acknowledgedBy })
    .where(and(inArray(incidents.id, ids), isNull(incidents.closedAt), isNull(incidents.acknowledgedAt)))
    .returning();
}

export async function snoozeIncident(
  database: Sql,
  id: string,
  until: Date | null,
): Promise<IncidentRow | undefined> {
  const rows = await database
    .update(incidents)
    .set({ snoozedUntil: until })
    .where(and(eq(incidents.id, id), isNull(incidents.closedAt)))
    .returning();
  return rows[0];
}

export async function setReminded(database: Sql, ids: string[], at: Date): Promise<void> {
  if (ids.length > 0)
    await database.update(incidents).set({ remindedAt: at }).where(inArray(incidents.id, ids));
}

/** How many are open, by severity and by whether somebody looks after them. */
export async function openCounts(database: Sql) {
  return await database
    .select({
      severity: incidents.severity,
      isAcknowledged: sql<boolean>`${incidents.acknowledgedAt} is not null`,
      number: count(),
    })
    .from(incidents)
    .where(isNull(incidents.closedAt))
    .groupBy(incidents.severity, sql`${incidents.acknowledgedAt} is not null`);
}

export async function openCountsByRule(database: Sql): Promise<Map<string, number>> {
  const rows = await database
    .select({ ruleId: incidents.ruleId, number: count() })
    .from(incidents)
    .where(isNull(incidents.closedAt))
    .groupBy(incidents.ruleId);
  return new Map(rows.map(({ ruleId, number }) => [ruleId, number]));
}

export async function removeIncidentsBefore(database: Sql, instant: Date): Promise<void> {
  await database.delete(incidents).where(and(lt(incidents.openedAt, instant), isNotNull(incidents.closedAt)));
}

export async function insertEntries(database: Sql, rows: EntryRow[]): Promise<void> {
  if (rows.length > 0) await database.insert(entries).values(rows);
}

export async function entriesOf(database: Sql, incidentId: string): Promise<EntryRow[]> {
  return await database
    .select()
    .from(entries)
    .where(eq(entries.incidentId, incidentId))
    .orderBy(asc(entries.id))
    .limit(mostEntries);
}

/** Mutes that have not ended by `now`, newest first, before the id `beforeId`. */
export async function silencesBefore(
  database: Sql,
  now: Date,
  beforeId: string | null,
  limit: number,
): Promise<SilenceRow[]> {
  return await database
    .select()
    .from(silences)
    .where(and(gte(silences.untilAt, now), beforeId === null ? undefined : lt(silences.id, beforeId)))
    .orderBy(desc(silences.id))
    .limit(limit);
}

export async function insertSilence(database: Sql, row: SilenceRow): Promise<void> {
  await database.insert(silences).values(row);
}

export async function deleteSilence(database: Sql, id: string): Promise<SilenceRow | undefined> {
  return (await database.delete(silences).where(eq(silences.id, id)).returning())[0];
}

export async function removeSilencesBefore(database: Sql, instant: Date): Promise<void> {
  await database.delete(silences).where(lt(silences.untilAt, instant));
}

/** A value of the house: `quiet` or `vapid`. */
export async function houseValue(database: Sql, key: string): Promise<string | null> {
  return (await database.select().from(house).where(eq(house.key, key)).limit(1))[0]?.value ?? null;
}

export async function putHouseValue(database: Sql, key: string, value: string): Promise<void> {
  await database
    .insert(house)
    .values({ key, value })
    .onConflictDoUpdate({ target: house.key, set: { value } });
}

/** Keeps a value unless there is one; answers what is kept. */
export async function keepHouseValue(database: Sql, key: string, value: string): Promise<string> {
  await database.insert(house).values({ key, value }).onConflictDoNothing();
  return (await houseValue(database, key)) ?? value;
}
