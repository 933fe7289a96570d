import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Log } from '@nebula/log';
import { embeddedPassword, ensureCluster, giveToDatabaseUser, userName } from './make-cluster.ts';
import { takeOwnership } from './ownership.ts';
import type { Connection } from './pool.ts';
import { Postmaster } from './postmaster.ts';
import { postmasterOf } from './postmaster-process.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';

/** Where an embedded PostgreSQL lives and as whom it runs. */
export interface EmbeddedOptions {
  /** Data directory; made on first start. Its parent gets `<dataDir>.password` and `<dataDir>.lock`. */
  dataDir: string;
  /** Directory of the unix socket; its path plus 20 characters must stay under 107 bytes. */
  socketDir: string;
  binaries: PostgresBinaries;
  log: Log;
  /** Unprivileged user, needed when we are root: PostgreSQL refuses to run as root. */
  uid?: number;
  gid?: number;
  /** Further `name=value` settings of the server. */
  settings?: string[];
}

/** A running embedded PostgreSQL. It is started again by itself when it dies. */
export interface EmbeddedPostgres extends AsyncDisposable {
  /** How to reach its database `name`. */
  connection(name: string): Connection;
  /** Process id of the postmaster just now. */
  pid(): number;
  /** True when a postmaster that an earlier process had left running was taken over. */
  readonly wasAdopted: boolean;
  /**
   * Stops it so that everything is on disk: a fast shutdown of at most `fastMs` (20 s unless given), then an immediate one,
   * then SIGKILL; 5 s more than `fastMs` at most. No postmaster is left, also when it was just being started again.
   */
  stop(budget?: { fastMs?: number }): Promise<void>;
}

/** The data directory was made by another major version; {@link importDatabase} carries it over. */
export class WrongMajorError extends Error {
  override readonly name = 'WrongMajorError';
}

/**
 * Starts PostgreSQL on its own data directory, or takes over the one an earlier process left running there. It has its
 * own process session, so that a terminal's Ctrl-C or our own death does not hit it: after `kill -9` of us the next start
 * adopts it. Connections use scram-sha-256 with a password kept beside the data (0600).
 *
 * @throws {DatabaseInUseError} when another live process has started or adopted it
 * @throws {UnusableDataError} when the directory holds something else, or the password is lost
 * @throws {WrongMajorError} when another major version made the data
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { dataDir, socketDir } = options;
  await mkdir(dirname(dataDir), { recursive: true, mode: 0o700 });
  await mkdir(socketDir, { recursive: true, mode: 0o700 });
  await giveToDatabaseUser(socketDir, options);
  const ownership = await takeOwnership(dataDir, (path) => giveToDatabaseUser(path, options));
  try {
    const password = await ensureCluster(options);
    await giveToDatabaseUser(dataDir, options);
    await checkMajor(options);
    const connection = (database: string) => ({ socketDir, database, user: userName, password });
    const postmaster = new Postmaster(options, connection('postgres'));
    const wasAdopted = await postmaster.adoptOrStart();
    let stopped: Promise<void> | null = null;
    const stopOnce = async (fastMs?: number) => {
      try {
        await postmaster.stop(fastMs);
      } finally {
        await ownership.release();
      }
    };
    const stop = (fastMs?: number) => {
      stopped ??= stopOnce(fastMs);
      return stopped;
    };
    return {
      wasAdopted,
      connection,
      pid: () => postmaster.pid,
      stop: (budget) => stop(budget?.fastMs),
      [Symbol.asyncDispose]: () => stop(),
    };
  } catch (error) {
    await ownership.release();
    throw error;
  }
}

/** An embedded PostgreSQL that another process keeps running. */
export interface RunningPostgres {
  pid: number;
  /** How to reach its database `name`. */
  connection(name: string): Connection;
}

/**
 * Finds the embedded PostgreSQL that runs on `dataDir`, for another process of its owner; null when none does. It stays
 * the business of the process that keeps it running.
 */
export async function runningEmbeddedPostgres(dataDir: string): Promise<RunningPostgres | null> {
  const left = await postmasterOf(dataDir);
  if (left === null) return null;
  const password = await embeddedPassword(dataDir);
  const { pid, socketDir } = left;
  return { pid, connection: (name) => ({ socketDir, database: name, user: userName, password }) };
}

async function checkMajor(options: EmbeddedOptions): Promise<void> {
  const found = Number.parseInt(await readFile(join(options.dataDir, 'PG_VERSION'), 'utf8'), 10);
  if (found === options.binaries.major) return;
  throw new WrongMajorError(
    `The database in ${options.dataDir} was made by PostgreSQL ${found}; this program carries ${options.binaries.major}.`,
  );
}
