import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dashboardDatabase } from '@nebula/dashboard/contract';
import { type Connection, type Database, openDatabase, runningEmbeddedPostgres } from '@nebula/db';
import { createLog, type Log, registerSecret } from '@nebula/log';
import { exitCodes, Failure } from '../failure.ts';
import type { CliConfig } from '../settings.ts';
import { findInstallation, type Installation } from './installation.ts';
import { startForNow } from './postgres.ts';
import { hasDatabase, hasTables } from './store.ts';

/** The database of the installation, reached without the server. */
export interface LocalDatabase extends AsyncDisposable {
  installation: Installation;
  database: Database;
  log: Log;
  /** The embedded PostgreSQL ran already when this was opened. */
  wasRunning: boolean;
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
  const { connection, wasRunning } = await connectionOf(config, installation, log, stack);
  const database = stack.use(openDatabase(connection, { log, max: 3 }));
  if (!(await hasTables(database.pool))) throw noDatabase(installation);
  const opened = stack.move();
  return { installation, database, log, wasRunning, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

async function connectionOf(
  config: CliConfig,
  installation: Installation,
  log: Log,
  stack: AsyncDisposableStack,
): Promise<{ connection: Connection; wasRunning: boolean }> {
  if (config.databaseUrl !== null) {
    const url = config.databaseUrl.reveal();
    registerSecret(url);
    return { connection: { url }, wasRunning: false };
  }
  const dataDir = join(installation.dataDir, 'postgres');
  if (!existsSync(join(dataDir, 'PG_VERSION'))) throw noDatabase(installation);
  const running = await runningEmbeddedPostgres(dataDir);
  const server = running ?? stack.use(await startForNow(installation, log));
  const maintenance = openDatabase(server.connection('postgres'), { log, max: 1 });
  try {
    if (!(await hasDatabase(maintenance.pool, dashboardDatabase))) throw noDatabase(installation);
  } finally {
    await maintenance[Symbol.asyncDispose]();
  }
  return { connection: server.connection(dashboardDatabase), wasRunning: running !== null };
}

function noDatabase({ dataDir }: Installation): Failure {
  return new Failure(exitCodes.notFound, `There is no database in ${dataDir} yet.`, {
    next: 'Start NebulaCommand once (`npm start`): it makes the database. Then repeat this.',
  });
}
