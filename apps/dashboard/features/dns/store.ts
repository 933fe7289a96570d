import type { Sql } from '@nebula/db';
import { and, asc, desc, eq, gt, lt, or, sql } from 'drizzle-orm';
import { dnsChanges, dnsProviders, dnsWaits } from './schema.ts';

/** A provider as it is stored, its secrets sealed. */
export type ProviderRow = typeof dnsProviders.$inferSelect;
/** A change as it is stored. */
export type ChangeRow = typeof dnsChanges.$inferSelect;

export async function providersAfter(
  database: Sql,
  after: string | null,
  limit: number,
): Promise<ProviderRow[]> {
  return await database
    .select()
    .from(dnsProviders)
    .where(after === null ? undefined : gt(dnsProviders.name, after))
    .orderBy(asc(dnsProviders.name))
    .limit(limit);
}

export async function providerById(database: Sql, id: string): Promise<ProviderRow | undefined> {
  return (await database.select().from(dnsProviders).where(eq(dnsProviders.id, id)).limit(1))[0];
}

/** The same, held until the transaction ends. */
export async function lockProvider(database: Sql, id: string): Promise<ProviderRow | undefined> {
  const query = database.select().from(dnsProviders).where(eq(dnsProviders.id, id)).limit(1);
  return (await query.for('update'))[0];
}

export async function providerByName(database: Sql, name: string): Promise<ProviderRow | undefined> {
  return (await database.select().from(dnsProviders).where(eq(dnsProviders.name, name)).limit(1))[0];
}

export async function insertProvider(database: Sql, row: ProviderRow): Promise<void> {
  await database.insert(dnsProviders).values(row);
}

export async function updateProvider(
  database: Sql,
  id: string,
  changes: Partial<ProviderRow>,
): Promise<void> {
  await database.update(dnsProviders).set(changes).where(eq(dnsProviders.id, id));
}

export async function deleteProvider(database: Sql, id: string): Promise<void> {
  await database.delete(dnsProviders).where(eq(dnsProviders.id, id));
}

export async function waitUntil(database: Sql, providerId: string, key: string): Promise<Date | null> {
  const rows = await database
    .select({ until: dnsWaits.until })
    .from(dnsWaits)
    .where(and(eq(dnsWaits.providerId, providerId), eq(dnsWaits.key, key)))
    .limit(1);
  return rows[0]?.until ?? null;
}

/** Keeps from when on a provider takes the next change under a key; null forgets it. */
export async function setWait(
  database: Sql,
  providerId: string,
  key: string,
  until: Date | null,
): Promise<void> {
  if (until === null) {
    await database.delete(dnsWaits).where(and(eq(dnsWaits.providerId, providerId), eq(dnsWaits.key, key)));
    return;
  }
  await database
    .insert(dnsWaits)
    .values({ providerId, key, until })
    .onConflictDoUpdate({ target: [dnsWaits.providerId, dnsWaits.key], set: { until } });
}

/** Waits that are still to come, the next one first. */
export async function waitsAfter(database: Sql, providerId: string, now: Date, limit: number) {
  return await database
    .select({ key: dnsWaits.key, until: dnsWaits.until })
    .from(dnsWaits)
    .where(and(eq(dnsWaits.providerId, providerId), gt(dnsWaits.until, now)))
    .orderBy(asc(dnsWaits.until))
    .limit(limit);
}

/** Takes the lock of a key until the transaction ends; answers whether nobody else had it. */
export async function tryZoneLock(database: Sql, key: string): Promise<boolean> {
  const { rows } = await database.execute<{ taken: boolean }>(
    sql`select pg_try_advisory_xact_lock(hashtextextended(${`dns ${key}`}, 0)) as taken`,
  );
  return rows[0]?.taken === true;
}

export async function insertChange(database: Sql, row: ChangeRow): Promise<void> {
  await database.insert(dnsChanges).values(row);
}

export async function changeById(database: Sql, id: string): Promise<ChangeRow | undefined> {
  return (await database.select().from(dnsChanges).where(eq(dnsChanges.id, id)).limit(1))[0];
}

export async function updateChange(database: Sql, id: string, changes: Partial<ChangeRow>): Promise<void> {
  await database.update(dnsChanges).set(changes).where(eq(dnsChanges.id, id));
}

/** Changes, newest first, after the place of one. */
export async function changesBefore(
  database: Sql,
  filter: { providerId?: string | undefined; zone?: string | undefined },
  before: { at: Date; id: string } | null,
  limit: number,
): Promise<ChangeRow[]> {
  return await database
    .select()
    .from(dnsChanges)
    .where(
      and(
        filter.providerId === undefined ? undefined : eq(dnsChanges.providerId, filter.providerId),
        filter.zone === undefined ? undefined : eq(dnsChanges.zone, filter.zone),
        before === null
          ? undefined
          : or(
              lt(dnsChanges.createdAt, before.at),
              and(eq(dnsChanges.createdAt, before.at), lt(dnsChanges.id, before.id)),
            ),
      ),
    )
    .orderBy(desc(dnsChanges.createdAt), desc(dnsChanges.id))
    .limit(limit);
}

/** Forgets changes that are older; answers how many. */
export async function removeChangesBefore(database: Sql, instant: Date): Promise<number> {
  const rows = await database
    .delete(dnsChanges)
    .where(lt(dnsChanges.createdAt, instant))
    .returning({ id: dnsChanges.id });
  return rows.length;
}
