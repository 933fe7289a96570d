import type { Sql } from '@nebula/db';
import { and, desc, eq, inArray, lt, notInArray, sql as raw } from 'drizzle-orm';
import { certificates, certificateWatch } from './schema.ts';

/** A certificate that was seen. */
export type CertificateSeenRow = typeof certificates.$inferSelect;
/** What the watch knows of one domain. */
export type WatchRow = typeof certificateWatch.$inferSelect;

/** Keeps that a certificate was seen, and answers what is kept: what it is stays as it was at first. */
export async function putSeen(database: Sql, row: CertificateSeenRow): Promise<CertificateSeenRow> {
  const [kept] = await database
    .insert(certificates)
    .values(row)
    .onConflictDoUpdate({
      target: [certificates.domainId, certificates.fingerprint],
      set: { lastSeenAt: row.lastSeenAt },
    })
    .returning();
  return kept ?? row;
}

/** Certificates of a domain, the newest first. */
export async function seenOf(database: Sql, domainId: string, limit: number): Promise<CertificateSeenRow[]> {
  return await database
    .select()
    .from(certificates)
    .where(eq(certificates.domainId, domainId))
    .orderBy(desc(certificates.firstSeenAt), desc(certificates.fingerprint))
    .limit(limit);
}

/** What the watch knows of these domains, with the certificate that each shows. */
export async function watchOf(
  database: Sql,
  ids: readonly string[],
): Promise<Map<string, { watch: WatchRow; certificate: CertificateSeenRow | null }>> {
  if (ids.length === 0) return new Map();
  const rows = await database
    .select({ watch: certificateWatch, certificate: certificates })
    .from(certificateWatch)
    .leftJoin(
      certificates,
      and(
        eq(certificates.domainId, certificateWatch.domainId),
        eq(certificates.fingerprint, certificateWatch.fingerprint),
      ),
    )
    .where(inArray(certificateWatch.domainId, [...ids]))
    .limit(ids.length);
  return new Map(rows.map((row) => [row.watch.domainId, row]));
}

/** Keeps what the watch saw, and answers all that it knows then; tries that failed are counted elsewhere. */
export async function putWatch(
  database: Sql,
  row: Omit<WatchRow, 'failures' | 'lastFailureAt' | 'problem' | 'told'>,
): Promise<WatchRow> {
  const { domainId: _domainId, ...seen } = row;
  const first = { ...row, failures: 0, lastFailureAt: null, problem: null, told: null };
  const [kept] = await database
    .insert(certificateWatch)
    .values(first)
    .onConflictDoUpdate({ target: certificateWatch.domainId, set: seen })
    .returning();
  return kept ?? first;
}

export async function setTold(database: Sql, domainId: string, told: string | null): Promise<void> {
  await database.update(certificateWatch).set({ told }).where(eq(certificateWatch.domainId, domainId));
}

/** Counts a try that failed. */
export async function countFailure(
  database: Sql,
  domainId: string,
  problem: string,
  now: Date,
): Promise<void> {
  await database
    .update(certificateWatch)
    .set({ failures: raw`${certificateWatch.failures} + 1`, lastFailureAt: now, problem })
    .where(eq(certificateWatch.domainId, domainId));
}

/** Begins to count anew after a success. */
export async function clearFailures(database: Sql, domainId: string): Promise<void> {
  await database
    .update(certificateWatch)
    .set({ failures: 0, lastFailureAt: null, problem: null, missingSince: null })
    .where(eq(certificateWatch.domainId, domainId));
}

/** Forgets what is known of domains that are not served any more, and certificates that expired before an instant. */
export async function forget(database: Sql, served: readonly string[], expiredBefore: Date): Promise<void> {
  await database
    .delete(certificateWatch)
    .where(served.length === 0 ? undefined : notInArray(certificateWatch.domainId, [...served]));
  await database.delete(certificates).where(lt(certificates.notAfter, expiredBefore));
}

/** Keeps when an authority wants the certificate to be renewed, and answers all that the watch knows then. */
export async function setWindow(
  database: Sql,
  domainId: string,
  window: { start: Date | null; end: Date | null; askAgainAt: Date },
): Promise<WatchRow | undefined> {
  const { start, end, askAgainAt } = window;
  const rows = await database
    .update(certificateWatch)
    .set({ windowStart: start, windowEnd: end, windowAskAt: askAgainAt })
    .where(eq(certificateWatch.domainId, domainId))
    .returning();
  return rows[0];
}
