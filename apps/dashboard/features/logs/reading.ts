import type { LogEntry } from './contract.ts';
import type { LineTest } from './filter.ts';
import type { Ring } from './ring.ts';

/** Which past lines. */
export interface Reading {
  rings: Ring[];
  test: LineTest;
  order: 'newest' | 'oldest';
  /** Lines beyond this key, in the order asked for; the app settles equal keys. */
  cursor: { key: string; app: string } | null;
  /** Bounds, both included. */
  sinceKey: string;
  untilKey: string;
  limit: number;
}

/** Lines in the order asked for, and how far was looked. */
export interface Found {
  entries: LogEntry[];
  /** Where to go on; null at the end. */
  next: { key: string; app: string } | null;
  /** Whether looking was ended before the page was full. */
  isPartial: boolean;
}

/** Lines looked through for one page; a search for what is rare goes on with the next. */
const mostLooked = 400_000;
/** Text of one page, over all apps; lines may be of 64 KiB each. */
const mostBytes = 8 * 1024 * 1024;
const leastBytesOfOne = 256 * 1024;

interface Own {
  app: string;
  entries: LogEntry[];
  /** The key up to which this app was looked through; null when there is nothing beyond. */
  reached: string | null;
}

/** Reads past lines of several apps, merged by time. */
export async function readPast(reading: Reading): Promise<Found> {
  const { rings, limit, order } = reading;
  const budget = { left: mostLooked };
  const owns: Own[] = [];
  const bytes = Math.max(leastBytesOfOne, Math.floor(mostBytes / Math.max(1, rings.length)));
  for (const ring of rings) owns.push(await readOne(reading, ring, budget, bytes));
  const isNewest = order === 'newest';
  // Beyond the place that an unfinished app has reached nothing is complete.
  const bounds = owns.flatMap(({ reached }) => reached ?? []).sort();
  const bound = isNewest ? bounds.at(-1) : bounds[0];
  const merged = owns
    .flatMap(({ entries }) => entries)
    .filter(({ key }) => bound === undefined || (isNewest ? key > bound : key < bound))
    .sort((a, b) => (isNewest ? compare(b, a) : compare(a, b)));
  const entries = merged.slice(0, limit);
  const end = entries.at(-1);
  if (merged.length > limit && end !== undefined)
    return { entries, next: { key: end.key, app: end.app }, isPartial: false };
  if (bound === undefined) return { entries, next: null, isPartial: false };
  // The line at the bound was not looked at yet, so the page after begins with it.
  return { entries, next: { key: stepTowards(bound, isNewest), app: '' }, isPartial: true };
}

async function readOne(
  reading: Reading,
  ring: Ring,
  budget: { left: number },
  mostBytesOfOne: number,
): Promise<Own> {
  const { test, order, cursor, sinceKey, untilKey, limit } = reading;
  const { app } = ring;
  const entries: LogEntry[] = [];
  let bytes = 0;
  let reached: string | null = null;
  const isNewest = order === 'newest';
  const isBeyond = (key: string) => {
    if (key < sinceKey || key > untilKey) return false;
    if (cursor === null) return true;
    if (key === cursor.key) return isNewest ? app < cursor.app : app > cursor.app;
    return isNewest ? key < cursor.key : key > cursor.key;
  };
  const visit = (lines: readonly Parameters<LineTest>[1][]): boolean => {
    for (const line of isNewest ? lines.toReversed() : lines) {
      if (!isBeyond(line.key)) {
        if (isNewest ? line.key < sinceKey : line.key > untilKey) return false;
        continue;
      }
      if (entries.length > limit || budget.left <= 0 || bytes >= mostBytesOfOne) {
        reached = entries.length > limit ? null : line.key;
        return false;
      }
      budget.left -= 1;
      const entry = test(app, line);
      if (entry === null) continue;
      entries.push(entry);
      bytes += entry.text.length;
    }
    return true;
  };
  if (isNewest) {
    const before = cursor !== null && cursor.key < untilKey ? cursor.key : untilKey;
    await ring.visitBefore(String(BigInt(before) + 1n).padStart(19, '0'), visit);
  } else {
    const after = cursor !== null && cursor.key > sinceKey ? cursor.key : sinceKey;
    await ring.visitAfter(String(BigInt(after) - 1n).padStart(19, '0'), visit);
  }
  return { app, entries, reached };
}

function stepTowards(key: string, isNewest: boolean): string {
  return String(BigInt(key) + (isNewest ? 1n : -1n)).padStart(19, '0');
}

/** By time, then app. */
export function compare(a: LogEntry, b: LogEntry): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  if (a.app === b.app) return 0;
  return a.app < b.app ? -1 : 1;
}
