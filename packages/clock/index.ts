import { setTimeout as sleepFor } from 'node:timers/promises';

/** Source of time; the only way product code learns what time it is. */
export interface Clock {
  /** The current instant. */
  now(): Date;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A timer that is set for longer fires at once (Node, 2^31-1 ms: 24.8 days). */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  async sleep(ms, signal) {
    for (let left = ms; ; left -= longestTimerMs) {
      await sleepFor(Math.min(left, longestTimerMs), undefined, signal === undefined ? {} : { signal });
      if (left <= longestTimerMs) return;
    }
  },
};

/** A span such as `500ms`, `30s`, `5m`, `12h` or `7d`. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of a {@link Duration}. Throws a RangeError when the text is none. */
export function duration(text: Duration): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  const unit = match?.[2];
  if (match === null || unit === undefined || !isUnit(unit)) throw new RangeError(`Not a duration: ${text}`);
  return Number(match[1]) * unitMs[unit];
}

function isUnit(text: string): text is keyof typeof unitMs {
  return text in unitMs;
}

/** Calls `work` every `ms` milliseconds of the clock, never twice at once, until the signal aborts. */
export async function repeat(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await clock.sleep(ms, signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    await work();
  }
}
