import { type Clock, duration } from '@nebula/clock';
import type { Database, Sql } from '@nebula/db';
import { type Log, redact } from '@nebula/log';
import type { Schedule } from './index.ts';
import { addJob, lastEnds, saveEnd } from './store.ts';

/** How a run of a schedule ended. */
export interface ScheduleEnd {
  startedAt: Date;
  finishedAt: Date;
  succeeded: boolean;
  /** One line; null when it succeeded. */
  error: string | null;
}

/** A schedule as people see it. */
export interface ScheduleState {
  name: string;
  everyMs: number;
  nextAt: Date;
  last: ScheduleEnd | null;
}

/** Keeps the schedules of one process and remembers how their runs ended. */
export interface Schedules {
  /** Adds each job when its time comes, until the signal aborts; `stored` says how each ended last, by name. */
  keep(wanted: Schedule[], stored: ReadonlyMap<string, ScheduleEnd>, signal: AbortSignal): Promise<void>;
  states(sql: Sql): Promise<ScheduleState[]>;
  /** Takes note of an ended run of the job `name`, if that is scheduled. */
  ended(name: string, end: ScheduleEnd): Promise<void>;
}

const saveEveryMs = 60_000;
/** What is due at a start waits so long, so that a start is not made slower. */
const afterStartMs = 60_000;
/** What never ran comes for the first time after this at the latest. */
const firstMs = 10 * 60_000;

/** See {@link Schedules}. */
export function createSchedules({
  database,
  clock,
  log,
}: {
  database: Database;
  clock: Clock;
  log: Log;
}): Schedules {
  const kept = new Map<string, { everyMs: number; nextAt: Date }>();
  const ends = new Map<string, ScheduleEnd>();
  const savedAt = new Map<string, number>();

  async function keepOne({ job, every }: Schedule, last: ScheduleEnd | undefined, signal: AbortSignal) {
    const { name, maxAttempts } = job;
    const everyMs = duration(every);
    const from = clock.now();
    let waitMs = firstWaitMs(everyMs, last, from);
    const entry = { everyMs, nextAt: new Date(from.getTime() + waitMs) };
    kept.set(name, entry);
    for (; ; waitMs = everyMs) {
      await sleepUnless(signal, waitMs);
      if (signal.aborted) return;
      entry.nextAt = new Date(clock.now().getTime() + everyMs);
      try {
        // A slot of time is one job key, so several processes keeping one schedule add one job.
        await addJob(database.sql, name, null, { key: `every:${name}`, maxAttempts });
      } catch (error) {
        log.warn({ error, job: name }, 'scheduled job could not be added; the next turn tries again');
      }
    }
  }

  async function sleepUnless(signal: AbortSignal, ms: number): Promise<void> {
    try {
      await clock.sleep(ms, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  return {
    async keep(wanted, stored, signal) {
      await Promise.all(wanted.map((schedule) => keepOne(schedule, stored.get(schedule.job.name), signal)));
    },

    async states(sql) {
      const stored = await lastEnds(sql);
      const states = [...kept].map(([name, entry]) => ({
        name,
        ...entry,
        last: ends.get(name) ?? stored.get(name) ?? null,
      }));
      return states.toSorted((a, b) => a.name.localeCompare(b.name));
    },

    async ended(name, end) {
      if (!kept.has(name)) return;
      const before = ends.get(name);
      ends.set(name, end);
      // A run every five seconds must not be a row written every five seconds, unless it says something new.
      const isNews = before?.succeeded !== end.succeeded || before.error !== end.error;
      const now = end.finishedAt.getTime();
      if (!isNews && now - (savedAt.get(name) ?? 0) < saveEveryMs) return;
      savedAt.set(name, now);
      try {
        await saveEnd(database.sql, name, { ...end, error: end.error === null ? null : redact(end.error) });
      } catch (error) {
        log.warn({ error, job: name }, 'the end of a scheduled job could not be kept');
      }
    },
  };
}

/** A server that is started anew more often than a schedule is due must come to it all the same, so it counts on from its last run. */
function firstWaitMs(everyMs: number, last: ScheduleEnd | undefined, now: Date): number {
  if (last === undefined) return Math.min(everyMs, firstMs);
  const dueMs = last.startedAt.getTime() + everyMs - now.getTime();
  return Math.min(everyMs, Math.max(afterStartMs, dueMs));
}
