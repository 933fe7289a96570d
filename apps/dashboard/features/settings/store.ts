import type { Sql } from '@nebula/db';
import { eq, sql } from 'drizzle-orm';
import { settingValues } from './schema.ts';

/** A value that a person gave; sealed when the setting is a secret. */
export type StoredValue = typeof settingValues.$inferSelect;

/** Every stored value; none before the first start has made the table. */
export async function storedValues(database: Sql): Promise<StoredValue[]> {
  const found = await database.execute<{ there: boolean }>(
    sql`select to_regclass('settings') is not null as there`,
  );
  if (found.rows[0]?.there !== true) return [];
  return await database
    .select({
      variable: settingValues.variable,
      value: settingValues.value,
      updatedAt: settingValues.updatedAt,
    })
    .from(settingValues)
    .limit(1000);
}

/** Locks a setting until the transaction ends, and answers its stored value; null when there is none. */
export async function lockValue(database: Sql, variable: string): Promise<StoredValue | null> {
  // A row that is not there yet cannot be locked, and of two first values one would go unnoticed.
  await database.execute(sql`select pg_advisory_xact_lock(4107205, hashtext(${variable}))`);
  const rows = await database
    .select({
      variable: settingValues.variable,
      value: settingValues.value,
      updatedAt: settingValues.updatedAt,
    })
    .from(settingValues)
    .where(eq(settingValues.variable, variable))
    .for('update');
  return rows[0] ?? null;
}

export async function putValue(database: Sql, row: StoredValue): Promise<void> {
  const { variable, ...changes } = row;
  await database
    .insert(settingValues)
    .values(row)
    .onConflictDoUpdate({ target: settingValues.variable, set: changes });
}

export async function removeValue(database: Sql, variable: string): Promise<void> {
  await database.delete(settingValues).where(eq(settingValues.variable, variable));
}
