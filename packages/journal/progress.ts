import type { Clock } from '@nebula/clock';

/** Takes the progress of a step; null when the fraction is not known. */
export type OnProgress = (runId: string, step: string, fraction: number | null, message: string) => void;

/** Milliseconds between two reports of one step. */
const everyMs = 250;

/**
 * Hands on at most four reports a second: the first at once, then the newest. `end` hands on what still waits, and nothing
 * after it.
 */
export function throttleProgress(
  clock: Clock,
  report: (fraction: number | null, message: string) => void,
): { report(fraction: number | null, message: string): void; end(): void } {
  let newest: [number | null, string] | null = null;
  let isPaused = false;
  let hasEnded = false;

  function flush(): void {
    if (newest === null) return;
    const [fraction, message] = newest;
    newest = null;
    report(fraction, message);
  }

  async function pause(): Promise<void> {
    isPaused = true;
    do {
      flush();
      await clock.sleep(everyMs);
    } while (newest !== null);
    isPaused = false;
  }

  return {
    report(fraction, message) {
      if (hasEnded) return;
      newest = [fraction === null ? null : Math.min(1, Math.max(0, fraction)), message];
      if (!isPaused) void pause();
    },
    end() {
      flush();
      hasEnded = true;
    },
  };
}
