/** Lets others have a turn during long work, so that no request waits for all of it. */
export interface Pace {
  /** Goes on at once while there is time left in this turn, otherwise after everybody who waits. */
  rest(): Promise<void>;
}

/** Milliseconds of work in one turn; well below 20, since what stands between two looks at the clock is not interrupted. */
const turnMs = 8;

/** Starts a first turn. @param now milliseconds of a clock that only goes forward */
export function createPace(now: () => number = () => performance.now()): Pace {
  let begun = now();
  return {
    async rest() {
      if (now() - begun < turnMs) return;
      await new Promise((resolve) => setImmediate(resolve));
      begun = now();
    },
  };
}
