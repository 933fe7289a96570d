import type { Sql } from '@nebula/db';
import { eq } from 'drizzle-orm';
import { toursOver } from './schema.ts';

export async function isTourOver(database: Sql, userId: string): Promise<boolean> {
  const rows = await database
    .select({ userId: toursOver.userId })
    .from(toursOver)
    .where(eq(toursOver.userId, userId))
    .limit(1);
  return rows.length > 0;
}

export async function endTour(database: Sql, userId: string, overAt: Date): Promise<void> {
  await database.insert(toursOver).values({ userId, overAt }).onConflictDoNothing();
}
