import type { Sql } from '@nebula/db';
import { and, eq } from 'drizzle-orm';
import { userLayouts } from './schema.ts';

/** A layout as it is stored. */
export type LayoutRow = typeof userLayouts.$inferSelect;

/** The layout of an owner; undefined when they never changed it. */
export async function layoutOf(database: Sql, ownerId: string): Promise<LayoutRow | undefined> {
  const rows = await database.select().from(userLayouts).where(ofOwner(ownerId)).limit(1);
  return rows[0];
}

/** Stores a layout over version `over` (0 for none) and answers whether that was still the newest. */
export async function saveLayout(
  database: Sql,
  row: { ownerId: string; tiles: string; updatedAt: Date },
  over: number,
): Promise<boolean> {
  const { ownerId, ...values } = row;
  const rows =
    over === 0
      ? await database
          .insert(userLayouts)
          .values({ ownerId, page: 'overview', version: 1, ...values })
          .onConflictDoNothing()
          .returning({ version: userLayouts.version })
      : await database
          .update(userLayouts)
          .set({ ...values, version: over + 1 })
          .where(and(ofOwner(ownerId), eq(userLayouts.version, over)))
          .returning({ version: userLayouts.version });
  return rows.length === 1;
}

function ofOwner(ownerId: string) {
  return and(eq(userLayouts.ownerId, ownerId), eq(userLayouts.page, 'overview'));
}
