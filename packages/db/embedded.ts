import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run, signalProcess, start } from '@nebula/exec';
import type { Log } from '@nebula/log';
import pg from 'pg';
import { type Connection, clientConfig } from './pool.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';

/** Where an embedded PostgreSQL lives and as whom it runs. */
export interface EmbeddedOptions {
  /** Data directory; made on first start. */
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
  /** Stops it so that everything is on disk (fast shutdown, at most 30 s, then immediate). */
  stop(): Promise<void>;
}

/** The data directory was made by another major version; {@link importDatabase} carries it over. */
export class WrongMajorError extends Error {
  override readonly name = 'WrongMajorError';
}

const userName = 'nebula';

/** Small and safe: fsync stays on, checksums are on by default, no parallel workers, no replication. */
const smallSettings = [
  'listen_addresses=',
  'max_connections=40',
  'shared_buffers=12MB',
  'io_method=sync',
  'max_worker_processes=2',
  'max_parallel_workers=0',
  'max_wal_senders=0',
  'max_logical_replication_workers=0',
  'wal_level=minimal',
  'max_wal_size=128MB',
  'min_wal_size=32MB',
  'jit=off',
  'huge_pages=off',
  'work_mem=2MB',
  'maintenance_work_mem=16MB',
  'temp_buffers=1MB',
  'wal_buffers=512kB',
  'autovacuum_max_workers=1',
  'password_encryption=scram-sha-256',
  'unix_socket_permissions=0700',
  'log_timezone=UTC',
  'timezone=UTC',
];

