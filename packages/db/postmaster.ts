import type { ChildProcess } from 'node:child_process';
import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signalProcess, start } from '@nebula/exec';
import pg from 'pg';
import type { EmbeddedOptions } from './embedded.ts';
import { clientConfig, type Connection } from './pool.ts';
import { postmasterOf, stopPid } from './postmaster-process.ts';

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

const fastStopMs = 20_000;

/** The server process on a data directory: adopted or started, started again when it dies, and stopped for good. */
export class Postmaster {
  pid = 0;
  readonly #options: EmbeddedOptions;
  readonly #connection: Connection;
  /** Aborted once, by {@link stop}: nothing is started from then on. */
  readonly #stopping = new AbortController();
  #restarting: Promise<void> | null = null;
  #restarts: number[] = [];
  #watch: NodeJS.Timeout | undefined;

  constructor(options: EmbeddedOptions, connection: Connection) {
    this.#options = options;
    this.#connection = connection;
  }

  /** Takes over what an earlier process of ours left running (true), or starts it. */
  async adoptOrStart(): Promise<boolean> {
    const left = await this.#left();
    if (left !== null) {
      if (left.isOurProgram && (await this.#answers(2000))) {
        this.pid = left.pid;
        this.#watchAdopted();
        this.#options.log.info({ pid: left.pid }, 'took over the running database');
        return true;
      }
      this.#options.log.warn({ pid: left.pid }, 'stopping a database that an earlier process left');
      await stopPid(left.pid, fastStopMs);
    }
    await this.#start();
    return false;
  }

  /** Stops it, also one that is just being started again; takes at most 5 s more than `fastMs`. */
  async stop(fastMs = fastStopMs): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#watch);
    await this.#end(fastMs);
    await this.#restarting;
  }

  async #end(fastMs: number): Promise<void> {
    const { pid } = this;
    if (pid > 0 && !(await stopPid(pid, fastMs)))
      this.#options.log.error({ pid }, 'the database does not end, not even when it is killed');
    if (this.pid === pid) this.pid = 0;
  }

  async #start(): Promise<void> {
    const { log } = this.#options;
    const child = this.#spawn();
    let tail = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      tail = `${tail}${chunk.toString('utf8')}`.slice(-4000);
    });
    child.stdout?.resume();
    child.stdin?.end();
    let isReady = false;
    const ended = new AbortController();
    child.once('error', (error) => {
      log.error({ error }, 'database could not be started');
      ended.abort();
    });
    child.once('exit', (code, signal) => {
      ended.abort();
      const isWanted = this.#stopping.signal.aborted;
      log[isWanted ? 'info' : 'error']({ code, signal, tail: lastLines(tail) }, 'database ended');
      if (isReady) this.#startAgain();
    });
    this.pid = child.pid ?? 0;
    isReady = await this.#answers(30_000, ended.signal);
    if (!isReady) {
      if (!ended.signal.aborted) await this.#end(this.#stopping.signal.aborted ? fastStopMs : 5000);
      this.pid = 0;
      throw new Error(`The embedded database did not start: ${lastLines(tail)}`);
    }
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

  #startAgain(): void {
    if (this.#stopping.signal.aborted) return;
    this.#restarting ??= this.#restart().finally(() => {
      this.#restarting = null;
    });
  }

  async #restart(): Promise<void> {
    const { signal } = this.#stopping;
    const { log } = this.#options;
    while (!signal.aborted) {
      const now = Date.now();
      this.#restarts = [...this.#restarts.filter((at) => now - at < 60_000), now];
      const wait = Math.min(5000, 100 * 2 ** (this.#restarts.length - 1));
      await pause(wait, signal);
      if (signal.aborted) return;
      try {
        await this.#start();
        log.warn({ pid: this.pid }, 'database started again');
        return;
      } catch (error) {
        if (!signal.aborted) log.error({ error }, 'database did not start again; trying once more');
      }
    }
  }

  /** An adopted postmaster is not our child, so its end is noticed by looking. */
  #watchAdopted(): void {
    this.#watch = setInterval(() => {
      if (signalProcess(this.pid, 0)) return;
      clearInterval(this.#watch);
      this.#options.log.error({ pid: this.pid }, 'database ended');
      this.#startAgain();
    }, 1000);
    this.#watch.unref();
  }

  async #left(): Promise<{ pid: number; isOurProgram: boolean } | null> {
    const { dataDir, socketDir, binaries } = this.#options;
    const left = await postmasterOf(dataDir);
    if (left === null) return null;
    const program = await readlink(`/proc/${left.pid}/exe`).catch(() => left.command[0] ?? '');
    const isSameSocket = left.socketDir === socketDir;
    return { pid: left.pid, isOurProgram: isSameSocket && program === join(binaries.binDir, 'postgres') };
  }

  /** Whether it takes a query in time; false at once when it ended or is to be stopped. */
  async #answers(withinMs: number, ended?: AbortSignal): Promise<boolean> {
    const isOver = AbortSignal.any([this.#stopping.signal, ...(ended === undefined ? [] : [ended])]);
    const until = Date.now() + withinMs;
    do {
      if (isOver.aborted) return false;
      if (await this.#answersOnce()) return !isOver.aborted;
      await pause(20, isOver);
    } while (Date.now() < until);
    return false;
  }

  async #answersOnce(): Promise<boolean> {
    const { log } = this.#options;
    const client = new pg.Client({ ...clientConfig(this.#connection), connectionTimeoutMillis: 2000 });
    client.on('error', (error) => log.debug({ error }, 'probe connection failed'));
    try {
      await client.connect();
      await client.query('select 1');
      return true;
    } catch (error) {
      log.debug({ error }, 'database does not answer yet');
      return false;
    } finally {
      await client.end().catch((error: unknown) => log.debug({ error }, 'probe did not close'));
    }
  }
}

/** Waits; less when the signal aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // Being woken early is not a failure; the caller looks at the signal.
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/** The end of what a program said, on one line. */
export function lastLines(text: string): string {
  return text.trim().split('\n').slice(-5).join(' | ');
}
