import type { Sql } from '@nebula/db';
import { sql } from 'drizzle-orm';

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

/** One job of the queue. */
export interface JobRow extends Record<string, unknown> {
  id: string;
  name: string;
  attempts: number;
  maxAttempts: number;
  runAt: Date;
  isRunning: boolean;
  lastError: string | null;
}

/** At most `limit` jobs that wait, run or failed, newest first, before the id `before`. */
export async function listJobs(database: Sql, before: string | null, limit: number): Promise<JobRow[]> {
  const result = await database.execute<JobRow>(sql`select id::text as id, task_identifier as name, attempts,
    max_attempts as "maxAttempts", run_at as "runAt", locked_at is not null as "isRunning", last_error as "lastError"
    from graphile_worker.jobs where ${before}::bigint is null or id < ${before}::bigint order by id desc limit ${limit}`);
  return result.rows;
}
