import type { Sql } from '@nebula/db';
import { and, asc, desc, eq, inArray, isNotNull, lt, notInArray, sql as raw } from 'drizzle-orm';
import { acmeAuthorities, acmeCertificates, acmeOrders } from './schema.ts';

/** Rows as they are stored. */
export type AuthorityRow = typeof acmeAuthorities.$inferSelect;
export type OrderRow = typeof acmeOrders.$inferSelect;
/** A certificate that is kept here, its key sealed. */
export type CertificateRow = typeof acmeCertificates.$inferSelect;

const mostAuthorities = 100;

/** Every authority that was ever asked. */
export async function authorityRows(database: Sql): Promise<AuthorityRow[]> {
  return await database
    .select()
    .from(acmeAuthorities)
    .orderBy(asc(acmeAuthorities.directory))
    .limit(mostAuthorities);
}

export async function findAuthority(database: Sql, directory: string): Promise<AuthorityRow | undefined> {
  return (
    await database.select().from(acmeAuthorities).where(eq(acmeAuthorities.directory, directory)).limit(1)
  )[0];
}

/** Keeps the key of an account; the one that was there first stays. */
export async function addAuthority(database: Sql, row: AuthorityRow): Promise<void> {
  await database.insert(acmeAuthorities).values(row).onConflictDoNothing();
}

export async function updateAuthority(
  database: Sql,
  directory: string,
  change: Partial<Omit<AuthorityRow, 'directory'>>,
): Promise<void> {
  await database.update(acmeAuthorities).set(change).where(eq(acmeAuthorities.directory, directory));
}

export async function insertOrder(database: Sql, row: OrderRow): Promise<void> {
  await database.insert(acmeOrders).values(row);
}

export async function updateOrder(
  database: Sql,
  id: string,
  change: Partial<Omit<OrderRow, 'id' | 'request' | 'createdAt'>>,
): Promise<OrderRow | undefined> {
  return (await database.update(acmeOrders).set(change).where(eq(acmeOrders.id, id)).returning())[0];
}

/** Orders of a request in the order in which they were made. */
export async function ordersOf(database: Sql, request: string): Promise<OrderRow[]> {
  return await database
    .select()
    .from(acmeOrders)
    .where(eq(acmeOrders.request, request))
    .orderBy(asc(acmeOrders.id))
    .limit(50);
}

/** The newest orders of a subject. */
export async function newestOrders(database: Sql, subject: string, limit: number): Promise<OrderRow[]> {
  return await database
    .select()
    .from(acmeOrders)
    .where(eq(acmeOrders.subject, subject))
    .orderBy(desc(acmeOrders.id))
    .limit(limit);
}

/** Which of these addresses belong to orders that are known. */
export async function knownOrders(database: Sql, urls: readonly string[]): Promise<Set<string>> {
  if (urls.length === 0) return new Set();
  const rows = await database
    .select({ url: acmeOrders.url })
    .from(acmeOrders)
    .where(and(isNotNull(acmeOrders.url), inArray(acmeOrders.url, [...urls])))
    .limit(urls.length);
  return new Set(rows.flatMap(({ url }) => url ?? []));
}

/** Orders that ended and whose proofs may still stand. */
export async function ordersWithProofs(database: Sql, before: Date, limit: number): Promise<OrderRow[]> {
  return await database
    .select()
    .from(acmeOrders)
    .where(
      and(
        raw`${acmeOrders.proofs} <> '[]'::jsonb`,
        inArray(acmeOrders.state, ['issued', 'failed', 'dropped']),
        lt(acmeOrders.updatedAt, before),
      ),
    )
    .orderBy(asc(acmeOrders.updatedAt))
    .limit(limit);
}

/** Orders of a subject whose proofs may still stand. */
export async function ordersOfWithProofs(database: Sql, subject: string): Promise<OrderRow[]> {
  return await database
    .select()
    .from(acmeOrders)
    .where(and(raw`${acmeOrders.proofs} <> '[]'::jsonb`, eq(acmeOrders.subject, subject)))
    .orderBy(asc(acmeOrders.id))
    .limit(1000);
}

/** Forgets orders that nothing happened with since an instant and that left nothing behind. */
export async function removeOrdersBefore(database: Sql, instant: Date): Promise<void> {
  await database
    .delete(acmeOrders)
    .where(and(lt(acmeOrders.updatedAt, instant), raw`${acmeOrders.proofs} = '[]'::jsonb`));
}

/** Keeps a certificate; one that is there stays as it is. */
export async function insertCertificate(database: Sql, row: CertificateRow): Promise<void> {
  await database.insert(acmeCertificates).values(row).onConflictDoNothing();
}

/** Certificates by their ids, in no order. */
export async function findCertificates(database: Sql, ids: readonly string[]): Promise<CertificateRow[]> {
  if (ids.length === 0) return [];
  return await database
    .select()
    .from(acmeCertificates)
    .where(inArray(acmeCertificates.id, [...ids]))
    .limit(ids.length);
}

/** Forgets certificates that expired before an instant, but those that are used: one that a person brought is here only. */
export async function removeExpiredCertificates(
  database: Sql,
  instant: Date,
  used: readonly string[],
): Promise<void> {
  await database
    .delete(acmeCertificates)
    .where(
      and(
        lt(acmeCertificates.notAfter, instant),
        used.length === 0 ? undefined : notInArray(acmeCertificates.id, [...used]),
      ),
    );
}
