import type { Sql } from '@nebula/db';
import { and, asc, desc, eq, gt, inArray, isNull, lt, lte, sql } from 'drizzle-orm';
import { type AddressRuns, type Addresses, dyndnsNames, dyndnsTokens } from './schema.ts';

/** A token as it is stored. */
export type TokenRow = typeof dyndnsTokens.$inferSelect;
/** A name as it is stored. */
export type NameRow = typeof dyndnsNames.$inferSelect;

/** Tokens, newest first, before an id. */
export async function tokensBefore(
  database: Sql,
  beforeId: string | null,
  limit: number,
): Promise<TokenRow[]> {
  return await database
    .select()
    .from(dyndnsTokens)
    .where(beforeId === null ? undefined : lt(dyndnsTokens.id, beforeId))
    .orderBy(desc(dyndnsTokens.id))
    .limit(limit);
}

export async function tokenById(database: Sql, id: string): Promise<TokenRow | undefined> {
  return (await database.select().from(dyndnsTokens).where(eq(dyndnsTokens.id, id)).limit(1))[0];
}

export async function tokenByDigest(database: Sql, digest: Buffer): Promise<TokenRow | undefined> {
  return (await database.select().from(dyndnsTokens).where(eq(dyndnsTokens.tokenSha256, digest)).limit(1))[0];
}

export async function insertToken(database: Sql, row: TokenRow): Promise<void> {
  await database.insert(dyndnsTokens).values(row);
}

/** Holds a token until the transaction ends, before its names: who revokes it takes them in this order. False when it is gone. */
export async function lockToken(database: Sql, id: string): Promise<boolean> {
  const rows = await database
    .select({ id: dyndnsTokens.id })
    .from(dyndnsTokens)
    .where(eq(dyndnsTokens.id, id))
    .for('no key update');
  return rows.length > 0;
}

export async function touchToken(
  database: Sql,
  id: string,
  use: Pick<TokenRow, 'lastUsedAt' | 'lastFrom' | 'lastAnswer' | 'lastRefused'>,
): Promise<void> {
  await database.update(dyndnsTokens).set(use).where(eq(dyndnsTokens.id, id));
}

/** Forgets a token and its names. */
export async function deleteToken(database: Sql, id: string): Promise<void> {
  await database.delete(dyndnsTokens).where(eq(dyndnsTokens.id, id));
}

/** Adds a name; false when somebody leads it already. */
export async function insertName(database: Sql, row: NameRow): Promise<boolean> {
  const rows = await database
    .insert(dyndnsNames)
    .values(row)
    .onConflictDoNothing({ target: dyndnsNames.name })
    .returning({ id: dyndnsNames.id });
  return rows.length > 0;
}

export async function deleteName(database: Sql, id: string): Promise<void> {
  await database.delete(dyndnsNames).where(eq(dyndnsNames.id, id));
}

export async function nameById(database: Sql, id: string): Promise<NameRow | undefined> {
  return (await database.select().from(dyndnsNames).where(eq(dyndnsNames.id, id)).limit(1))[0];
}

/** The names of these tokens. */
export async function namesOfTokens(database: Sql, tokenIds: readonly string[]): Promise<NameRow[]> {
  if (tokenIds.length === 0) return [];
  return await database
    .select()
    .from(dyndnsNames)
    .where(inArray(dyndnsNames.tokenId, [...tokenIds]))
    .orderBy(asc(dyndnsNames.name))
    .limit(tokenIds.length * 100);
}

/** Holds a name until the transaction ends. */
export async function lockName(database: Sql, id: string): Promise<void> {
  await database.select({ id: dyndnsNames.id }).from(dyndnsNames).where(eq(dyndnsNames.id, id)).for('update');
}

/** The names of a token, held until the transaction ends: two requests may each tell one family. */
export async function lockNames(database: Sql, tokenId: string): Promise<NameRow[]> {
  return await database
    .select()
    .from(dyndnsNames)
    .where(eq(dyndnsNames.tokenId, tokenId))
    .orderBy(asc(dyndnsNames.name))
    .limit(100)
    .for('update');
}

/** Which of these names somebody leads. */
export async function namesAmong(database: Sql, names: readonly string[]): Promise<NameRow[]> {
  if (names.length === 0) return [];
  return await database
    .select()
    .from(dyndnsNames)
    .where(inArray(dyndnsNames.name, [...names]))
    .limit(names.length);
}

/** Names that follow this machine's own address, after a name. */
export async function ownNamesAfter(database: Sql, after: string | null, limit: number): Promise<NameRow[]> {
  return await database
    .select()
    .from(dyndnsNames)
    .where(and(isNull(dyndnsNames.tokenId), after === null ? undefined : gt(dyndnsNames.name, after)))
    .orderBy(asc(dyndnsNames.name))
    .limit(limit);
}

/** Names whose records are kept at a provider. */
export async function namesKeptAt(database: Sql, providerId: string): Promise<string[]> {
  const rows = await database
    .select({ name: dyndnsNames.name })
    .from(dyndnsNames)
    .where(eq(dyndnsNames.providerId, providerId))
    .orderBy(asc(dyndnsNames.name))
    .limit(10_000);
  return rows.map(({ name }) => name);
}

/** Names that wait to be written or tried again; of more than are looked at, those first that were asked for longest ago. */
export async function openNames(database: Sql, now: Date, limit: number): Promise<string[]> {
  const queued = await database
    .select({ id: dyndnsNames.id })
    .from(dyndnsNames)
    .where(eq(dyndnsNames.state, 'queued'))
    .orderBy(asc(dyndnsNames.askedAt))
    .limit(limit);
  const failed = await database
    .select({ id: dyndnsNames.id })
    .from(dyndnsNames)
    .where(and(eq(dyndnsNames.state, 'failed'), lte(dyndnsNames.nextTryAt, now)))
    .orderBy(asc(dyndnsNames.nextTryAt))
    .limit(limit);
  return [...queued, ...failed].map(({ id }) => id);
}

/** Keeps where a name is to lead from now on. */
export async function wantAddresses(database: Sql, id: string, wanted: Addresses, now: Date): Promise<void> {
  await database
    .update(dyndnsNames)
    .set({
      ...{ wanted, state: 'queued', problem: null, attempts: 0, nextTryAt: null, runs: {} },
      ...{ askedAt: now, version: sql`${dyndnsNames.version} + 1` },
    })
    .where(eq(dyndnsNames.id, id));
}

/** Keeps the run that writes an address, unless another wish came in between; answers whether it did. */
export async function keepRun(
  database: Sql,
  { id, version }: Pick<NameRow, 'id' | 'version'>,
  runs: AddressRuns,
): Promise<boolean> {
  const rows = await database
    .update(dyndnsNames)
    .set({ runs })
    .where(and(eq(dyndnsNames.id, id), eq(dyndnsNames.version, version)))
    .returning({ id: dyndnsNames.id });
  return rows.length > 0;
}

/** Keeps how far a wish is, unless another wish or look came in between; answers whether it did. */
export async function keepProgress(
  database: Sql,
  { id, version }: Pick<NameRow, 'id' | 'version'>,
  progress: Partial<Pick<NameRow, 'state' | 'problem' | 'attempts' | 'nextTryAt' | 'settledAt'>>,
): Promise<boolean> {
  const rows = await database
    .update(dyndnsNames)
    .set({ ...progress, version: sql`${dyndnsNames.version} + 1` })
    .where(and(eq(dyndnsNames.id, id), eq(dyndnsNames.version, version)))
    .returning({ id: dyndnsNames.id });
  return rows.length > 0;
}
