import type { Sql } from '@nebula/db';
import { and, eq, gt, lt, sql } from 'drizzle-orm';
import { challenges } from './schema.ts';

/** What challenges are for. */
export const challengePurposes = challenges.purpose.enumValues;

export async function putChallenge(database: Sql, row: typeof challenges.$inferInsert): Promise<void> {
  const { keySha256, ...rest } = row;
  await database
    .insert(challenges)
    .values(row)
    .onConflictDoUpdate({ target: challenges.keySha256, set: rest });
}

export async function challengeByKey(
  database: Sql,
  key: Buffer,
  purpose: (typeof challengePurposes)[number],
  now: Date,
) {
  return (
    await database
      .select({ userId: challenges.userId, data: challenges.data, failures: challenges.failures })
      .from(challenges)
      .where(matching(key, purpose, now))
      .limit(1)
  )[0];
}

/** Removes and answers it, so that of two who answer at once only one finds it. */
export async function takeChallenge(
  database: Sql,
  key: Buffer,
  purpose: (typeof challengePurposes)[number],
  now: Date,
) {
  return (
    await database
      .delete(challenges)
      .where(matching(key, purpose, now))
      .returning({ userId: challenges.userId, data: challenges.data })
  )[0];
}

export async function countWrongAnswer(database: Sql, key: Buffer): Promise<void> {
  await database
    .update(challenges)
    .set({ failures: sql`${challenges.failures} + 1` })
    .where(eq(challenges.keySha256, key));
}

/** Voids sign-ins of an account whose first step is proven and whose second is missing. */
export async function removeHalfSignIns(database: Sql, userId: string): Promise<void> {
  await database
    .delete(challenges)
    .where(and(eq(challenges.userId, userId), eq(challenges.purpose, 'second-factor')));
}

export async function removeChallenges(database: Sql, before: Date): Promise<void> {
  await database.delete(challenges).where(lt(challenges.expiresAt, before));
}

function matching(key: Buffer, purpose: (typeof challengePurposes)[number], now: Date) {
  return and(eq(challenges.keySha256, key), eq(challenges.purpose, purpose), gt(challenges.expiresAt, now));
}
