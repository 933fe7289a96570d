import type { Sql } from '@nebula/db';
import { and, asc, desc, eq, gte, inArray, lt, type SQL, sql } from 'drizzle-orm';
import { runLocks, runSteps, runs, runWaits } from './schema.ts';
import { openStates, type RunState } from './state.ts';

export type RunRow = typeof runs.$inferSelect;
export type StepRow = typeof runSteps.$inferSelect;

/** Which runs a list shows; all fields narrow. */
export interface RunFilter {
  states?: RunState[];
  kind?: string;
  targetType?: string;
  targetId?: string;
  hostId?: string;
  /** Started from here on, and before there. */
  from?: Date;
  to?: Date;
}

export async function insertRun(
  database: Sql,
  run: typeof runs.$inferInsert,
  steps: (typeof runSteps.$inferInsert)[],
): Promise<void> {
  await database.insert(runs).values(run);
  await database.insert(runSteps).values(steps);
}

/** Locks the row of a run until the transaction ends. */
export async function lockRun(database: Sql, id: string): Promise<RunRow | undefined> {
  const rows = await database.select().from(runs).where(eq(runs.id, id)).for('update');
  return rows[0];
}

export async function findRun(database: Sql, id: string): Promise<RunRow | undefined> {
  const rows = await database.select().from(runs).where(eq(runs.id, id));
  return rows[0];
}

export async function stepsOf(database: Sql, ids: string[]): Promise<StepRow[]> {
  if (ids.length === 0) return [];
  return await database
    .select()
    .from(runSteps)
    .where(inArray(runSteps.runId, ids))
    .orderBy(asc(runSteps.runId), asc(runSteps.index));
}

/** Changes a run if the fence is still ours; answers whether it was. */
export async function updateRun(
  database: Sql,
  id: string,
  fence: number,
  changes: Partial<typeof runs.$inferInsert>,
): Promise<boolean> {
  const rows = await database
    .update(runs)
    .set(changes)
    .where(and(eq(runs.id, id), eq(runs.fence, fence)))
    .returning({ id: runs.id });
  return rows.length > 0;
}

export async function updateStep(
  database: Sql,
  step: { runId: string; index: number },
  changes: Partial<typeof runSteps.$inferInsert>,
): Promise<void> {
  await database
    .update(runSteps)
    .set(changes)
    .where(and(eq(runSteps.runId, step.runId), eq(runSteps.index, step.index)));
}

/** Shows that the worker lives; answers whether a cancel is asked for, or null when the fence is not ours any more. */
export async function beat(database: Sql, id: string, fence: number): Promise<boolean | null> {
  const rows = await database
    .update(runs)
    .set({ heartbeat: sql`${runs.heartbeat} + 1` })
    .where(and(eq(runs.id, id), eq(runs.fence, fence)))
    .returning({ isCancelRequested: runs.isCancelRequested });
  return rows[0]?.isCancelRequested ?? null;
}

/** What {@link openRuns} tells of a run. */
export type OpenRun = Pick<RunRow, 'id' | 'kind' | 'fence' | 'heartbeat' | 'worker' | 'isWaiting'>;

/** Runs that a worker drives or should drive, oldest first, after the id `afterId`. */
export async function openRuns(database: Sql, afterId: string | null, limit: number): Promise<OpenRun[]> {
  return await database
    .select({
      id: runs.id,
      kind: runs.kind,
      fence: runs.fence,
      heartbeat: runs.heartbeat,
      worker: runs.worker,
      isWaiting: runs.isWaiting,
    })
    .from(runs)
    .where(
      and(inArray(runs.state, [...openStates]), afterId === null ? undefined : sql`${runs.id} > ${afterId}`),
    )
    .orderBy(asc(runs.id))
    .limit(limit);
}

/** Runs, newest first, before the run `beforeId`. */
export async function runsBefore(
  database: Sql,
  filter: RunFilter,
  beforeId: string | null,
  limit: number,
): Promise<RunRow[]> {
  const conditions: (SQL | undefined)[] = [
    filter.states === undefined ? undefined : inArray(runs.state, filter.states),
    filter.kind === undefined ? undefined : eq(runs.kind, filter.kind),
    filter.targetType === undefined ? undefined : eq(runs.targetType, filter.targetType),
    filter.targetId === undefined ? undefined : eq(runs.targetId, filter.targetId),
    filter.hostId === undefined ? undefined : eq(runs.hostId, filter.hostId),
    filter.from === undefined ? undefined : gte(runs.createdAt, filter.from),
    filter.to === undefined ? undefined : lt(runs.createdAt, filter.to),
    beforeId === null ? undefined : lt(runs.id, beforeId),
  ];
  return await database
    .select()
    .from(runs)
    .where(and(...conditions))
    .orderBy(desc(runs.id))
    .limit(limit);
}

