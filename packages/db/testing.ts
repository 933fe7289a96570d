import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@nebula/log';
import pg from 'pg';
import { type MigrationSet, migrate } from './migrate.ts';
import { clientConfig, type Connection, type Database, openDatabase } from './pool.ts';

/** A database of its own for one test suite; dispose it to drop it. */
export interface TestDatabase extends Database {
  readonly connection: Connection;
}

const quiet = createLog({ service: 'test', level: 'silent' });

/**
 * A fresh database with the given migrations applied, cloned from a template on the test cluster that the global set-up
 * started. `cluster` is what vitest's `inject('postgres')` answers.
 */
export async function testDatabase(cluster: TestCluster, sets: MigrationSet[]): Promise<TestDatabase> {
  const template = await templateFor(cluster, sets);
  const name = `t_${process.pid}_${Math.random().toString(36).slice(2, 10)}`;
  await onMaintenance(
    cluster,
    `create database ${pg.escapeIdentifier(name)} template ${pg.escapeIdentifier(template)}`,
  );
  const connection = { ...cluster, database: name };
  const database = openDatabase(connection, { log: quiet, max: 12 });
  return {
    ...database,
    connection,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await onMaintenance(cluster, `drop database if exists ${pg.escapeIdentifier(name)} with (force)`);
    },
  };
}

/** How the tests' PostgreSQL is reached; every suite makes its own database on it. */
export interface TestCluster {
  socketDir: string;
  user: string;
  password: string;
}

async function templateFor(cluster: TestCluster, sets: MigrationSet[]): Promise<string> {
  const name = `template_${sets
    .map((set) => set.id.replace(/\W/g, '_'))
    .sort()
    .join('_')}`.slice(0, 60);
  const client = new pg.Client(clientConfig({ ...cluster, database: 'postgres' }));
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(77)');
    const { rows } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rows.length > 0) return name;
    const scratch = `${name}_new`;
    await client.query(`drop database if exists ${pg.escapeIdentifier(scratch)} with (force)`);
    await client.query(`create database ${pg.escapeIdentifier(scratch)} template template0`);
    await migrateScratch(cluster, scratch, sets);
    await client.query(
      `alter database ${pg.escapeIdentifier(scratch)} rename to ${pg.escapeIdentifier(name)}`,
    );
    return name;
  } finally {
    await client.end();
  }
}

async function migrateScratch(cluster: TestCluster, database: string, sets: MigrationSet[]): Promise<void> {
  const opened = openDatabase({ ...cluster, database }, { log: quiet, max: 1 });
  try {
    await migrate(opened.pool, sets);
  } finally {
    await opened[Symbol.asyncDispose]();
  }
}

async function onMaintenance(cluster: TestCluster, statement: string): Promise<void> {
  const client = new pg.Client(clientConfig({ ...cluster, database: 'postgres' }));
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A directory under the system's temporary folder that is removed when disposed. */
export async function temporaryDirectory(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'nebula-'));
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true });
    },
  };
}
