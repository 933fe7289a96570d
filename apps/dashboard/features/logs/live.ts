import type { Storage } from './contract.ts';
import type { StoredLine } from './record.ts';

/** Somebody who is told of lines as they come. */
export interface Listener {
  lines(app: string, lines: readonly StoredLine[]): void;
  storage(storage: Storage): void;
}

/** Tells listeners. */
export interface Live {
  listen(listener: Listener): () => void;
  lines(app: string, lines: readonly StoredLine[]): void;
  storage(storage: Storage): void;
}

/** See {@link Live}. */
export function createLive(): Live {
  const listeners = new Set<Listener>();
  return {
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    lines(app, lines) {
      for (const listener of listeners) listener.lines(app, lines);
    },
    storage(storage) {
      for (const listener of listeners) listener.storage(storage);
    },
  };
}