/** Removes at most `limit` runs, with their steps, that ended by themselves before an instant; answers how many. */
export async function removeEnded(database: Sql, before: Date, limit: number): Promise<number> {
  const rows = await database.execute(sql`delete from runs where id in (
    select id from runs where state in ('succeeded', 'failed', 'cancelled') and finished_at < ${before.toISOString()}::timestamptz
    order by id limit ${limit}) returning id`);
  return rows.rows.length;
}

/** Answers the id of the run that has the lock of a target, which is `runId` on success. */
async function takeLock(database: Sql, target: string, runId: string): Promise<string> {
  for (;;) {
    const taken = await database.insert(runLocks).values({ target, runId }).onConflictDoNothing().returning();
    if (taken.length > 0) return runId;
    // Holding the row keeps its owner from ending before our waiting run can be seen by it.
    const held = await database.select().from(runLocks).where(eq(runLocks.target, target)).for('share');
    if (held[0] !== undefined) return held[0].runId;
  }
}

/**
 * Takes the locks of targets for a run, in their order, until one is another run's; answers that run, and the targets that are
 * left, that one first.
 */
export async function takeLocks(
  database: Sql,
  targets: string[],
  runId: string,
): Promise<{ holder: string; left: string[] } | null> {
  for (const [at, target] of targets.entries()) {
    const holder = await takeLock(database, target, runId);
    if (holder !== runId) return { holder, left: targets.slice(at) };
  }
  return null;
}

/** Frees the locks of a run, and what it waited for; answers the targets that are free now. */
export async function freeLocks(database: Sql, runId: string): Promise<string[]> {
  await database.delete(runWaits).where(eq(runWaits.runId, runId));
  const rows = await database.delete(runLocks).where(eq(runLocks.runId, runId)).returning();
  return rows.map(({ target }) => target);
}

/** What a waiting run still needs, in order. */
export async function waitsOf(database: Sql, runId: string): Promise<string[]> {
  const rows = await database
    .select({ target: runWaits.target })
    .from(runWaits)
    .where(eq(runWaits.runId, runId))
    .orderBy(asc(runWaits.position));
  return rows.map(({ target }) => target);
}

/** Keeps what a waiting run still needs, in place of what it needed before. */
export async function putWaits(database: Sql, runId: string, targets: string[]): Promise<void> {
  await database.delete(runWaits).where(eq(runWaits.runId, runId));
  if (targets.length === 0) return;
  await database.insert(runWaits).values(targets.map((target, position) => ({ runId, position, target })));
}

/**
 * Locks the oldest run that is stuck on a target. One that somebody is changing just now is passed over, since two who wait for
 * each other's rows would not end; recovery finds it.
 */
export async function firstWaiting(database: Sql, target: string): Promise<RunRow | undefined> {
  const stuck = sql`select ${runWaits.runId} from ${runWaits} where ${runWaits.target} = ${target}
    and not exists (select 1 from run_waits earlier
      where earlier.run_id = ${runWaits.runId} and earlier.position < ${runWaits.position})`;
  const rows = await database
    .select()
    .from(runs)
    .where(and(runs.isWaiting, sql`${runs.id} in (${stuck})`))
    .orderBy(asc(runs.id))
    .limit(1)
    .for('update', { skipLocked: true });
  return rows[0];
}

/** Text that stands for a target in the lock table. */
export function lockKey(run: { hostId: string; targetType: string; targetId: string }): string {
  return JSON.stringify([run.hostId, run.targetType, run.targetId]);
}

/** Who may take a run: nobody drives it, we do, or the one who does was seen to be gone at this fence and heartbeat. */
export function isFree(run: RunRow, me: string, gone: { fence: number; heartbeat: number } | null): boolean {
  if (run.worker === null || run.worker === me) return true;
  return gone !== null && run.fence === gone.fence && run.heartbeat === gone.heartbeat;
}
