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
