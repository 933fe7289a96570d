import { api } from '../../../web/feature.ts';
import type { Level, LogEntry, LogItem, LogStream, Storage } from '../contract.ts';
import { LogBuffer } from './buffer.ts';

/** Which lines a page asks the server for. */
export interface Wanted {
  app: string[];
  search?: string | undefined;
  isPattern?: 'true' | undefined;
  level?: Level[] | undefined;
  stream?: LogStream | undefined;
  since?: string | undefined;
}

/** How a page's log is doing. */
export interface SourceState {
  phase: 'loading' | 'live' | 'reconnecting' | 'still' | 'failed';
  error: unknown;
  storage: Storage | null;
  /** Whether there are older lines to be asked for. */
  hasOlder: boolean;
  isLoadingOlder: boolean;
}

/** The lines of a page and where they come from. */
export interface Source {
  buffer: LogBuffer;
  state(): SourceState;
  on(listener: () => void): () => void;
  older(): Promise<void>;
  /** Whether new lines wait, because the reader looks back. */
  hold(isHeld: boolean): void;
  close(): void;
}

const paintEveryMs = 60;
const tail = 500;
const page = 500;
const aroundEach = 200;

/** Opens a source: live, or what stands around one line. */
export function openSource(wanted: Wanted, around: { app: string; key: string } | null): Source {
  const buffer = new LogBuffer();
  const listeners = new Set<() => void>();
  let state: SourceState = {
    ...{ phase: 'loading', error: null, storage: null, hasOlder: true, isLoadingOlder: false },
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  let events: EventSource | null = null;
  const stop = new AbortController();
  const { since, ...filter } = wanted;

  function change(changes: Partial<SourceState>): void {
    state = { ...state, ...changes };
    paint();
  }

  /** Lines come in many small pieces; the page is drawn a few times a second. */
  function paint(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      buffer.publish();
      for (const listener of [...listeners]) listener();
    }, paintEveryMs);
  }

  function take(item: LogItem): void {
    if (item.kind === 'storage') return change({ storage: item.storage });
    const isRecent = ({ time }: LogEntry) => since === undefined || time >= since;
    buffer.push(since === undefined ? item.lines : item.lines.filter(isRecent));
    paint();
  }

  function goLive(): void {
    const opened = new EventSource(api.logs.stream({ query: { ...filter, tail: String(tail) } }));
    events = opened;
    let wasLost = false;
    opened.addEventListener('open', () => {
      if (wasLost) buffer.noteReconnect();
      wasLost = false;
      change({ phase: 'live', error: null });
    });
    opened.addEventListener('message', (event: MessageEvent<string>) => take(JSON.parse(event.data)));
    opened.addEventListener('error', () => {
      wasLost = true;
      change({ phase: 'reconnecting' });
      // The browser tries again by itself unless the answer was no stream.
      if (opened.readyState === EventSource.CLOSED) void judge(opened);
    });
  }

  /** What was wrong with a stream that was refused stands only in the answer to a plain question. */
  async function judge(opened: EventSource): Promise<void> {
    opened.close();
    try {
      await api.logs.list({ query: { ...filter, limit: '1' }, signal: stop.signal });
      setTimeout(() => {
        if (!stop.signal.aborted) goLive();
      }, 2000);
    } catch (error) {
      if (!stop.signal.aborted) change({ phase: 'failed', error });
    }
  }

  async function load(place: { app: string; key: string }): Promise<void> {
    const cursor = `${place.key}.${place.app}`;
    const before = { ...filter, limit: String(aroundEach), order: 'newest', cursor } as const;
    const at = {
      ...filter,
      limit: String(aroundEach),
      order: 'oldest',
      cursor: `${keyBefore(place.key)}.`,
    } as const;
    try {
      const [older, newer] = await Promise.all([
        api.logs.list({ query: before, signal: stop.signal }),
        api.logs.list({ query: at, signal: stop.signal }),
      ]);
      buffer.push([...older.items.toReversed(), ...newer.items]);
      change({ phase: 'still', hasOlder: older.next !== null });
    } catch (error) {
      if (!stop.signal.aborted) change({ phase: 'failed', error });
    }
  }

  if (around === null) goLive();
  else void load(around);

  return {
    buffer,
    state: () => state,
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async older() {
      const first = buffer.snapshot().lines.find(({ note }) => note === null);
      if (state.isLoadingOlder || !state.hasOlder || first === undefined) return;
      change({ isLoadingOlder: true });
      try {
        const { items, next } = await api.logs.list({
          query: {
            ...filter,
            ...(since === undefined ? {} : { since }),
            ...{ limit: String(page), order: 'newest', cursor: `${first.key}.${first.app}` },
          },
          signal: stop.signal,
        });
        buffer.unshift(items.toReversed());
        change({ isLoadingOlder: false, hasOlder: next !== null });
      } catch (error) {
        if (!stop.signal.aborted) change({ isLoadingOlder: false, hasOlder: false, error });
      }
    },
    hold(isHeld) {
      if (buffer.isHeld === isHeld) return;
      buffer.hold(isHeld);
      paint();
    },
    close() {
      stop.abort();
      events?.close();
      clearTimeout(timer);
    },
  };
}

function keyBefore(key: string): string {
  return String(BigInt(key) - 1n).padStart(19, '0');
}
