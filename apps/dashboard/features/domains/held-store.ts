import type { Sql } from '@nebula/db';
import { eq, inArray, isNotNull, or, sql as raw } from 'drizzle-orm';
import { domainCertificates } from './schema.ts';

/** Whose certificate a domain is served with. */
export type HeldRow = typeof domainCertificates.$inferSelect;

/** Of each of these domains that is not simply served with the proxy's own. */
export async function heldOf(database: Sql, ids: readonly string[]): Promise<Map<string, HeldRow>> {
  if (ids.length === 0) return new Map();
  const rows = await database
    .select()
    .from(domainCertificates)
    .where(inArray(domainCertificates.domainId, [...ids]))
    .limit(ids.length);
  return new Map(rows.map((row) => [row.domainId, row]));
}

/** Ids of the certificates that domains are served with. */
export async function certificatesInUse(database: Sql): Promise<string[]> {
  const rows = await database
    .select({ id: domainCertificates.certificateId, good: domainCertificates.goodCertificateId })
    .from(domainCertificates)
    .where(or(isNotNull(domainCertificates.certificateId), isNotNull(domainCertificates.goodCertificateId)))
    .limit(10_000);
  return [...new Set(rows.flatMap(({ id, good }) => [id ?? [], good ?? []].flat()))];
}

/** Serves a domain with a certificate that is kept here, or with the proxy's own. */
export async function keepCertificate(
  database: Sql,
  domainId: string,
  kept: Pick<HeldRow, 'keeper' | 'certificateId'>,
  now: Date,
): Promise<void> {
  const change = { ...kept, updatedAt: now };
  await database
    .insert(domainCertificates)
    .values({ domainId, ...change, goodCertificateId: null, answers: [] })
    .onConflictDoUpdate({ target: domainCertificates.domainId, set: change });
}

/** Keeps that what is wanted was proven to be served. */
export async function settleCertificate(database: Sql, domainId: string): Promise<void> {
  await database
    .update(domainCertificates)
    .set({ goodCertificateId: raw`${domainCertificates.certificateId}` })
    .where(eq(domainCertificates.domainId, domainId));
}

/** Adds a proof that the proxy answers with. */
export async function addAnswer(
  database: Sql,
  domainId: string,
  answer: HeldRow['answers'][number],
  now: Date,
): Promise<void> {
  await database
    .insert(domainCertificates)
    .values({
      ...{ domainId, keeper: 'proxy', certificateId: null, goodCertificateId: null },
      ...{ answers: [answer], updatedAt: now },
    })
    .onConflictDoNothing();
  await database
    .update(domainCertificates)
    .set({
      answers: raw`(select coalesce(jsonb_agg(one), '[]'::jsonb) from jsonb_array_elements(${domainCertificates.answers}) one
        where one->>'token' <> ${answer.token}) || ${JSON.stringify([answer])}::jsonb`,
      updatedAt: now,
    })
    .where(eq(domainCertificates.domainId, domainId));
}

/** Takes a proof away. */
export async function removeAnswer(database: Sql, domainId: string, token: string, now: Date): Promise<void> {
  await database
    .update(domainCertificates)
    .set({
      answers: raw`(select coalesce(jsonb_agg(one), '[]'::jsonb) from jsonb_array_elements(${domainCertificates.answers}) one
        where one->>'token' <> ${token})`,
      updatedAt: now,
    })
    .where(eq(domainCertificates.domainId, domainId));
}
