import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';

/** A folder of migrations that belongs to one feature or package. */
export interface MigrationSet {
  /** Name of the owner; part of each migration's identity. */
  id: string;
  /** Absolute path of the folder with `<name>.sql` files; they run in order of their names. */
  dir: string;
  /** Owners whose tables this one refers to; their migrations run first. */
  after?: string[];
}

/** A migration that is in the database with another content than in the code. */
export class ChangedMigrationError extends Error {
  override readonly name = 'ChangedMigrationError';
}

const lockKey = 4_107_201;

/**
 * Applies what is missing, in order of dependency and name, each file in a transaction of its own, under an advisory
 * lock. Because identity is (owner, name, sha256) and not a position, branches merged in either order end in the same
 * schema. Answers the names applied. Throws {@link ChangedMigrationError} when an applied file was edited.
 */
export async function migrate(pool: pg.Pool, sets: MigrationSet[]): Promise<string[]> {
  const client = await pool.connect();
  let lost: Error | undefined;
  try {
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    await client.query(`create table if not exists schema_migrations (
      owner text not null, name text not null, sha256 text not null,
      applied_at timestamptz not null default now(), primary key (owner, name))`);
    const rows = await client.query<{ owner: string; name: string; sha256: string }>(
      'select owner, name, sha256 from schema_migrations',
    );
    const applied = new Map(rows.rows.map((row) => [`${row.owner}/${row.name}`, row.sha256]));
    const done: string[] = [];
    for (const set of inDependencyOrder(sets)) {
      for (const file of await filesOf(set)) {
        if (isApplied(applied, file)) continue;
        await apply(client, set.id, file);
        done.push(file.key);
      }
    }
    return done;
  } finally {
    await client.query('select pg_advisory_unlock($1)', [lockKey]).catch((error: Error) => {
      lost = error;
    });
    // A connection that cannot unlock is closed, which unlocks too.
    client.release(lost);
  }
}

interface MigrationFile {
  key: string;
  name: string;
  text: string;
  sha256: string;
}

async function filesOf(set: MigrationSet): Promise<MigrationFile[]> {
  const names = (await readdir(set.dir)).filter((name) => name.endsWith('.sql')).sort();
  return await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(set.dir, name), 'utf8');
      return {
        key: `${set.id}/${name}`,
        name,
        text,
        sha256: createHash('sha256').update(text).digest('hex'),
      };
    }),
  );
}

function isApplied(applied: Map<string, string>, file: MigrationFile): boolean {
  const sha256 = applied.get(file.key);
  if (sha256 !== undefined && sha256 !== file.sha256) {
    throw new ChangedMigrationError(
      `Migration ${file.key} was changed after it had been applied; add a new one instead.`,
    );
  }
  return sha256 !== undefined;
}

async function apply(client: pg.PoolClient, owner: string, file: MigrationFile): Promise<void> {
  try {
    await client.query('begin');
    await client.query(file.text);
    await client.query('insert into schema_migrations (owner, name, sha256) values ($1, $2, $3)', [
      owner,
      file.name,
      file.sha256,
    ]);
    await client.query('commit');
  } catch (cause) {
    const message = `Migration ${file.key} failed; the database is as before it.`;
    try {
      await client.query('rollback');
    } catch (lost) {
      // The server rolls back what a lost connection had begun; why it failed is what counts.
      throw new Error(message, { cause: new AggregateError([cause, lost], String(cause), { cause }) });
    }
    throw new Error(message, { cause });
  }
}

/** Sets with those they come after first; ties by id, so that the order does not depend on how they were listed. */
export function inDependencyOrder(sets: MigrationSet[]): MigrationSet[] {
  const byId = new Map(sets.map((set) => [set.id, set]));
  const ordered: MigrationSet[] = [];
  const state = new Map<string, 'open' | 'done'>();
  function visit(set: MigrationSet): void {
    if (state.get(set.id) === 'done') return;
    if (state.get(set.id) === 'open') throw new Error(`Migrations of ${set.id} depend on themselves`);
    state.set(set.id, 'open');
    for (const id of [...(set.after ?? [])].sort()) {
      const before = byId.get(id);
      if (before === undefined)
        throw new Error(`Migrations of ${set.id} come after ${id}, which is not there`);
      visit(before);
    }
    state.set(set.id, 'done');
    ordered.push(set);
  }
  for (const set of [...sets].sort((a, b) => (a.id < b.id ? -1 : 1))) visit(set);
  return ordered;
}
