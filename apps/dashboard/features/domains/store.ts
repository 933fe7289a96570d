import type { Sql } from '@nebula/db';
import type { Route } from '@nebula/proxy';
import { and, asc, desc, eq, gt, gte, ilike, inArray, isNotNull, lt, ne, sql } from 'drizzle-orm';
import type { DomainStatus } from './contract.ts';
import { domainChecks, domainEvents, domains } from './schema.ts';

/** A domain as it is stored. */
export type DomainRow = typeof domains.$inferSelect;
export type DomainEventRow = typeof domainEvents.$inferSelect;
export type DomainCheckRow = typeof domainChecks.$inferSelect;

const isNamedLike = (search: string) => ilike(domains.name, `%${search.replace(/[\\%_]/g, '\\$&')}%`);

/** Domains after a name, in the order of names. */
export async function domainsAfter(
  database: Sql,
  filter: { search?: string | undefined; status?: DomainStatus | undefined },
  after: string | null,
  limit: number,
): Promise<DomainRow[]> {
  return await database
    .select()
    .from(domains)
    .where(
      and(
        filter.status === undefined ? undefined : eq(domains.status, filter.status),
        filter.search === undefined ? undefined : isNamedLike(filter.search),
        after === null ? undefined : gt(domains.name, after),
      ),
    )
    .orderBy(asc(domains.name))
    .limit(limit);
}

export async function findDomain(database: Sql, id: string): Promise<DomainRow | undefined> {
  return (await database.select().from(domains).where(eq(domains.id, id)).limit(1))[0];
}

/** The same, held until the transaction ends. */
export async function lockDomain(database: Sql, id: string): Promise<DomainRow | undefined> {
  return (await database.select().from(domains).where(eq(domains.id, id)).limit(1).for('update'))[0];
}

/** The domains of these names by name. */
export async function domainsOnHost(
  database: Sql,
  hostId: string,
  names: readonly string[],
): Promise<Map<string, DomainRow>> {
  if (names.length === 0) return new Map();
  const rows = await database
    .select()
    .from(domains)
    .where(and(eq(domains.hostId, hostId), inArray(domains.name, [...names])))
    .limit(names.length);
  return new Map(rows.map((row) => [row.name, row]));
}

/** What a run or a person may change of a domain while somebody else works on what it was. */
export type HeldDomain = Pick<DomainRow, 'version' | 'status' | 'records' | 'isChanged'>;

/** The domains of these ids, held until the transaction ends. */
export async function holdDomains(database: Sql, ids: readonly string[]): Promise<Map<string, HeldDomain>> {
  if (ids.length === 0) return new Map();
  const { id, version, status, records, isChanged } = domains;
  const rows = await database
    .select({ id, version, status, records, isChanged })
    .from(domains)
    .where(inArray(id, [...ids]))
    .orderBy(asc(domains.name))
    .limit(ids.length)
    .for('update');
  return new Map(rows.map((row) => [row.id, row]));
}

/** Lets one import after the other write, so that none waits for rows of another that waits for its. */
export async function holdImports(database: Sql): Promise<void> {
  await database.execute(sql`select pg_advisory_xact_lock(4107206, 0)`);
}

/** Adds domains; answers how many of their names were free. */
export async function insertDomains(database: Sql, rows: readonly DomainRow[]): Promise<number> {
  if (rows.length === 0) return 0;
  // One parameter: a statement with one for each value takes longer to put together than to run.
  const added = await database.execute(sql`
    insert into domains (id, host_id, name, target, options, accounts, dns, note, follows_address, status, is_changed,
      problem, run_id, route, good_route, records, certificate, version, created_at, updated_at)
    select id, "hostId", name, target, options, accounts, dns, note, "followsAddress", status, "isChanged",
      problem, "runId", route, "goodRoute", records, certificate, version, "createdAt", "updatedAt"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as wanted
      (id uuid, "hostId" text, name text, target jsonb, options jsonb, accounts jsonb, dns jsonb, note text,
        "followsAddress" boolean, status text, "isChanged" boolean, problem text, "runId" uuid, route jsonb,
        "goodRoute" jsonb, records jsonb, certificate jsonb, version integer, "createdAt" timestamptz,
        "updatedAt" timestamptz)
    on conflict (host_id, name) do nothing
    returning id`);
  return added.rows.length;
}

/** What an import sets of a domain that is here. */
export type DomainReplacement = Pick<
  DomainRow,
  'id' | 'target' | 'options' | 'dns' | 'note' | 'followsAddress' | 'accounts' | 'isChanged'
>;

/** Replaces what people set of domains, each with its next version. */
export async function replaceDomains(
  database: Sql,
  replacements: readonly DomainReplacement[],
  at: Date,
): Promise<void> {
  if (replacements.length === 0) return;
  await database.execute(sql`
    update domains set target = wanted.target, options = wanted.options, dns = wanted.dns, note = wanted.note,
      follows_address = wanted."followsAddress", accounts = wanted.accounts, is_changed = wanted."isChanged",
      version = domains.version + 1, updated_at = ${at.toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(replacements)}::jsonb) as wanted
      (id uuid, target jsonb, options jsonb, dns jsonb, note text, "followsAddress" boolean, accounts jsonb,
        "isChanged" boolean)
    where domains.id = wanted.id`);
}

