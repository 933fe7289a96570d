import type { Sql } from '@nebula/db';
import { and, asc, count, eq, gt, inArray, lte, min, sql } from 'drizzle-orm';
import { channels, deliveries, devices } from './schema.ts';

export type ChannelRow = typeof channels.$inferSelect;
export type DeviceRow = typeof devices.$inferSelect;
export type DeliveryRow = typeof deliveries.$inferSelect;

/** Channels, and browsers of one person, that can be there. */
export const mostChannels = 50;
export const mostDevices = 20;
const mostDevicesInAll = 500;
const mostDeliveries = 500;

export async function allChannels(database: Sql): Promise<ChannelRow[]> {
  return await database.select().from(channels).orderBy(asc(channels.id)).limit(mostChannels);
}

export async function channelsAfter(
  database: Sql,
  after: string | null,
  limit: number,
): Promise<ChannelRow[]> {
  return await database
    .select()
    .from(channels)
    .where(after === null ? undefined : gt(sql`${channels.name} || ' ' || ${channels.id}`, after))
    .orderBy(asc(sql`${channels.name} || ' ' || ${channels.id}`))
    .limit(limit);
}

export async function channelById(database: Sql, id: string): Promise<ChannelRow | undefined> {
  return (await database.select().from(channels).where(eq(channels.id, id)).limit(1))[0];
}

export async function countChannels(database: Sql): Promise<number> {
  return (await database.select({ number: count() }).from(channels))[0]?.number ?? 0;
}

export async function insertChannel(database: Sql, row: ChannelRow): Promise<void> {
  await database.insert(channels).values(row);
}

export async function updateChannel(database: Sql, { id, createdAt: _, ...row }: ChannelRow): Promise<void> {
  await database.update(channels).set(row).where(eq(channels.id, id));
}

export async function deleteChannel(database: Sql, id: string): Promise<ChannelRow | undefined> {
  return (await database.delete(channels).where(eq(channels.id, id)).returning())[0];
}

/** How the last message to a target went. */
export interface Outcome {
  outcome: 'sent' | 'failed' | 'unknown';
  detail: string;
  at: Date;
}

export async function setOutcome(
  database: Sql,
  target: { kind: 'channel' | 'device'; id: string },
  { outcome, detail, at }: Outcome,
): Promise<void> {
  const values = { lastOutcome: outcome, lastDetail: detail, lastAt: at };
  if (target.kind === 'channel')
    await database.update(channels).set(values).where(eq(channels.id, target.id));
  else await database.update(devices).set(values).where(eq(devices.id, target.id));
}

export async function allDevices(database: Sql): Promise<DeviceRow[]> {
  return await database.select().from(devices).orderBy(asc(devices.id)).limit(mostDevicesInAll);
}

export async function devicesOf(database: Sql, userId: string): Promise<DeviceRow[]> {
  return await database
    .select()
    .from(devices)
    .where(eq(devices.userId, userId))
    .orderBy(asc(devices.id))
    .limit(mostDevices);
}

export async function deviceById(database: Sql, id: string): Promise<DeviceRow | undefined> {
  return (await database.select().from(devices).where(eq(devices.id, id)).limit(1))[0];
}

/** Keeps a browser; one with the same endpoint is replaced, whoever's it was. */
export async function putDevice(database: Sql, row: DeviceRow): Promise<void> {
  await database.delete(devices).where(eq(devices.endpointHash, row.endpointHash));
  await database.insert(devices).values(row);
}

export async function deleteDevice(database: Sql, id: string): Promise<void> {
  await database.delete(devices).where(eq(devices.id, id));
}

/** Adds messages that are to be sent; one that is there already is not added again. */
export async function insertDeliveries(database: Sql, rows: DeliveryRow[]): Promise<void> {
  // A statement takes 65,535 values; a row has 13.
  for (let from = 0; from < rows.length; from += 2000) {
    await database
      .insert(deliveries)
      .values(rows.slice(from, from + 2000))
      .onConflictDoNothing();
  }
}

export async function deliveriesOf(database: Sql, incidentIds: string[]): Promise<DeliveryRow[]> {
  return await database
    .select()
    .from(deliveries)
    .where(inArray(deliveries.incidentId, incidentIds))
    .orderBy(asc(deliveries.id));
}

export async function deliveriesOfOne(database: Sql, incidentId: string): Promise<DeliveryRow[]> {
  return await database
    .select()
    .from(deliveries)
    .where(eq(deliveries.incidentId, incidentId))
    .orderBy(asc(deliveries.id))
    .limit(mostDeliveries);
}

/** Drops what waits of these incidents. */
export async function dropWaiting(
  database: Sql,
  incidentIds: string[],
  detail: string,
  at: Date,
): Promise<void> {
  if (incidentIds.length === 0) return;
  await database
    .update(deliveries)
    .set({ state: 'dropped', detail, endedAt: at })
    .where(and(inArray(deliveries.incidentId, incidentIds), eq(deliveries.state, 'waiting')));
}

/** Drops the reminders of an incident that wait. */
export async function dropReminders(database: Sql, incidentId: string, at: Date): Promise<void> {
  await database
    .update(deliveries)
    .set({ state: 'dropped', detail: 'Another time was chosen.', endedAt: at })
    .where(
      and(
        eq(deliveries.incidentId, incidentId),
        eq(deliveries.message, 'reminder'),
        eq(deliveries.state, 'waiting'),
      ),
    );
}

/** When the next message is due; null when none waits. */
export async function nextDue(database: Sql): Promise<Date | null> {
  const rows = await database
    .select({ at: min(deliveries.dueAt) })
    .from(deliveries)
    .where(eq(deliveries.state, 'waiting'));
  return rows[0]?.at ?? null;
}

/** Messages that are due, locked until the transaction ends; those that somebody else has are left out. */
export async function lockDue(database: Sql, now: Date, limit: number): Promise<DeliveryRow[]> {
  return await database
    .select()
    .from(deliveries)
    .where(and(eq(deliveries.state, 'waiting'), lte(deliveries.dueAt, now)))
    .orderBy(asc(deliveries.dueAt))
    .limit(limit)
    .for('update', { skipLocked: true });
}

export async function changeDeliveries(
  database: Sql,
  ids: string[],
  change: Partial<Pick<DeliveryRow, 'state' | 'dueAt' | 'batchId' | 'detail' | 'endedAt'>> & {
    isTry?: boolean;
  },
): Promise<void> {
  if (ids.length === 0) return;
  const { isTry = false, ...values } = change;
  await database
    .update(deliveries)
    .set({ ...values, ...(isTry ? { attempts: sql`${deliveries.attempts} + 1` } : {}) })
    .where(inArray(deliveries.id, ids));
}

/** What is held back becomes due, to be looked at anew. */
export async function lookAtWaiting(database: Sql, now: Date): Promise<void> {
  await database.update(deliveries).set({ dueAt: now }).where(eq(deliveries.state, 'waiting'));
}

/** What was under way when we ended: nobody knows whether it arrived. */
export async function abandonSending(database: Sql, detail: string, at: Date): Promise<DeliveryRow[]> {
  return await database
    .update(deliveries)
    .set({ state: 'unknown', detail, endedAt: at })
    .where(eq(deliveries.state, 'sending'))
    .returning();
}
