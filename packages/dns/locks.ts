/** Lets one writer at a time work on a key. A caller with several processes gives its own, which hold across them. */
export interface Locks {
  /** Waits for its turn, runs `work` and frees the key whatever happens. Rejects with the signal's reason while it waits. */
  hold<T>(key: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T>;
}

/** Locks within this process, first come first served. */
export function processLocks(): Locks {
  const tails = new Map<string, Promise<void>>();
  return {
    async hold(key, signal, work) {
      const before = tails.get(key) ?? Promise.resolve();
      const { promise: turn, resolve: free } = Promise.withResolvers<void>();
      const tail = before.then(() => turn);
      tails.set(key, tail);
      try {
        await orAborted(before, signal);
        return await work();
      } finally {
        free();
        if (tails.get(key) === tail) tails.delete(key);
      }
    },
  };
}

async function orAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return await work;
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
