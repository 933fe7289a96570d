import type { Sql } from '@nebula/db';
import { type SQL, sql } from 'drizzle-orm';
import { jobSchedules } from './schema.ts';
import type { ScheduleEnd } from './schedules.ts';

/** Options of {@link addJob}. */
export interface AddOptions {
  runAt?: Date;
  key?: string;
  maxAttempts: number;
}

/** Adds a job with the queue's own function, inside whatever transaction `database` is. */
export async function addJob(
  database: Sql,
  name: string,
  payload: unknown,
  options: AddOptions,
): Promise<void> {
  const runAt = options.runAt?.toISOString() ?? null;
  const key = options.key ?? null;
  await database.execute(sql`select graphile_worker.add_job(${name}::text, ${JSON.stringify(payload ?? null)}::json,
    run_at := ${runAt}::timestamptz, max_attempts := ${options.maxAttempts}::int, job_key := ${key}::text)`);
}

/** How the last known run of each schedule ended, by name. */
export async function lastEnds(database: Sql): Promise<Map<string, ScheduleEnd>> {
  const rows = await database
    .select({
      name: jobSchedules.name,
      startedAt: jobSchedules.lastStartedAt,
      finishedAt: jobSchedules.lastFinishedAt,
      succeeded: jobSchedules.succeeded,
      error: jobSchedules.error,
    })
    .from(jobSchedules)
    .limit(500);
  return new Map(rows.map(({ name, ...end }) => [name, end]));
}

export async function saveEnd(database: Sql, name: string, end: ScheduleEnd): Promise<void> {
  const values = {
    lastStartedAt: end.startedAt,
    lastFinishedAt: end.finishedAt,
    succeeded: end.succeeded,
    error: end.error,
  };
  await database
    .insert(jobSchedules)
    .values({ name, ...values })
    .onConflictDoUpdate({ target: jobSchedules.name, set: values });
}

/**
 * Where a job of the queue is: `waiting` for a worker, `planned` for later, `running`, waiting for another try after it
 * failed (`retrying`), or given up after its last try (`dead`).
 */
export type QueuedState = 'waiting' | 'planned' | 'running' | 'retrying' | 'dead';

/** A job in the queue; one that succeeded has left it. */
export interface QueuedJob {
  id: string;
  name: string;
  state: QueuedState;
  attempts: number;
  maxAttempts: number;
  runAt: Date;
  createdAt: Date;
  startedAt: Date | null;
  /** Why the last try failed, first line. */
  error: string | null;
}

/** How many jobs of one name are in which state. */
export type QueueCounts = Record<QueuedState, number> & { name: string; oldestWaitingAt: Date | null };

const state = sql`case
  when locked_at is not null then 'running'
  when attempts >= max_attempts then 'dead'
  when attempts > 0 then 'retrying'
  when run_at > now() then 'planned'
  else 'waiting' end`;

/** Jobs of the queue, newest first, before the job `beforeId`. */
export async function queuedJobs(
  database: Sql,
  filter: { state?: QueuedState | undefined; name?: string | undefined },
  beforeId: string | null,
  limit: number,
): Promise<QueuedJob[]> {
  const conditions: SQL[] = [sql`true`];
  if (filter.state !== undefined) conditions.push(sql`${state} = ${filter.state}`);
  if (filter.name !== undefined) conditions.push(sql`task_identifier = ${filter.name}`);
  if (beforeId !== null) conditions.push(sql`id < ${beforeId}::bigint`);
  const found = await database.execute<JobRow>(sql`
    select id::text, task_identifier, ${state} as state, attempts, max_attempts, run_at, created_at, locked_at, last_error
    from graphile_worker.jobs where ${sql.join(conditions, sql` and `)} order by graphile_worker.jobs.id desc limit ${limit}`);
  return found.rows.map(shown);
}

/** One job of the queue. */
export async function queuedJob(database: Sql, id: string): Promise<QueuedJob | null> {
  const found = await database.execute<JobRow>(sql`
    select id::text, task_identifier, ${state} as state, attempts, max_attempts, run_at, created_at, locked_at, last_error
    from graphile_worker.jobs where graphile_worker.jobs.id = ${id}::bigint`);
  const [row] = found.rows;
  return row === undefined ? null : shown(row);
}

/** Counts by name of job; names without a job in the queue are left out. */
export async function queueCounts(database: Sql): Promise<QueueCounts[]> {
  const found = await database.execute<CountRow>(sql`
    select task_identifier,
      count(*) filter (where ${state} = 'waiting')::int as waiting,
      count(*) filter (where ${state} = 'planned')::int as planned,
      count(*) filter (where ${state} = 'running')::int as running,
      count(*) filter (where ${state} = 'retrying')::int as retrying,
      count(*) filter (where ${state} = 'dead')::int as dead,
      min(run_at) filter (where ${state} = 'waiting') as oldest
    from graphile_worker.jobs group by task_identifier order by task_identifier limit 500`);
  return found.rows.map(({ task_identifier: name, oldest, ...counts }) => ({
    ...counts,
    name,
    oldestWaitingAt: oldest === null ? null : new Date(oldest),
  }));
}

/** Gives a job that waits for another try, or was given up, a fresh start now; answers whether there was such a job. */
export async function retryJob(database: Sql, id: string): Promise<boolean> {
  const found = await database.execute(
    sql`select id from graphile_worker.reschedule_jobs(array[${id}]::bigint[], run_at := now(), attempts := 0)`,
  );
  return found.rows.length > 0;
}

/** Takes a job that is not running out of the queue; answers whether there was one. */
export async function removeJob(database: Sql, id: string): Promise<boolean> {
  const found = await database.execute(
    sql`select id from graphile_worker.complete_jobs(array[${id}]::bigint[])`,
  );
  return found.rows.length > 0;
}

interface JobRow extends Record<string, unknown> {
  id: string;
  task_identifier: string;
  state: QueuedState;
  attempts: number;
  max_attempts: number;
  run_at: string | Date;
  created_at: string | Date;
  locked_at: string | Date | null;
  last_error: string | null;
}

interface CountRow extends Record<string, unknown> {
  task_identifier: string;
  waiting: number;
  planned: number;
  running: number;
  retrying: number;
  dead: number;
  oldest: string | Date | null;
}

function shown(row: JobRow): QueuedJob {
  return {
    id: row.id,
    name: row.task_identifier,
    state: row.state,
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
    runAt: new Date(row.run_at),
    createdAt: new Date(row.created_at),
    startedAt: row.locked_at === null ? null : new Date(row.locked_at),
    error: row.last_error?.split('\n')[0]?.slice(0, 500) ?? null,
  };
}
