import { useSyncExternalStore } from 'react';

/** A choice that this browser remembers. */
export interface Remembered<T extends string> {
  get(): T;
  set(next: T): void;
  /** Calls `listener` when it changes, in another tab too; answers how to stop. */
  on(listener: () => void): () => void;
  /** {@link get} for components: renders anew when it changes. */
  use(): T;
}

/** A choice among `choices`, the first of which holds until another was made; stored under `key`. */
export function remembered<const T extends string>(
  key: string,
  choices: readonly [T, ...T[]],
): Remembered<T> {
  const listeners = new Set<() => void>();
  let value = read();

  function read(): T {
    try {
      const stored = globalThis.localStorage?.getItem(key);
      return choices.find((choice) => choice === stored) ?? choices[0];
    } catch {
      // Storage can be forbidden; it is then as for a first visitor.
      return choices[0];
    }
  }

  function tell(): void {
    for (const listener of [...listeners]) listener();
  }

  function on(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  globalThis.addEventListener?.('storage', (event) => {
    if (event.key !== key) return;
    value = read();
    tell();
  });

  return {
    get: () => value,
    on,
    use: () => useSyncExternalStore(on, () => value),
    set(next) {
      value = next;
      try {
        localStorage.setItem(key, next);
      } catch {
        // Storage can be forbidden; the choice then lasts until the page is left.
      }
      tell();
    },
  };
}
