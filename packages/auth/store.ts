import type { Sql } from '@nebula/db';
import { and, count, desc, eq, gt, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import { removeChallenges } from './challenge-store.ts';
import { apiKeys, oneTimeLinks, sessions, signInThrottle, userCredentials, users } from './schema.ts';

/** An account as it is stored. */
export type UserRow = typeof users.$inferSelect;
/** An API key as it is stored. */
export type ApiKeyRow = typeof apiKeys.$inferSelect;

/** NOTIFY channel that tells every process that a session, key or user was revoked or changed. */
export const authChannel = 'nebula_auth';

/** How many accounts there are. */
export async function countUsers(database: Sql): Promise<number> {
  const rows = await database.select({ n: count() }).from(users);
  return rows[0]?.n ?? 0;
}

/** Serialises what must happen once for the whole installation, until the transaction ends. */
export async function lockAccounts(database: Sql): Promise<void> {
  await database.execute(sql`select pg_advisory_xact_lock(4107204)`);
}

export async function insertUser(database: Sql, row: typeof users.$inferInsert): Promise<void> {
  await database.insert(users).values(row);
}

/** Remembers that an account signs in; answers whether it is the first time. */
export async function markSignedIn(database: Sql, id: string, now: Date): Promise<boolean> {
  const rows = await database
    .update(users)
    .set({ signedInAt: now })
    .where(and(eq(users.id, id), isNull(users.signedInAt)))
    .returning({ id: users.id });
  return rows.length > 0;
}

/** The account with this address, in small letters. */
export async function userByEmail(database: Sql, email: string): Promise<UserRow | undefined> {
  return (await database.select().from(users).where(eq(users.email, email)).limit(1))[0];
}

export async function insertPassword(
  database: Sql,
  row: { id: string; userId: string; secret: string; now: Date },
) {
  const { now, ...values } = row;
  await database.insert(userCredentials).values({ ...values, kind: 'password', createdAt: now });
}

export async function passwordOf(database: Sql, userId: string): Promise<string | null> {
  const rows = await database
    .select({ secret: userCredentials.secret })
    .from(userCredentials)
    .where(and(eq(userCredentials.userId, userId), eq(userCredentials.kind, 'password')))
    .limit(1);
  return rows[0]?.secret ?? null;
}

export async function insertSession(database: Sql, row: typeof sessions.$inferInsert): Promise<void> {
  await database.insert(sessions).values(row);
}

export async function liveSession(database: Sql, digest: Buffer, now: Date) {
  const rows = await database
    .select({ session: sessions, user: users })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(
      and(
        eq(sessions.tokenSha256, digest),
        gt(sessions.expiresAt, now),
        isNull(sessions.revokedAt),
        isNull(users.disabledAt),
      ),
    )
    .limit(1);
  return rows[0];
}

export async function touchSession(database: Sql, id: string, now: Date, expiresAt: Date): Promise<void> {
  await database.update(sessions).set({ lastSeenAt: now, expiresAt }).where(eq(sessions.id, id));
}

export async function revokeSession(database: Sql, id: string, now: Date): Promise<void> {
  await database
    .update(sessions)
    .set({ revokedAt: now })
    .where(and(eq(sessions.id, id), isNull(sessions.revokedAt)));
  await notifyAuth(database, `session:${id}`);
}

export async function insertApiKey(database: Sql, row: typeof apiKeys.$inferInsert): Promise<void> {
  await database.insert(apiKeys).values(row);
}

/** A key with its owner; expired and revoked ones too, so that the caller can say which it is. */
export async function apiKeyByDigest(database: Sql, digest: Buffer) {
  const rows = await database
    .select({ key: apiKeys, user: users })
    .from(apiKeys)
    .leftJoin(users, eq(users.id, apiKeys.userId))
    .where(eq(apiKeys.tokenSha256, digest))
    .limit(1);
  return rows[0];
}

export async function touchApiKey(database: Sql, id: string, now: Date): Promise<void> {
  await database.update(apiKeys).set({ lastUsedAt: now }).where(eq(apiKeys.id, id));
}

/** A key and whose it is. */
export interface ListedKey {
  key: ApiKeyRow;
  owner: { id: string; name: string; email: string } | null;
}

/** Keys of one user, or of all when `userId` is null, newest first. */
export async function apiKeysBefore(
  database: Sql,
  userId: string | null,
  beforeId: string | null,
  limit: number,
): Promise<ListedKey[]> {
  return await database
    .select({ key: apiKeys, owner: { id: users.id, name: users.name, email: users.email } })
    .from(apiKeys)
    .leftJoin(users, eq(users.id, apiKeys.userId))
    .where(
      and(
        userId === null ? undefined : eq(apiKeys.userId, userId),
        beforeId === null ? undefined : lt(apiKeys.id, beforeId),
      ),
    )
    .orderBy(desc(apiKeys.id))
    .limit(limit);
}

export async function apiKeyById(database: Sql, id: string): Promise<ApiKeyRow | undefined> {
  return (await database.select().from(apiKeys).where(eq(apiKeys.id, id)).limit(1))[0];
}

/** Revokes a key and all that were made with it, however indirectly. */
export async function revokeApiKey(database: Sql, id: string, now: Date): Promise<void> {
  const { rows } = await database.execute<{ id: string }>(sql`with recursive line as (
      select id from api_keys where id = ${id}::uuid
      union select child.id from api_keys child join line on child.made_by = line.id)
    update api_keys set revoked_at = ${now.toISOString()}::timestamptz
    where id in (select id from line) and revoked_at is null returning id`);
  for (const row of rows) await notifyAuth(database, `apiKey:${row.id}`);
}

/** Revokes every key of an account; answers how many worked until now. */
export async function revokeKeysOf(database: Sql, userId: string, now: Date): Promise<number> {
  const rows = await database
    .update(apiKeys)
    .set({ revokedAt: now })
    .where(and(eq(apiKeys.userId, userId), isNull(apiKeys.revokedAt)))
    .returning({ id: apiKeys.id, expiresAt: apiKeys.expiresAt });
  for (const { id } of rows) await notifyAuth(database, `apiKey:${id}`);
  return rows.filter(({ expiresAt }) => expiresAt === null || expiresAt > now).length;
}

export async function insertLink(database: Sql, row: typeof oneTimeLinks.$inferInsert): Promise<void> {
  await database.insert(oneTimeLinks).values(row);
}

/** Marks a link as used; false when it is unknown, expired or was used before. */
export async function consumeLink(
  database: Sql,
  purpose: 'set-up' | 'invitation' | 'reset',
  digest: Buffer,
  now: Date,
): Promise<boolean> {
  const rows = await database
    .update(oneTimeLinks)
    .set({ usedAt: now })
    .where(
      and(
        eq(oneTimeLinks.purpose, purpose),
        eq(oneTimeLinks.tokenSha256, digest),
        isNull(oneTimeLinks.usedAt),
        gt(oneTimeLinks.expiresAt, now),
      ),
    )
    .returning({ id: oneTimeLinks.id });
  return rows.length === 1;
}

export async function throttlesOf(database: Sql, keys: string[]) {
  return await database
    .select()
    .from(signInThrottle)
    .where(inArray(signInThrottle.key, keys))
    .limit(keys.length);
}

/** Adds one failure to a bucket (starting anew when the last is older than `forgetAfterMs`) and sets how long it blocks. */
export async function raiseThrottle(
  database: Sql,
  key: string,
  now: Date,
  forgetAfterMs: number,
  blockedUntil: (failures: number) => Date | null,
): Promise<void> {
  const oldest = new Date(now.getTime() - forgetAfterMs);
  const rows = await database
    .insert(signInThrottle)
    .values({ key, failures: 1, lastFailureAt: now, blockedUntil: null })
    .onConflictDoUpdate({
      target: signInThrottle.key,
      set: {
        failures: sql`case when ${signInThrottle.lastFailureAt} < ${oldest.toISOString()}::timestamptz then 1 else ${signInThrottle.failures} + 1 end`,
        lastFailureAt: now,
      },
    })
    .returning({ failures: signInThrottle.failures });
  const until = blockedUntil(rows[0]?.failures ?? 1);
  await database.update(signInThrottle).set({ blockedUntil: until }).where(eq(signInThrottle.key, key));
}

export async function clearThrottle(database: Sql, keys: string[]): Promise<void> {
  if (keys.length > 0) await database.delete(signInThrottle).where(inArray(signInThrottle.key, keys));
}

/** Removes what nobody can use any more: old sessions, spent links, forgotten throttles. */
export async function removeSpent(database: Sql, before: Date): Promise<void> {
  await database.delete(sessions).where(or(lt(sessions.expiresAt, before), lt(sessions.revokedAt, before)));
  await database.delete(oneTimeLinks).where(lt(oneTimeLinks.expiresAt, before));
  await database.delete(signInThrottle).where(lt(signInThrottle.lastFailureAt, before));
  await removeChallenges(database, before);
}

async function notifyAuth(database: Sql, subject: string): Promise<void> {
  await database.execute(sql`select pg_notify(${authChannel}, ${subject})`);
}
