import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dashboardDatabase } from '@nebula/dashboard/contract';
import { type Connection, type Database, openDatabase, runningEmbeddedPostgres } from '@nebula/db';
import { createLog, type Log, registerSecret } from '@nebula/log';
import { exitCodes, Failure } from '../failure.ts';
import type { CliConfig } from '../settings.ts';
import { findInstallation, type Installation } from './installation.ts';
import { startForNow } from './postgres.ts';

/** The database of the installation, reached without the server. */
export interface LocalDatabase extends AsyncDisposable {
  installation: Installation;
  database: Database;
  log: Log;
}

/**
 * Opens the database of this machine's NebulaCommand: `DATABASE_URL`, the embedded one that runs, or the embedded one started
 * for as long as this is open.
 *
 * @throws {Failure} when there is no database yet, or when its owner is somebody else
 */
export async function openLocalDatabase(config: CliConfig): Promise<LocalDatabase> {
  const installation = findInstallation(config);
  // Problems are thrown to the person at the terminal; the log tells what nobody waits for.
  const log = createLog({ service: 'cli', level: 'error', write: (line) => process.stderr.write(line) });
  await using stack = new AsyncDisposableStack();
  const connection = await connectionOf(config, installation, log, stack);
  const database = stack.use(openDatabase(connection, { log, max: 3 }));
  await requireTables(database, installation);
  const opened = stack.move();
  return { installation, database, log, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

async function connectionOf(
  config: CliConfig,
  installation: Installation,
  log: Log,
  stack: AsyncDisposableStack,
): Promise<Connection> {
  if (config.databaseUrl !== null) {
    const url = config.databaseUrl.reveal();
    registerSecret(url);
    return { url };
  }
  const dataDir = join(installation.dataDir, 'postgres');
  if (!existsSync(join(dataDir, 'PG_VERSION'))) throw noDatabase(installation);
  const server = (await runningEmbeddedPostgres(dataDir)) ?? stack.use(await startForNow(installation, log));
  const maintenance = openDatabase(server.connection('postgres'), { log, max: 1 });
  try {
    const query = 'select 1 from pg_database where datname = $1';
    const { rows } = await maintenance.pool.query(query, [dashboardDatabase]);
    if (rows.length === 0) throw noDatabase(installation);
  } finally {
    await maintenance[Symbol.asyncDispose]();
  }
  return server.connection(dashboardDatabase);
}

async function requireTables({ pool }: Database, installation: Installation): Promise<void> {
  const { rows } = await pool.query<{ ready: boolean }>(
    `select to_regclass('public.users') is not null and to_regclass('public.audit_entries') is not null as ready`,
  );
  if (rows[0]?.ready !== true) throw noDatabase(installation);
}

function noDatabase({ dataDir }: Installation): Failure {
  return new Failure(exitCodes.notFound, `There is no database in ${dataDir} yet.`, {
    next: 'Start NebulaCommand once (`npm start`): it makes the database. Then repeat this.',
  });
}
