import type { Sql } from '@nebula/db';
import { and, asc, eq, gt, max, or, sql } from 'drizzle-orm';
import { imageChecks, registryCredentials } from './schema.ts';

/** A check as it is stored. */
export type CheckRow = typeof imageChecks.$inferSelect;
/** A login as it is stored, its password sealed. */
export type CredentialRow = typeof registryCredentials.$inferSelect;

/** Keeps the newest check of each image. */
export async function saveChecks(database: Sql, rows: CheckRow[]): Promise<void> {
  if (rows.length === 0) return;
  const newest = (name: string) => sql.raw(`excluded.${name}`);
  await database
    .insert(imageChecks)
    .values(rows)
    .onConflictDoUpdate({
      target: [imageChecks.hostId, imageChecks.image, imageChecks.imageId],
      set: {
        registry: newest('registry'),
        state: newest('state'),
        failure: newest('failure'),
        detail: newest('detail'),
        localDigest: newest('local_digest'),
        remoteDigest: newest('remote_digest'),
        checkedAt: newest('checked_at'),
        retryAt: newest('retry_at'),
      },
    });
}

/** Forgets checks of images that no container uses any more. */
export async function keepChecks(
  database: Sql,
  hostId: string,
  used: { image: string; imageId: string }[],
): Promise<void> {
  const keys = used.map(({ image, imageId }) => `${image} ${imageId}`);
  await database
    .delete(imageChecks)
    .where(
      and(
        eq(imageChecks.hostId, hostId),
        sql`not (${imageChecks.image} || ' ' || ${imageChecks.imageId} = any(${sql.param(keys)}::text[]))`,
      ),
    );
}

/** What is known of each image; at most `limit`. */
export async function checkStates(database: Sql, limit: number) {
  const { hostId, image, imageId, state } = imageChecks;
  return await database.select({ hostId, image, imageId, state }).from(imageChecks).limit(limit);
}

/** Images whose registry was found to have them no more, by id; at most a thousand. */
export async function lostImages(database: Sql, hostId: string): Promise<Set<string>> {
  const rows = await database
    .select({ imageId: imageChecks.imageId })
    .from(imageChecks)
    .where(and(eq(imageChecks.hostId, hostId), eq(imageChecks.failure, 'not-found')))
    .limit(1000);
  return new Set(rows.map(({ imageId }) => imageId));
}

export async function checksAfter(
  database: Sql,
  filter: { image?: string | undefined; state?: CheckRow['state'] | undefined },
  after: { image: string; imageId: string } | null,
  limit: number,
): Promise<CheckRow[]> {
  return await database
    .select()
    .from(imageChecks)
    .where(
      and(
        filter.image === undefined ? undefined : eq(imageChecks.image, filter.image),
        filter.state === undefined ? undefined : eq(imageChecks.state, filter.state),
        after === null
          ? undefined
          : or(
              gt(imageChecks.image, after.image),
              and(eq(imageChecks.image, after.image), gt(imageChecks.imageId, after.imageId)),
            ),
      ),
    )
    .orderBy(asc(imageChecks.image), asc(imageChecks.imageId))
    .limit(limit);
}

/** Until when each registry asked to be left alone, where that is after `now`. */
export async function pausesOf(database: Sql, now: Date): Promise<Map<string, Date>> {
  const rows = await database
    .select({ registry: imageChecks.registry, until: max(imageChecks.retryAt) })
    .from(imageChecks)
    .where(gt(imageChecks.retryAt, now))
    .groupBy(imageChecks.registry);
  return new Map(rows.flatMap(({ registry, until }) => (until === null ? [] : [[registry, until]])));
}

export async function credentialsAfter(
  database: Sql,
  after: string | null,
  limit: number,
): Promise<CredentialRow[]> {
  return await database
    .select()
    .from(registryCredentials)
    .where(after === null ? undefined : gt(registryCredentials.registry, after))
    .orderBy(asc(registryCredentials.registry))
    .limit(limit);
}

export async function credentialOf(database: Sql, registry: string): Promise<CredentialRow | undefined> {
  const rows = await database
    .select()
    .from(registryCredentials)
    .where(eq(registryCredentials.registry, registry))
    .limit(1);
  return rows[0];
}

/** Keeps a login, in place of the one of the same registry; answers it as it is stored. */
export async function saveCredential(database: Sql, row: CredentialRow): Promise<CredentialRow> {
  const { username, password, updatedAt } = row;
  const rows = await database
    .insert(registryCredentials)
    .values(row)
    .onConflictDoUpdate({ target: registryCredentials.registry, set: { username, password, updatedAt } })
    .returning();
  return rows[0] ?? row;
}

export async function deleteCredential(database: Sql, id: string): Promise<CredentialRow | undefined> {
  return (await database.delete(registryCredentials).where(eq(registryCredentials.id, id)).returning())[0];
}