export async function insertEvents(database: Sql, rows: readonly DomainEventRow[]): Promise<void> {
  if (rows.length === 0) return;
  await database.execute(sql`
    insert into domain_events (id, domain_id, name, at, kind, summary, actor, run_id)
    select id, "domainId", name, at, kind, summary, actor, "runId"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as wanted
      (id uuid, "domainId" uuid, name text, at timestamptz, kind text, summary text, actor text, "runId" uuid)`);
}

/** The domains among these names, on whatever host. */
export async function domainsNamed(database: Sql, names: readonly string[]): Promise<DomainRow[]> {
  if (names.length === 0) return [];
  return await database
    .select()
    .from(domains)
    .where(inArray(domains.name, [...names]))
    .limit(names.length);
}

/** Names of the domains that have records of ours at a provider. */
export async function namesKeptAt(database: Sql, providerId: string): Promise<string[]> {
  const rows = await database
    .select({ name: domains.name })
    .from(domains)
    .where(and(sql`${domains.dns}->>'providerId' = ${providerId}`, sql`${domains.records} <> '{}'`))
    .orderBy(asc(domains.name))
    .limit(10_000);
  return rows.map(({ name }) => name);
}

/** Adds a domain; false when one with its name is there. */
export async function insertDomain(database: Sql, row: DomainRow): Promise<boolean> {
  const rows = await database
    .insert(domains)
    .values(row)
    .onConflictDoNothing({ target: [domains.hostId, domains.name] })
    .returning({ id: domains.id });
  return rows.length > 0;
}

export async function updateDomain(
  database: Sql,
  id: string,
  change: Partial<Omit<DomainRow, 'id' | 'hostId' | 'name' | 'createdAt'>>,
): Promise<DomainRow | undefined> {
  return (await database.update(domains).set(change).where(eq(domains.id, id)).returning())[0];
}

export async function deleteDomain(database: Sql, id: string): Promise<void> {
  await database.delete(domains).where(eq(domains.id, id));
}

/** Every route that the proxy should serve, with the one it last did. */
export async function wantedRoutes(
  database: Sql,
  hostId: string,
  limit = 10_000,
): Promise<{ id: string; route: Route; goodRoute: Route | null; seenNames: string[] }[]> {
  const rows = await database
    .select({
      ...{ id: domains.id, route: domains.route, goodRoute: domains.goodRoute },
      seenNames: sql<string[]>`coalesce(${domains.certificate}->'names', '[]'::jsonb)`,
    })
    .from(domains)
    .where(and(eq(domains.hostId, hostId), isNotNull(domains.route)))
    .orderBy(asc(domains.name))
    .limit(limit);
  return rows.flatMap(({ route, ...rest }) => (route === null ? [] : [{ ...rest, route }]));
}

/** Domains that are served, whatever their last run came to, after a name. */
export async function servedAfter(
  database: Sql,
  after: string | null,
  limit: number,
  search?: string,
): Promise<DomainRow[]> {
  return await database
    .select()
    .from(domains)
    .where(
      and(
        isNotNull(domains.goodRoute),
        ne(domains.status, 'removing'),
        search === undefined ? undefined : isNamedLike(search),
        after === null ? undefined : gt(domains.name, after),
      ),
    )
    .orderBy(asc(domains.name))
    .limit(limit);
}

export async function insertEvent(database: Sql, row: DomainEventRow): Promise<void> {
  // A step that runs again after a crash tells the same event.
  await database.insert(domainEvents).values(row).onConflictDoNothing();
}

/** Events of a domain before an id, newest first. */
export async function eventsBefore(
  database: Sql,
  domainId: string,
  beforeId: string | null,
  limit: number,
): Promise<DomainEventRow[]> {
  return await database
    .select()
    .from(domainEvents)
    .where(
      and(eq(domainEvents.domainId, domainId), beforeId === null ? undefined : lt(domainEvents.id, beforeId)),
    )
    .orderBy(desc(domainEvents.id))
    .limit(limit);
}

export async function insertCheck(database: Sql, row: DomainCheckRow): Promise<void> {
  await database.insert(domainChecks).values(row).onConflictDoNothing();
}

/** Checks of a domain since an instant, newest first. */
export async function checksSince(
  database: Sql,
  domainId: string,
  since: Date,
  limit: number,
): Promise<DomainCheckRow[]> {
  return await database
    .select()
    .from(domainChecks)
    .where(and(eq(domainChecks.domainId, domainId), gte(domainChecks.at, since)))
    .orderBy(desc(domainChecks.at))
    .limit(limit);
}

/** The newest check since an instant of each of these domains. */
export async function newestChecks(
  database: Sql,
  ids: readonly string[],
  since: Date,
): Promise<Map<string, Pick<DomainCheckRow, 'at' | 'state'>>> {
  if (ids.length === 0) return new Map();
  const rows = await database
    .selectDistinctOn([domainChecks.domainId], {
      domainId: domainChecks.domainId,
      at: domainChecks.at,
      state: domainChecks.state,
    })
    .from(domainChecks)
    .where(and(inArray(domainChecks.domainId, [...ids]), gte(domainChecks.at, since)))
    .orderBy(domainChecks.domainId, desc(domainChecks.at))
    .limit(ids.length);
  return new Map(rows.map(({ domainId, ...check }) => [domainId, check]));
}

export async function removeChecksBefore(database: Sql, instant: Date): Promise<void> {
  await database.delete(domainChecks).where(lt(domainChecks.at, instant));
}