/**
 * Starts PostgreSQL on its own data directory, or takes over the one an earlier process left running there. It has its
 * own process session, so that a terminal's Ctrl-C or our own death does not hit it: after `kill -9` of us the next start
 * adopts it. Connections use scram-sha-256 with a password kept beside the data (0600).
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  await mkdir(options.socketDir, { recursive: true, mode: 0o700 });
  await own(options.dataDir, options);
  await own(options.socketDir, options);
  const password = await ensurePassword(options);
  if (!existsSync(join(options.dataDir, 'PG_VERSION'))) await initialise(options, password);
  await checkMajor(options);

  const postmaster = new Postmaster(options, password);
  const wasAdopted = await postmaster.adoptOrStart();
  return {
    wasAdopted,
    connection: (name) => connectionTo(options, name, password),
    pid: () => postmaster.pid,
    stop: () => postmaster.stop(),
    [Symbol.asyncDispose]: () => postmaster.stop(),
  };
}

class Postmaster {
  pid = 0;
  readonly #options: EmbeddedOptions;
  readonly #password: string;
  #isStopping = false;
  #restarts: number[] = [];
  #watch: NodeJS.Timeout | undefined;

  constructor(options: EmbeddedOptions, password: string) {
    this.#options = options;
    this.#password = password;
  }

  async adoptOrStart(): Promise<boolean> {
    const left = await leftPostmaster(this.#options);
    if (left !== null) {
      if (left.isOurProgram && (await this.#answers(2000))) {
        this.pid = left.pid;
        this.#watchAdopted();
        this.#options.log.info({ pid: left.pid }, 'took over the running database');
        return true;
      }
      this.#options.log.warn({ pid: left.pid }, 'stopping a database that an earlier process left');
      await stopPid(left.pid);
    }
    await this.#start();
    return false;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#watch);
    if (this.pid > 0) await stopPid(this.pid);
    this.pid = 0;
  }

  async #start(): Promise<void> {
    const { options, child } = { options: this.#options, child: this.#spawn() };
    let tail = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      tail = `${tail}${chunk.toString('utf8')}`.slice(-4000);
    });
    child.stdout?.resume();
    child.stdin?.end();
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.once('error', (error) => options.log.error({ error }, 'database could not be started'));
    this.pid = child.pid ?? 0;
    const isReady = await Promise.race([this.#answers(30_000), exited.then(() => false)]);
    if (!isReady) {
      this.#isStopping = true;
      if (child.exitCode === null && this.pid > 0) await stopPid(this.pid);
      throw new Error(`The embedded database did not start: ${lastLines(tail)}`);
    }
    child.once('exit', (code, signal) => {
      options.log[this.#isStopping ? 'info' : 'error'](
        { code, signal, tail: lastLines(tail) },
        'database ended',
      );
      if (!this.#isStopping) void this.#restart();
    });
    child.unref();
    for (const stream of [child.stdout, child.stderr])
      if (stream !== null && 'unref' in stream) (stream.unref as () => void)();
  }

  #spawn(): ChildProcess {
    const { dataDir, socketDir, binaries, uid, gid } = this.#options;
    const settings = [
      ...smallSettings,
      `unix_socket_directories=${socketDir}`,
      ...(this.#options.settings ?? []),
    ];
    return start({
      program: join(binaries.binDir, 'postgres'),
      args: ['-D', dataDir, ...settings.flatMap((setting) => ['-c', setting])],
      env: { TZ: 'UTC' },
      cwd: dataDir,
      detached: true,
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    });
  }

  async #restart(): Promise<void> {
    const now = Date.now();
    this.#restarts = [...this.#restarts.filter((at) => now - at < 60_000), now];
    const wait = Math.min(5000, 100 * 2 ** (this.#restarts.length - 1));
    await sleep(wait);
    if (this.#isStopping) return;
    try {
      await this.#start();
      this.#options.log.warn({ pid: this.pid }, 'database started again');
    } catch (error) {
      this.#isStopping = false;
      this.#options.log.error({ error }, 'database did not start again; trying once more');
      void this.#restart();
    }
  }

  /** An adopted postmaster is not our child, so its end is noticed by looking. */
  #watchAdopted(): void {
    this.#watch = setInterval(() => {
      if (this.#isStopping || signalProcess(this.pid, 0)) return;
      clearInterval(this.#watch);
      this.#options.log.error({ pid: this.pid }, 'database ended');
      void this.#restart();
    }, 1000);
    this.#watch.unref();
  }

  async #answers(withinMs: number): Promise<boolean> {
    const until = Date.now() + withinMs;
    do {
      const client = new pg.Client({
        ...clientConfig(connectionTo(this.#options, 'postgres', this.#password)),
        connectionTimeoutMillis: 2000,
      });
      client.on('error', (error) => this.#options.log.debug({ error }, 'probe connection failed'));
      try {
        await client.connect();
        await client.query('select 1');
        return true;
      } catch (error) {
        this.#options.log.debug({ error }, 'database does not answer yet');
      } finally {
        await client
          .end()
          .catch((error: unknown) => this.#options.log.debug({ error }, 'probe did not close'));
      }
      await sleep(20);
    } while (Date.now() < until);
    return false;
  }
}

function connectionTo(options: EmbeddedOptions, database: string, password: string): Connection {
  return { socketDir: options.socketDir, database, user: userName, password };
}

/** Reads the password of the embedded database that lies in `dataDir`, to reach it from another process of its owner. */
export async function embeddedPassword(dataDir: string): Promise<string> {
  return (await readFile(`${dataDir}.password`, 'utf8')).trim();
}

/** An embedded PostgreSQL that another process keeps running. */
export interface RunningPostgres {
  pid: number;
  /** How to reach its database `name`. */
  connection(name: string): Connection;
}

/**
 * Finds the embedded PostgreSQL that runs on `dataDir`, for another process of its owner; null when none does. Line 1 of
 * `postmaster.pid` is its process, line 5 the directory of its socket (PostgreSQL: miscadmin.h).
 */
export async function runningEmbeddedPostgres(dataDir: string): Promise<RunningPostgres | null> {
  const left = await postmasterOf(dataDir);
  if (left === null) return null;
  const password = await embeddedPassword(dataDir);
  const { pid, socketDir } = left;
  return { pid, connection: (name) => ({ socketDir, database: name, user: userName, password }) };
}

async function ensurePassword(options: EmbeddedOptions): Promise<string> {
  const file = `${options.dataDir}.password`;
  if (!existsSync(file)) {
    await writeFile(file, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' });
    await own(file, options);
  }
  return await embeddedPassword(options.dataDir);
}

async function initialise(options: EmbeddedOptions, password: string): Promise<void> {
  const { dataDir, binaries, uid, gid, log } = options;
  const passwordFile = `${dataDir}.password`;
  const outcome = await run(
    {
      program: join(binaries.binDir, 'initdb'),
      args: [
        '-D',
        dataDir,
        `--username=${userName}`,
        '--auth=scram-sha-256',
        `--pwfile=${passwordFile}`,
      ].concat(['--encoding=UTF8', '--locale-provider=builtin', '--locale=C.UTF-8', '--no-instructions']),
      cwd: '/',
      env: { LC_ALL: 'C' },
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    },
    { timeoutMs: 120_000 },
  );
  if (outcome.code !== 0 || password === '') {
    // A half-made directory would be taken for a database at the next start.
    await rm(dataDir, { recursive: true, force: true });
    throw new Error(`The embedded database could not be made: ${lastLines(outcome.stderr)}`);
  }
  log.info({ dataDir }, 'made the embedded database');
}

async function checkMajor(options: EmbeddedOptions): Promise<void> {
  const found = Number.parseInt(await readFile(join(options.dataDir, 'PG_VERSION'), 'utf8'), 10);
  if (found === options.binaries.major) return;
  throw new WrongMajorError(
    `The database in ${options.dataDir} was made by PostgreSQL ${found}; this program carries ${options.binaries.major}.`,
  );
}

async function leftPostmaster(
  options: EmbeddedOptions,
): Promise<{ pid: number; isOurProgram: boolean } | null> {
  const left = await postmasterOf(options.dataDir);
  if (left === null) return null;
  const { pid, command, socketDir } = left;
  const program = await readlink(`/proc/${pid}/exe`).catch(() => command[0] ?? '');
  const isSameSocket = socketDir === options.socketDir;
  return { pid, isOurProgram: isSameSocket && program === join(options.binaries.binDir, 'postgres') };
}

/** The live process that `postmaster.pid` names; a stale file or a reused process id is nothing. */
async function postmasterOf(
  dataDir: string,
): Promise<{ pid: number; socketDir: string; command: string[] } | null> {
  const file = join(dataDir, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const lines = (await readFile(file, 'utf8')).split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  if (!Number.isInteger(pid) || pid <= 1 || !signalProcess(pid, 0)) return null;
  const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
  return command.includes(dataDir) ? { pid, socketDir: lines[4]?.trim() ?? '', command } : null;
}

/** Fast shutdown (SIGINT) within 30 s, else immediate (SIGQUIT), else SIGKILL. */
async function stopPid(pid: number): Promise<void> {
  for (const [signal, withinMs] of [
    ['SIGINT', 30_000],
    ['SIGQUIT', 5000],
    ['SIGKILL', 5000],
  ] as const) {
    if (!signalProcess(pid, signal)) return;
    for (let waited = 0; waited < withinMs; waited += 20) {
      if (!(await isRunning(pid))) return;
      await sleep(20);
    }
  }
}

/** A zombie that nobody has collected yet counts as ended. */
async function isRunning(pid: number): Promise<boolean> {
  if (!signalProcess(pid, 0)) return false;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
}

async function own(path: string, options: EmbeddedOptions): Promise<void> {
  if (options.uid !== undefined) await chown(path, options.uid, options.gid ?? options.uid);
  await chmod(path, path === options.dataDir || path === options.socketDir ? 0o700 : 0o600);
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-5).join(' | ');
}
