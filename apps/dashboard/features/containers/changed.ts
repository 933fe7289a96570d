import type { ContainerEvent } from '@nebula/docker';

/** Which containers something happened to, as far as nobody has looked yet. */
export interface Changed {
  /** The ids since the last call, once there are some; null when the events have ended. Throws what ended them. */
  changed(): Promise<ReadonlySet<string> | null>;
}

/**
 * Reads events at once and keeps only whom they are about: when three hundred containers start at the same time, what is asked
 * of the engine follows the time it takes to answer, not the number of events. `onEvent` is told of each.
 */
export function hear(
  events: AsyncIterator<ContainerEvent>,
  onEvent: (event: ContainerEvent) => void = () => undefined,
): Changed {
  let waiting = new Set<string>();
  let hasEnded = false;
  let failure: unknown = null;
  let wake = () => undefined as void;

  async function read(): Promise<void> {
    try {
      for (let next = await events.next(); next.done !== true; next = await events.next()) {
        if (isNoise(next.value.action)) continue;
        onEvent(next.value);
        waiting.add(next.value.id);
        wake();
      }
    } catch (error) {
      failure = error;
    }
    hasEnded = true;
    wake();
  }
  void read();

  return {
    async changed() {
      while (waiting.size === 0) {
        if (failure !== null) throw failure;
        if (hasEnded) return null;
        await new Promise<void>((resolve) => (wake = resolve));
      }
      const ids = waiting;
      waiting = new Set();
      return ids;
    },
  };
}

/** Health checks run a command every few seconds; those events change nothing in the list. */
function isNoise(action: string): boolean {
  return /^(exec_|attach|resize|top|export|archive-path|extract-to-dir)/.test(action);
}
