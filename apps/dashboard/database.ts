import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Secret } from '@nebula/config';
import {
  type Connection,
  type Database,
  type EmbeddedPostgres,
  embeddedPostgres,
  openDatabase,
  startEmbeddedPostgres,
} from '@nebula/db';
import type { Log } from '@nebula/log';
import { dashboardDatabase } from './contract.ts';

/** The application's database and, when it is the embedded one, the server that carries it. */
export interface AppDatabase extends AsyncDisposable {
  database: Database;
  embedded: EmbeddedPostgres | null;
}

/** Whoever asks us to stop waits for 25 s: 2 s for queries under way, and for the server this and 5 s at most. */
const stopBudget = { queriesMs: 2000, fastMs: 15_000 };

/** Opens `DATABASE_URL`, or starts the embedded PostgreSQL under the data directory and makes the database in it. */
export async function openAppDatabase(options: {
  url: Secret | null;
  dataDir: string;
  runtimeDir: string;
  log: Log;
}): Promise<AppDatabase> {
  const { url, dataDir, runtimeDir, log } = options;
  if (url !== null) {
    const database = openDatabase({ url: url.reveal() }, { log });
    return { database, embedded: null, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() };
  }
  const embedded = await startEmbeddedPostgres({
    dataDir: join(dataDir, 'postgres'),
    socketDir: join(runtimeDir, 'pg'),
    binaries: embeddedPostgres(),
    log,
  });
  try {
    await ensureDatabase(embedded.connection('postgres'), log);
  } catch (error) {
    await embedded.stop();
    throw error;
  }
  const database = openDatabase(embedded.connection(dashboardDatabase), { log });
  return {
    database,
    embedded,
    async [Symbol.asyncDispose]() {
      // A query that hangs must not keep the server from being stopped; it ends with it.
      const isClosed = Promise.resolve(database[Symbol.asyncDispose]());
      await Promise.race([isClosed, sleep(stopBudget.queriesMs, undefined, { ref: false })]);
      await embedded.stop({ fastMs: stopBudget.fastMs });
    },
  };
}

async function ensureDatabase(connection: Connection, log: Log): Promise<void> {
  const maintenance = openDatabase(connection, { log, max: 1 });
  try {
    const { rows } = await maintenance.pool.query('select 1 from pg_database where datname = $1', [
      dashboardDatabase,
    ]);
    if (rows.length === 0) await maintenance.pool.query(`create database ${dashboardDatabase}`);
  } finally {
    await maintenance[Symbol.asyncDispose]();
  }
}
