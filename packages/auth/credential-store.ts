import type { Sql } from '@nebula/db';
import { and, count, desc, eq, inArray, isNull, ne, or, sql } from 'drizzle-orm';
import { removeHalfSignIns } from './challenge-store.ts';
import { authChannel } from './store.ts';
import { oneTimeLinks, sessions, userCredentials, users } from './schema.ts';

/** A way to prove who somebody is, as it is stored. */
export type CredentialRow = typeof userCredentials.$inferSelect;
type Kind = CredentialRow['kind'];

/** An account has at most this many credentials of a kind. */
const mostOfAKind = 50;

/** An account's credentials of one kind, newest first. */
export async function credentialsOf(database: Sql, userId: string, kind: Kind): Promise<CredentialRow[]> {
  return await database
    .select()
    .from(userCredentials)
    .where(and(eq(userCredentials.userId, userId), eq(userCredentials.kind, kind)))
    .orderBy(desc(userCredentials.id))
    .limit(mostOfAKind);
}

/** How many of each kind an account has. */
export async function credentialCounts(database: Sql, userId: string): Promise<Map<Kind, number>> {
  const rows = await database
    .select({ kind: userCredentials.kind, n: count() })
    .from(userCredentials)
    .where(eq(userCredentials.userId, userId))
    .groupBy(userCredentials.kind);
  return new Map(rows.map(({ kind, n }) => [kind, n]));
}

/** Adds a credential; false when there is one already that must be the only one of its kind or name. */
export async function insertCredential(
  database: Sql,
  row: typeof userCredentials.$inferInsert,
): Promise<boolean> {
  const rows = await database
    .insert(userCredentials)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: userCredentials.id });
  return rows.length === 1;
}

/** The credential that an authenticator or provider knows by this id, and whose it is. */
export async function credentialByExternalId(database: Sql, kind: Kind, externalId: string) {
  const rows = await database
    .select({ credential: userCredentials, user: users })
    .from(userCredentials)
    .innerJoin(users, eq(users.id, userCredentials.userId))
    .where(and(eq(userCredentials.kind, kind), eq(userCredentials.externalId, externalId)))
    .limit(1);
  return rows[0];
}

/** Marks a step of a TOTP secret as used; false when it or a later one was used before. */
export async function useTotpStep(database: Sql, id: string, step: number, now: Date): Promise<boolean> {
  const rows = await database
    .update(userCredentials)
    .set({ data: JSON.stringify({ lastStep: step }), lastUsedAt: now })
    .where(
      and(
        eq(userCredentials.id, id),
        sql`coalesce((${userCredentials.data}::json ->> 'lastStep')::bigint, 0) < ${step}`,
      ),
    )
    .returning({ id: userCredentials.id });
  return rows.length === 1;
}

/** Removes a recovery code that is used; false when it is not one of theirs any more. */
export async function useRecoveryCode(database: Sql, userId: string, digest: string): Promise<boolean> {
  const rows = await database
    .delete(userCredentials)
    .where(
      and(
        eq(userCredentials.userId, userId),
        eq(userCredentials.kind, 'recovery-code'),
        eq(userCredentials.secret, digest),
      ),
    )
    .returning({ id: userCredentials.id });
  return rows.length === 1;
}

/**
 * Notes that a passkey was used. False when its counter did not rise although it counts (WebAuthn section 6.1.1): of two copies,
 * one is refused.
 */
export async function usePasskey(
  database: Sql,
  id: string,
  use: { counter: number; data: string; now: Date },
): Promise<boolean> {
  const known = sql`(${userCredentials.data}::json ->> 'counter')::bigint`;
  const rows = await database
    .update(userCredentials)
    .set({ data: use.data, lastUsedAt: use.now })
    .where(
      and(
        eq(userCredentials.id, id),
        or(sql`${known} < ${use.counter}`, and(sql`${known} = 0`, sql`${use.counter} = 0`)),
      ),
    )
    .returning({ id: userCredentials.id });
  return rows.length === 1;
}

/** Changes what is kept beside a credential of this account; undefined when it is not theirs. */
export async function patchCredential(
  database: Sql,
  userId: string,
  id: string,
  patch: Record<string, string>,
): Promise<CredentialRow | undefined> {
  const rows = await database
    .update(userCredentials)
    .set({ data: sql`(${userCredentials.data}::jsonb || ${JSON.stringify(patch)}::jsonb)::text` })
    .where(and(eq(userCredentials.userId, userId), eq(userCredentials.id, id)))
    .returning();
  return rows[0];
}

