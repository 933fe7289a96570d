import type { Sql } from '@nebula/db';
import { redactJson } from '@nebula/log';
import { asc, gt, lt, max, sql } from 'drizzle-orm';
import { eventOutbox } from './schema.ts';

/** Name of the NOTIFY channel that says that the outbox has new rows. */
export const outboxChannel = 'nebula_outbox';

/** An event before it is written: its topic, who may see it, and its data (JSON). */
export interface OutboxEvent {
  topic: string;
  access: string;
  data: unknown;
}

/**
 * Adds events to the caller's transaction. The lock makes ids grow in the order of commits, so that a reader who goes on
 * after the last id it saw misses none; it must therefore come last in the transaction.
 */
export async function appendEvents(database: Sql, events: OutboxEvent[]): Promise<void> {
  if (events.length === 0) return;
  await holdEventOrder(database);
  await database
    .insert(eventOutbox)
    .values(events.map(({ topic, access, data }) => ({ topic, access, data: redactJson(data) })));
  await database.execute(sql`select pg_notify(${outboxChannel}, '')`);
}

/**
 * Takes the lock under which events get their order, as {@link appendEvents} does, until the transaction ends: ids made after
 * it grow in the order of commits too.
 */
export async function holdEventOrder(database: Sql): Promise<void> {
  await database.execute(sql`select pg_advisory_xact_lock(4107203)`);
}

export async function eventsAfter(database: Sql, id: number, limit: number) {
  return await database
    .select()
    .from(eventOutbox)
    .where(gt(eventOutbox.id, id))
    .orderBy(asc(eventOutbox.id))
    .limit(limit);
}

export async function lastEventId(database: Sql): Promise<number> {
  const rows = await database.select({ id: max(eventOutbox.id) }).from(eventOutbox);
  return rows[0]?.id ?? 0;
}

/** Removes events older than an instant; they have long been delivered. */
export async function removeEventsBefore(database: Sql, instant: Date): Promise<void> {
  await database.delete(eventOutbox).where(lt(eventOutbox.at, instant));
}
