import type { Clock } from '@nebula/clock';

/** Counts what came from somewhere within a span. */
export interface Counter {
  /** Whether there were too many already. */
  isOver(key: string): boolean;
  count(key: string): void;
}

const mostKeys = 10_000;

/** Allows `most` a span for each key; the count begins anew when the span is over. */
export function createCounter({
  most,
  spanMs,
  clock,
}: {
  most: number;
  spanMs: number;
  clock: Clock;
}): Counter {
  const seen = new Map<string, { count: number; until: number }>();
  const known = (key: string) => {
    const entry = seen.get(key);
    return entry !== undefined && entry.until > clock.now().getTime() ? entry : undefined;
  };
  return {
    isOver: (key) => (known(key)?.count ?? 0) >= most,
    count(key) {
      const entry = known(key);
      if (entry !== undefined) {
        entry.count += 1;
        return;
      }
      // Whoever comes from ever new addresses must not fill the memory.
      if (seen.size >= mostKeys) for (const old of [...seen.keys()].slice(0, mostKeys / 10)) seen.delete(old);
      seen.delete(key);
      seen.set(key, { count: 1, until: clock.now().getTime() + spanMs });
    },
  };
}
