import { join } from 'node:path';
import { type Clock, type Duration, duration } from '@nebula/clock';
import type { Database, MigrationSet, Sql } from '@nebula/db';
import type { Log } from '@nebula/log';
import { Logger, type Runner, run, runMigrations, type TaskList } from 'graphile-worker';
import { createSchedules, type ScheduleState, type Schedules } from './schedules.ts';
import {
  addJob,
  lastEnds,
  type QueueCounts,
  type QueuedJob,
  type QueuedState,
  queueCounts,
  queuedJob,
  queuedJobs,
  removeJob,
  retryJob,
} from './store.ts';

export type { QueueCounts, QueuedJob, QueuedState } from './store.ts';
export type { ScheduleEnd, ScheduleState } from './schedules.ts';

/** Tables of this package; the queue's own are made by {@link migrateJobs}. */
export const jobsMigrations: MigrationSet = { id: 'jobs', dir: join(import.meta.dirname, 'migrations') };

/** What a job's work is given. */
export interface JobContext {
  log: Log;
  /** Aborts when the process stops or the job's time is up. */
  signal: AbortSignal;
  /** 1 for the first attempt. */
  attempt: number;
}

/** Background work as data: a name, what it takes, and what it does. */
export interface Job<Payload = unknown> {
  name: string;
  /** Proves a payload read back from the queue. */
  parse(payload: unknown): Payload;
  run(context: JobContext, payload: Payload): Promise<void>;
  timeout: Duration;
  maxAttempts: number;
}

/** A job that runs again and again; a run that is still waiting is not added twice. */
export interface Schedule {
  job: Job<null>;
  every: Duration;
}

/** When and how often an enqueued job runs. */
export interface EnqueueOptions {
  runAt?: Date;
  /** Jobs with the same key that have not started are replaced by the newest. */
  key?: string;
}

/** The job queue of one process. */
export interface Jobs {
  /** Adds a job in the caller's transaction: it exists when, and only when, that commits. */
  enqueue<P>(sql: Sql, job: Job<P>, payload: P, options?: EnqueueOptions): Promise<void>;
  /** Jobs in the queue, newest first, before the job `beforeId`. */
  queued(
    sql: Sql,
    filter: { state?: QueuedState | undefined; name?: string | undefined },
    beforeId: string | null,
    limit: number,
  ): Promise<QueuedJob[]>;
  find(sql: Sql, id: string): Promise<QueuedJob | null>;
  /** How many jobs of each name are in which state. */
  counts(sql: Sql): Promise<QueueCounts[]>;
  /** Starts a failed job afresh; false when it is gone or a worker has it. */
  retry(sql: Sql, id: string): Promise<boolean>;
  /** Takes a job out of the queue; false when it is gone or a worker has it. */
  remove(sql: Sql, id: string): Promise<boolean>;
  /** The schedules that this process keeps. */
  schedules(sql: Sql): Promise<ScheduleState[]>;
  /** Adds the job of a schedule now; false when there is no such schedule. */
  runNow(sql: Sql, name: string): Promise<boolean>;
  /** Starts working on jobs and schedules. Throws when two jobs have one name. */
  start(jobs: Job[], schedules: Schedule[]): Promise<void>;
  /** Lets running jobs end (their signals abort), then stops. */
  stop(): Promise<void>;
}

/** Declares a job; attempts back off exponentially. */
export function defineJob<P>(job: Omit<Job<P>, 'timeout' | 'maxAttempts'> & Partial<Job<P>>): Job<P> {
  return { timeout: '10m', maxAttempts: 5, ...job };
}

/** Declares a job without a payload. */
export function defineChore(
  name: string,
  work: (context: JobContext) => Promise<void>,
  options: { timeout?: Duration; maxAttempts?: number } = {},
): Job<null> {
  return defineJob<null>({ name, parse: () => null, run: (context) => work(context), ...options });
}

/** Makes or brings up to date the tables of the queue (schema `graphile_worker`). */
export async function migrateJobs(database: Database): Promise<void> {
  await runMigrations({ pgPool: database.pool, logger: silent });
}

/** Opens the queue on a database whose tables {@link migrateJobs} has made. */
export function createJobs(options: {
  database: Database;
  log: Log;
  clock: Clock;
  concurrency?: number;
}): Jobs {
  const { database, log, clock } = options;
  const stop = new AbortController();
  let runner: Runner | null = null;
  const schedules = createSchedules({ database, clock, log });
  let scheduled = new Map<string, Job<null>>();
  let keeping: Promise<void> = Promise.resolve();

  return {
    async enqueue(sql, job, payload, more = {}) {
      await addJob(sql, job.name, payload, { ...more, maxAttempts: job.maxAttempts });
    },
    queued: queuedJobs,
    find: queuedJob,
    counts: queueCounts,
    retry: retryJob,
    remove: removeJob,
    schedules: (sql) => schedules.states(sql),
    async runNow(sql, name) {
      const job = scheduled.get(name);
      if (job === undefined) return false;
      await addJob(sql, name, null, { key: `every:${name}`, maxAttempts: job.maxAttempts });
      return true;
    },
    async start(jobs, wanted) {
      scheduled = new Map(wanted.map(({ job }) => [job.name, job]));
      const stored = await lastEnds(database.sql);
      runner = await run({
        pgPool: database.pool,
        taskList: taskList(jobs, { log, clock, schedules }, stop.signal),
        concurrency: options.concurrency ?? 4,
        pollInterval: 2000,
        noHandleSignals: true,
        logger: loggerFor(log),
      });
      runner.promise.catch((error: unknown) => log.error({ error }, 'the job queue stopped'));
      keeping = schedules.keep(wanted, stored, stop.signal);
    },
    async stop() {
      stop.abort();
      await keeping;
      await runner?.stop();
      runner = null;
    },
  };
}

function taskList(
  jobs: Job[],
  { log, clock, schedules }: { log: Log; clock: Clock; schedules: Schedules },
  stop: AbortSignal,
): TaskList {
  const tasks: TaskList = {};
  for (const job of jobs) {
    if (job.name in tasks) throw new TypeError(`Two jobs have the name ${job.name}`);
    tasks[job.name] = async (payload, helpers) => {
      const startedAt = clock.now();
      const ended = (error: string | null) =>
        schedules.ended(job.name, { startedAt, finishedAt: clock.now(), succeeded: error === null, error });
      const started = performance.now();
      const context: JobContext = {
        log: log.child({ job: job.name, jobId: helpers.job.id }),
        signal: AbortSignal.any([stop, AbortSignal.timeout(duration(job.timeout))]),
        attempt: helpers.job.attempts,
      };
      try {
        await job.run(context, job.parse(payload));
        context.log.debug({ ms: Math.round(performance.now() - started) }, 'job');
        await ended(null);
      } catch (error) {
        await ended(error instanceof Error ? error.message : String(error));
        const isLast = helpers.job.attempts >= helpers.job.max_attempts;
        context.log[isLast ? 'error' : 'warn']({ error, attempt: helpers.job.attempts }, 'job failed');
        throw error;
      }
    };
  }
  return tasks;
}

const silent = new Logger(() => () => undefined);

function loggerFor(log: Log): Logger {
  return new Logger((scope) => (level, message, meta) => {
    // Each job's own outcome is told by taskList; of the queue itself only trouble matters.
    if (level === 'error' && scope.taskIdentifier === undefined)
      log.warn(
        { scope: scope.label, trouble: message, meta: String(meta?.['error'] ?? '') },
        'job queue trouble',
      );
  });
}
