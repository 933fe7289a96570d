import type { Clock } from '@nebula/clock';
import { type Database, databaseProblem, type Sql } from '@nebula/db';
import type { Log } from '@nebula/log';
import { Drive } from './drive.ts';
import { holdLease } from './lease.ts';
import type { Ledger } from './ledger.ts';
import { sleepUnless } from './perform.ts';
import { Fenced } from './problem.ts';
import type { OnProgress } from './progress.ts';
import type { RunDefinition } from './step.ts';

export interface DriverParts {
  database: Database;
  ledger: Ledger;
  clock: Clock;
  log: Log;
  definitions: ReadonlyMap<string, RunDefinition>;
  /** Called at each boundary with its name; a test crashes there. */
  crash: (point: string) => void | Promise<void>;
  onProgress: OnProgress;
  onRest: (runId: string) => void;
  /** Who this worker is; see `worker-identity.ts`. */
  me: string;
}

/** Drives runs in this process. */
export interface Driver {
  /**
   * Takes a run, if it is free, and drives it until it ends, needs a person, or `stop` aborts. `gone` is the fence and
   * heartbeat at which its worker was seen to be gone.
   */
  drive(id: string, gone: { fence: number; heartbeat: number } | null, stop: AbortSignal): Promise<void>;
  isActive(id: string): boolean;
  /** True while this process drives as many runs as it may. */
  isFull(): boolean;
}

/** Runs that one process drives at once. */
const maxAtOnce = 16;

/** Milliseconds that a stopping process goes on trying to write to a database that is away. */
const lastTriesMs = 5000;

export function createDriver(parts: DriverParts): Driver {
  const { database, ledger, clock, log, me, onRest } = parts;
  const active = new Set<string>();

  async function driveOnce(id: string, gone: { fence: number; heartbeat: number } | null, stop: AbortSignal) {
    const claimed = await database.transaction((sql) => ledger.claim(sql, id, me, gone));
    if (claimed === null) return;
    const runLog = log.child({ runId: id, kind: claimed.run.kind });
    const lease = holdLease(database, clock, runLog, claimed.run);
    const persist = <T>(work: (sql: Sql) => Promise<T>) => persistently(parts, work, stop);
    try {
      await new Drive({ ...parts, log: runLog }, { claimed, lease, stop, persist }).go();
    } catch (error) {
      if (!(error instanceof Fenced)) throw error;
      runLog.info({}, 'another worker has the run now');
    } finally {
      lease.end();
      onRest(id);
    }
  }

  return {
    isActive: (id) => active.has(id),
    isFull: () => active.size >= maxAtOnce,
    async drive(id, gone, stop) {
      if (active.has(id) || stop.aborted) return;
      active.add(id);
      try {
        await driveOnce(id, gone, stop);
      } finally {
        active.delete(id);
      }
    },
  };
}

/** A transaction that is tried until the database takes it; the fence makes late tries harmless. */
async function persistently<T>(
  { database, clock, log }: DriverParts,
  work: (sql: Sql) => Promise<T>,
  stop: AbortSignal,
): Promise<T> {
  const never = new AbortController().signal;
  let waitedAfterStop = 0;
  for (let waitMs = 50; ; waitMs = Math.min(2000, waitMs * 2)) {
    try {
      return await database.transaction(work);
    } catch (error) {
      if (!isPassing(error) || waitedAfterStop > lastTriesMs) throw error;
      log.warn({ error }, 'the state of a run could not be written; trying again');
      if (stop.aborted) waitedAfterStop += waitMs;
      await sleepUnless(stop.aborted ? never : stop, clock, waitMs);
    }
  }
}

const passingCodes = new Set(['40001', '40P01', '55P03', '57014']);

function isPassing(error: unknown): boolean {
  const problem = databaseProblem(error);
  if (problem !== null && problem.code !== 'BAD_INPUT') return true;
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string' && passingCodes.has(current.code)) return true;
    if (/connection error and is not queryable|Connection ended/i.test(current.message)) return true;
  }
  return false;
}
