import type { Sql } from '@nebula/db';
import { and, asc, eq, gt, ne, sql } from 'drizzle-orm';
import { hosts } from './schema.ts';

/** A machine as it is stored. */
export type HostRow = typeof hosts.$inferSelect;

/** The machine we run on comes first. */
const isOther = sql<boolean>`${hosts.id} <> 'local'`;

/** Machines after the one with the id `after`, `local` first, then by id. */
export async function hostsAfter(database: Sql, after: string | null, limit: number): Promise<HostRow[]> {
  const place =
    after === null
      ? undefined
      : after === 'local'
        ? ne(hosts.id, 'local')
        : and(ne(hosts.id, 'local'), gt(hosts.id, after));
  return await database.select().from(hosts).where(place).orderBy(asc(isOther), asc(hosts.id)).limit(limit);
}

/** One machine; undefined when there is none of that id. */
export async function hostById(database: Sql, id: string): Promise<HostRow | undefined> {
  return (await database.select().from(hosts).where(eq(hosts.id, id)).limit(1))[0];
}
