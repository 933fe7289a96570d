import type { Clock } from '@nebula/clock';
import type { Docker } from '@nebula/docker';

/** What was counted, and when. */
export interface Counted {
  at: Date;
  bytes: ReadonlyMap<string, number | null>;
}

/** Sizes of volumes as they were counted last; never counted by itself, since the engine looks at every file. */
export interface Sizes {
  last(): Counted | null;
  /** Counts again when the last count is older than `maxAgeMs`; who asks meanwhile gets the same count. */
  count(maxAgeMs: number): Promise<Counted>;
}

/** See {@link Sizes}. */
export function createSizes({ docker, clock }: { docker: Docker; clock: Clock }): Sizes {
  let last: Counted | null = null;
  let running: Promise<Counted> | null = null;

  async function countNow(): Promise<Counted> {
    // Not under the signal of who asked first: others wait for the same count.
    const bytes = await docker.volumeSizes();
    last = { at: clock.now(), bytes };
    return last;
  }

  return {
    last: () => last,
    async count(maxAgeMs) {
      if (last !== null && clock.now().getTime() - last.at.getTime() <= maxAgeMs) return last;
      running ??= countNow().finally(() => {
        running = null;
      });
      return await running;
    },
  };
}