/** Serialises changes of how one account signs in, until the transaction ends. */
export async function lockCredentials(database: Sql, userId: string): Promise<void> {
  await database.select({ id: users.id }).from(users).where(eq(users.id, userId)).for('update');
}

export async function removeCredential(
  database: Sql,
  userId: string,
  kind: Kind,
  id: string,
): Promise<CredentialRow | undefined> {
  const rows = await database
    .delete(userCredentials)
    .where(
      and(eq(userCredentials.userId, userId), eq(userCredentials.kind, kind), eq(userCredentials.id, id)),
    )
    .returning();
  return rows[0];
}

/** Removes all credentials of some kinds; answers how many there were. */
export async function removeCredentials(database: Sql, userId: string, kinds: Kind[]): Promise<number> {
  const rows = await database
    .delete(userCredentials)
    .where(and(eq(userCredentials.userId, userId), inArray(userCredentials.kind, kinds)))
    .returning({ id: userCredentials.id });
  return rows.length;
}

/** Sets the password, whether there was one or not; what was half proven with the old one is void. */
export async function setPassword(
  database: Sql,
  row: { id: string; userId: string; secret: string; now: Date },
): Promise<void> {
  const { id, userId, secret, now } = row;
  await database
    .insert(userCredentials)
    .values({ id, userId, kind: 'password', secret, createdAt: now })
    .onConflictDoUpdate({
      target: userCredentials.userId,
      targetWhere: eq(userCredentials.kind, 'password'),
      set: { secret, createdAt: now },
    });
  await removeHalfSignIns(database, userId);
}

/** Sessions of a user that live, newest first. */
export async function sessionsOf(
  database: Sql,
  userId: string,
  now: Date,
  beforeId: string | null,
  limit: number,
) {
  return await database
    .select()
    .from(sessions)
    .where(
      and(
        eq(sessions.userId, userId),
        isNull(sessions.revokedAt),
        sql`${sessions.expiresAt} > ${now.toISOString()}::timestamptz`,
        beforeId === null ? undefined : sql`${sessions.id} < ${beforeId}::uuid`,
      ),
    )
    .orderBy(desc(sessions.id))
    .limit(limit);
}

/** Ends sessions of a user: one when `only` names it, all but `except` otherwise; answers their ids. */
export async function endSessions(
  database: Sql,
  userId: string,
  now: Date,
  which: { only?: string; except?: string | null },
): Promise<string[]> {
  const rows = await database
    .update(sessions)
    .set({ revokedAt: now })
    .where(
      and(
        eq(sessions.userId, userId),
        isNull(sessions.revokedAt),
        which.only === undefined ? undefined : eq(sessions.id, which.only),
        which.except === undefined || which.except === null ? undefined : ne(sessions.id, which.except),
      ),
    )
    .returning({ id: sessions.id });
  for (const { id } of rows) await tell(database, `session:${id}`);
  return rows.map(({ id }) => id);
}

/** Notes that somebody has just proven in this session that it is them. */
export async function setSteppedUp(database: Sql, sessionId: string, now: Date): Promise<void> {
  await database.update(sessions).set({ steppedUpAt: now }).where(eq(sessions.id, sessionId));
  await tell(database, `proof:${sessionId}`);
}

/** Tells every process that what an account may do has changed. */
export async function tellUserChanged(database: Sql, userId: string): Promise<void> {
  await tell(database, `user:${userId}`);
}

export async function linkByDigest(
  database: Sql,
  purpose: 'invitation' | 'reset',
  digest: Buffer,
  now: Date,
) {
  const rows = await database
    .select({ link: oneTimeLinks, maker: users })
    .from(oneTimeLinks)
    .leftJoin(users, eq(users.id, oneTimeLinks.createdBy))
    .where(
      and(
        eq(oneTimeLinks.purpose, purpose),
        eq(oneTimeLinks.tokenSha256, digest),
        isNull(oneTimeLinks.usedAt),
        sql`${oneTimeLinks.expiresAt} > ${now.toISOString()}::timestamptz`,
      ),
    )
    .limit(1);
  return rows[0];
}

async function tell(database: Sql, subject: string): Promise<void> {
  await database.execute(sql`select pg_notify(${authChannel}, ${subject})`);
}
