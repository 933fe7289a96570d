import type { Sql } from '@nebula/db';
import type { Journal, RunStarter } from './journal.ts';

/** The part of a change that a run is started in. */
export interface RunChange {
  sql: Sql;
  record(details: { runId: string }): void;
}

/**
 * Starts a run in a change, so that the run, its lock and the audit entry that names it are there together or not at all; must
 * come last in the change. Throws what {@link Journal.start} throws.
 */
export async function startRun(
  journal: Journal,
  { actor, requestId }: RunStarter,
  change: RunChange,
  kind: string,
  input: object,
): Promise<{ runId: string }> {
  const runId = await journal.start(change.sql, kind, input, { actor, requestId });
  change.record({ runId });
  return { runId };
}
