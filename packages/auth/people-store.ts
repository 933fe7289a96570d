import type { Sql } from '@nebula/db';
import { and, count, desc, eq, gt, isNull, lt, max, ne, sql } from 'drizzle-orm';
import { oneTimeLinks, sessions, userCredentials, users } from './schema.ts';
import type { UserRow } from './store.ts';

/** An invitation or reset link as it is stored. */
export type LinkRow = typeof oneTimeLinks.$inferSelect;

/** Accounts, newest first, with when each was last seen and how it is protected. */
export async function usersBefore(database: Sql, beforeId: string | null, limit: number) {
  const seen = database
    .select({ userId: sessions.userId, at: max(sessions.lastSeenAt).as('at') })
    .from(sessions)
    .groupBy(sessions.userId)
    .as('seen');
  const factors = database
    .select({
      userId: userCredentials.userId,
      totp: sql<number>`(count(*) filter (where ${userCredentials.kind} = 'totp'))::int`.as('totp'),
      passkeys: sql<number>`(count(*) filter (where ${userCredentials.kind} = 'passkey'))::int`.as(
        'passkeys',
      ),
    })
    .from(userCredentials)
    .groupBy(userCredentials.userId)
    .as('factors');
  return await database
    .select({ user: users, lastSeenAt: seen.at, totp: factors.totp, passkeys: factors.passkeys })
    .from(users)
    .leftJoin(seen, eq(seen.userId, users.id))
    .leftJoin(factors, eq(factors.userId, users.id))
    .where(beforeId === null ? undefined : lt(users.id, beforeId))
    .orderBy(desc(users.id))
    .limit(limit);
}

/** When an account was last seen; null when it never was. */
export async function lastSeenOf(database: Sql, userId: string): Promise<Date | null> {
  const rows = await database
    .select({ at: max(sessions.lastSeenAt) })
    .from(sessions)
    .where(eq(sessions.userId, userId));
  return rows[0]?.at ?? null;
}

/** The account with this id. */
export async function userById(database: Sql, id: string): Promise<UserRow | undefined> {
  return (await database.select().from(users).where(eq(users.id, id)).limit(1))[0];
}

/** Administrators who can sign in, besides one. Take the lock of accounts before, so that the answer holds. */
export async function otherAdmins(database: Sql, id: string): Promise<number> {
  const rows = await database
    .select({ n: count() })
    .from(users)
    .where(and(eq(users.role, 'admin'), isNull(users.disabledAt), ne(users.id, id)));
  return rows[0]?.n ?? 0;
}

/** Changes an account that is still at this version; undefined when it is not. */
export async function updateUser(
  database: Sql,
  id: string,
  version: number,
  changes: Partial<Pick<UserRow, 'email' | 'name' | 'role' | 'disabledAt'>>,
): Promise<UserRow | undefined> {
  const rows = await database
    .update(users)
    .set({ ...changes, version: version + 1 })
    .where(and(eq(users.id, id), eq(users.version, version)))
    .returning();
  return rows[0];
}

export async function deleteUser(database: Sql, id: string): Promise<void> {
  await database.delete(users).where(eq(users.id, id));
}

/** Invitations that can still be used, newest first. */
export async function openInvitations(database: Sql, now: Date, beforeId: string | null, limit: number) {
  return await database
    .select({ link: oneTimeLinks, makerName: users.name })
    .from(oneTimeLinks)
    .leftJoin(users, eq(users.id, oneTimeLinks.createdBy))
    .where(
      and(
        eq(oneTimeLinks.purpose, 'invitation'),
        isNull(oneTimeLinks.usedAt),
        gt(oneTimeLinks.expiresAt, now),
        beforeId === null ? undefined : lt(oneTimeLinks.id, beforeId),
      ),
    )
    .orderBy(desc(oneTimeLinks.id))
    .limit(limit);
}

/** Withdraws an invitation that was not used; undefined when there is none. */
export async function removeInvitation(database: Sql, id: string): Promise<LinkRow | undefined> {
  const rows = await database
    .delete(oneTimeLinks)
    .where(and(eq(oneTimeLinks.id, id), eq(oneTimeLinks.purpose, 'invitation'), isNull(oneTimeLinks.usedAt)))
    .returning();
  return rows[0];
}

/** Withdraws the open invitations that somebody made; answers whom they were for. */
export async function removeInvitationsBy(database: Sql, makerId: string): Promise<string[]> {
  const rows = await database
    .delete(oneTimeLinks)
    .where(
      and(
        eq(oneTimeLinks.createdBy, makerId),
        eq(oneTimeLinks.purpose, 'invitation'),
        isNull(oneTimeLinks.usedAt),
      ),
    )
    .returning({ email: oneTimeLinks.email });
  return rows.map(({ email }) => email ?? '').toSorted();
}

/** Withdraws the open invitations or resets of an address: only the newest link works. */
export async function removeLinksFor(
  database: Sql,
  purpose: 'invitation' | 'reset',
  email: string,
): Promise<void> {
  await database
    .delete(oneTimeLinks)
    .where(
      and(eq(oneTimeLinks.purpose, purpose), eq(oneTimeLinks.email, email), isNull(oneTimeLinks.usedAt)),
    );
}
