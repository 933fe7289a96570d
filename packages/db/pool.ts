import { AppError } from '@nebula/errors';
import { type Log, registerSecret } from '@nebula/log';
import { drizzle, type NodePgQueryResultHKT } from 'drizzle-orm/node-postgres';
import type { PgDatabase } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { listen, type ListenHandlers } from './listen.ts';

/** Where SQL runs: the pool, or the transaction that a function was given. */
export type Sql = PgDatabase<NodePgQueryResultHKT>;

/** An open database: queries, transactions and notifications. Dispose it to close all connections. */
export interface Database extends AsyncDisposable {
  readonly sql: Sql;
  /** The pool itself, for parts that speak plain `pg` (migrations, COPY, the job queue). */
  readonly pool: pg.Pool;
  /** Runs `work` in one transaction; rolls back and throws what it throws. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /**
   * Calls `onMessage` for each NOTIFY on a channel until the signal aborts. After a lost connection it connects again by
   * itself. Each time it begins to hear, the first time too, it calls `onListening`: what was committed before that is not
   * told, so that the caller must look by itself once.
   */
  listen(channel: string, handlers: ListenHandlers, signal: AbortSignal): Promise<void>;
}

/** How to reach a database: a `postgres://` address, or the parts of a unix socket connection. */
export type Connection =
  | { url: string }
  | { socketDir: string; database: string; user: string; password: string; port?: number };

/**
 * Opens a pool on a database. Connections are made when needed; a broken idle connection is logged and replaced.
 * `max` is the number of connections, 8 unless given.
 */
export function openDatabase(connection: Connection, options: { log: Log; max?: number }): Database {
  const { log } = options;
  registerSecret(passwordIn(connection));
  const config: pg.PoolConfig = {
    ...clientConfig(connection),
    max: options.max ?? 8,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 5000,
    allowExitOnIdle: true,
  };
  const pool = new pg.Pool(config);
  pool.on('error', (error) => log.warn({ error }, 'idle database connection lost'));
  pool.on('connect', (client) => {
    client.on('error', (error) => log.debug({ error }, 'database connection failed'));
  });
  const sql = drizzle(pool);
  return {
    sql,
    pool,
    transaction: (work) => inTransaction(pool, work),
    listen: (channel, handlers, signal) => listen(clientConfig(connection), channel, handlers, signal, log),
    async [Symbol.asyncDispose]() {
      await pool.end();
    },
  };
}

/**
 * Drizzle's own way with a pool never gives a connection back whose `begin` failed, as it does when the database restarts: a
 * few of those, and nobody gets one any more.
 */
async function inTransaction<T>(pool: pg.Pool, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let failure: { error: unknown } | undefined;
  try {
    const result = await drizzle(client).transaction(async (sql) => {
      try {
        return await work(sql);
      } catch (error) {
        failure = { error };
        throw error;
      }
    });
    client.release();
    return result;
  } catch (error) {
    // One that could not begin, commit or roll back is in a state that nobody knows.
    client.release(failure?.error !== error);
    throw failure === undefined ? error : failure.error;
  }
}

/** The password of a connection, so that it is known as a secret before anything can go wrong with it. */
function passwordIn(connection: Connection): string {
  if (!('url' in connection)) return connection.password;
  return URL.canParse(connection.url) ? decodeURIComponent(new URL(connection.url).password) : connection.url;
}

/** Settings of a `pg` client for a connection, with the statement timeout (30 s) every connection gets. */
export function clientConfig(connection: Connection): pg.ClientConfig {
  const common = { application_name: 'nebula', statement_timeout: 30_000, keepAlive: true };
  if ('url' in connection) return { ...common, connectionString: connection.url };
  const { socketDir, port, ...rest } = connection;
  return { ...common, ...rest, host: socketDir, port: port ?? 5432 };
}

/**
 * Turns failures of the database itself (full disk, connection refused, shutting down) and values that its types cannot
 * hold into AppErrors that a caller understands; answers null for anything else. SQLSTATE codes: PostgreSQL Appendix A.
 */
export function databaseProblem(error: unknown): AppError | null {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    const code = 'code' in current && typeof current.code === 'string' ? current.code : '';
    if (code === '53100' || code === 'ENOSPC') {
      return new AppError('STORAGE_FULL', 'The disk that holds the database is full; nothing was changed.', {
        cause: error,
      });
    }
    if (unstorableCodes.has(code)) {
      return new AppError('BAD_INPUT', 'A value is not one that can be stored or compared.', {
        cause: error,
      });
    }
    if (
      unavailableCodes.has(code) ||
      /timeout exceeded when trying to connect|Connection terminated/.test(current.message)
    ) {
      return new AppError('UNAVAILABLE', 'The database is not reachable just now; try again in a moment.', {
        cause: error,
        retryAfterSeconds: 2,
      });
    }
  }
  return null;
}

/** Not the text of its type, bytes that are no UTF-8, a NUL in a text. */
const unstorableCodes = new Set(['22P02', '22021', '22P05']);

const unavailableCodes = new Set([
  '57P01',
  '57P02',
  '57P03',
  '08000',
  '08001',
  '08003',
  '08006',
  '53300',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
]);
