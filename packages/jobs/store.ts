import type { Sql } from '@nebula/db';
import { sql } from 'drizzle-orm';
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
