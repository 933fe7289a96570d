import { useEffect, useState, useSyncExternalStore } from 'react';
import { openSource, type Source, type SourceState, type Wanted } from './source.ts';
import type { LogSnapshot } from './buffer.ts';

const nothing: LogSnapshot = { lines: [], waiting: 0, shifted: 0 };
const opening: SourceState = {
  ...{ phase: 'loading', error: null, storage: null, hasOlder: true, isLoadingOlder: false },
};

/** The log of a page: opened anew when what is wanted changes, closed when the page is left. */
export function useLog(
  wanted: Wanted,
  line: { app: string; key: string } | null,
): { source: Source | null; snapshot: LogSnapshot; state: SourceState; reopen: () => void } {
  const [source, setSource] = useState<Source | null>(null);
  const [round, setRound] = useState(0);
  const key = JSON.stringify([wanted, line, round]);
  useEffect(() => {
    const opened = openSource(wanted, line);
    setSource(opened);
    return () => opened.close();
  }, [key]);
  const on = (listener: () => void) => source?.on(listener) ?? (() => undefined);
  const snapshot = useSyncExternalStore(on, () => source?.buffer.snapshot() ?? nothing);
  const state = useSyncExternalStore(on, () => source?.state() ?? opening);
  return { source, snapshot, state, reopen: () => setRound(round + 1) };
}
