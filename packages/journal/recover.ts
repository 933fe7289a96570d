import { type Clock, repeat } from '@nebula/clock';
import type { Database } from '@nebula/db';
import type { Log } from '@nebula/log';
import type { Driver } from './driver.ts';
import type { Ledger } from './ledger.ts';
import { type OpenRun, openRuns } from './store.ts';
import { isProvenGone } from './worker-identity.ts';

/** Milliseconds between two looks at the open runs. */
const lookMs = 10_000;
/** Looks without a heartbeat after which a worker counts as gone: 30 seconds. */
const silentLooks = 3;

export interface RecoverParts {
  database: Database;
  ledger: Ledger;
  driver: Driver;
  clock: Clock;
  log: Log;
  me: string;
}

/**
 * Finds runs that nobody drives, at once and then every ten seconds, and drives them, until the signal aborts. A worker is
 * gone when its process is proven to have ended, or when its heartbeat has stood still for 30 seconds by our own count; no
 * two clocks are compared.
 */
export async function recoverRuns(parts: RecoverParts, signal: AbortSignal): Promise<void> {
  const { database, ledger, driver, clock, log, me } = parts;
  const seen = new Map<string, { mark: string; looks: number }>();
  const driven = new Map<string, Promise<void>>();

  function standsStill(run: OpenRun): boolean {
    const mark = `${run.fence}/${run.heartbeat}`;
    const before = seen.get(run.id);
    const looks = before?.mark === mark ? before.looks + 1 : 0;
    seen.set(run.id, { mark, looks });
    return looks >= silentLooks;
  }

  function isFree(run: OpenRun): boolean {
    if (run.worker === null || run.worker === me) return true;
    return standsStill(run) || isProvenGone(run.worker, me);
  }

  async function handOver(run: OpenRun): Promise<void> {
    await database.transaction((sql) => ledger.handOver(sql, run.id));
  }

  function begin(run: OpenRun): void {
    const work = driver
      .drive(run.id, { fence: run.fence, heartbeat: run.heartbeat }, signal)
      .catch((error: unknown) =>
        log.error({ error, runId: run.id }, 'a run could not be driven; trying again soon'),
      )
      .finally(() => driven.delete(run.id));
    driven.set(run.id, work);
  }

  async function look(): Promise<void> {
    const open: OpenRun[] = [];
    for (let after: string | null = null; ; after = open.at(-1)?.id ?? null) {
      const page = await openRuns(database.sql, after, 500);
      open.push(...page);
      if (page.length < 500) break;
    }
    for (const id of seen.keys()) if (!open.some((run) => run.id === id)) seen.delete(id);
    for (const run of open) {
      if (driver.isActive(run.id) || driven.has(run.id)) continue;
      if (run.isWaiting) await handOver(run);
      else if (!driver.isFull() && isFree(run)) begin(run);
    }
  }

  async function lookSafely(): Promise<void> {
    try {
      await look();
    } catch (error) {
      log.warn({ error }, 'open runs could not be looked at; the next turn tries again');
    }
  }

  await lookSafely();
  await repeat(clock, lookMs, signal, lookSafely);
  await Promise.all(driven.values());
}
