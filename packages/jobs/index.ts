import type { Clock, Duration } from '@nebula/clock';
import { duration, repeat } from '@nebula/clock';
import type { Database, Sql } from '@nebula/db';
import type { Log } from '@nebula/log';
import { Logger, type Runner, run, runMigrations, type TaskList } from 'graphile-worker';
import { addJob } from './store.ts';

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
  let schedules: Promise<void>[] = [];

  return {
    async enqueue(sql, job, payload, more = {}) {
      await addJob(sql, job.name, payload, { ...more, maxAttempts: job.maxAttempts });
    },
    async start(jobs, wanted) {
      runner = await run({
        pgPool: database.pool,
        taskList: taskList(jobs, log, stop.signal),
        concurrency: options.concurrency ?? 4,
        pollInterval: 2000,
        noHandleSignals: true,
        logger: loggerFor(log),
      });
      runner.promise.catch((error: unknown) => log.error({ error }, 'the job queue stopped'));
      schedules = wanted.map((schedule) => keepSchedule(schedule, database, clock, stop.signal, log));
    },
    async stop() {
      stop.abort();
      await Promise.all(schedules);
      await runner?.stop();
      runner = null;
    },
  };
}

function taskList(jobs: Job[], log: Log, stop: AbortSignal): TaskList {
  const tasks: TaskList = {};
  for (const job of jobs) {
    if (job.name in tasks) throw new TypeError(`Two jobs have the name ${job.name}`);
    tasks[job.name] = async (payload, helpers) => {
      const started = performance.now();
      const context: JobContext = {
        log: log.child({ job: job.name, jobId: helpers.job.id }),
        signal: AbortSignal.any([stop, AbortSignal.timeout(duration(job.timeout))]),
        attempt: helpers.job.attempts,
      };
      try {
        await job.run(context, job.parse(payload));
        context.log.debug({ ms: Math.round(performance.now() - started) }, 'job');
      } catch (error) {
        const isLast = helpers.job.attempts >= helpers.job.max_attempts;
        context.log[isLast ? 'error' : 'warn']({ error, attempt: helpers.job.attempts }, 'job failed');
        throw error;
      }
    };
  }
  return tasks;
}

/** A slot of time is one job key, so several processes keeping one schedule add one job. */
async function keepSchedule(
  schedule: Schedule,
  database: Database,
  clock: Clock,
  signal: AbortSignal,
  log: Log,
): Promise<void> {
  const { name, maxAttempts } = schedule.job;
  await repeat(clock, duration(schedule.every), signal, async () => {
    try {
      await addJob(database.sql, name, null, { key: `every:${name}`, maxAttempts });
    } catch (error) {
      log.warn({ error, job: name }, 'scheduled job could not be added; the next turn tries again');
    }
  });
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
