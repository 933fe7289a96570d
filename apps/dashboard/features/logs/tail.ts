import type { StreamSink } from '@nebula/runtime';
import { digestOf } from './app.ts';
import type { LogEntry, LogItem, Storage } from './contract.ts';
import type { LineTest } from './filter.ts';
import type { Live } from './live.ts';

/** What a reader of the stream wants. */
export interface TailOptions {
  live: Live;
  sink: StreamSink;
  test: LineTest;
  isWanted(app: string): boolean;
  /** Lines from before, oldest first; read after listening has begun, so that none falls between. */
  past(): Promise<LogEntry[]>;
  storage: Storage;
  /** Where a reader that comes back stopped, by digest of the app. */
  position: Map<string, string>;
  now(): Date;
}

const sendEveryMs = 40;
/** What waits for a reader that does not take it; beyond that the oldest lines are left out. */
const mostWaiting = 4000;
const mostWaitingBytes = 1024 * 1024;
const mostInOne = 500;

/** Sends lines as they come until the reader goes; one that is too slow loses lines and is told how many. */
export async function sendTail(options: TailOptions): Promise<void> {
  const { live, sink, test, isWanted, position } = options;
  let waiting: LogEntry[] = [];
  let waitingBytes = 0;
  let lost = 0;
  let isReady = false;
  let timer: NodeJS.Timeout | undefined;

  function take(entry: LogEntry): void {
    waiting.push(entry);
    waitingBytes += entry.text.length;
    if (waiting.length <= mostWaiting && waitingBytes <= mostWaitingBytes) return;
    const gone = Math.ceil(waiting.length / 2);
    lost += gone;
    for (const { text } of waiting.slice(0, gone)) waitingBytes -= text.length;
    waiting = waiting.slice(gone);
  }

  function send(item: LogItem): boolean {
    const id = [...position].map(([digest, key]) => `${digest}.${key}`).join('~');
    return sink.write(`${id === '' ? '' : `id: ${id}\n`}data: ${JSON.stringify(item)}\n\n`);
  }

  function flush(): void {
    timer = undefined;
    while (waiting.length > 0 && !sink.signal.aborted) {
      // Nothing is written where much waits already: what the reader does not take stays here, and is bounded here.
      if (!sink.write('')) return schedule();
      const gap = lost === 0 ? [] : [gapOf(waiting[0], lost)];
      lost = 0;
      const lines = waiting.slice(0, mostInOne);
      waiting = waiting.slice(mostInOne);
      for (const { text } of lines) waitingBytes -= text.length;
      for (const { app, key } of lines) position.set(digestOf(app), key);
      send({ kind: 'lines', lines: [...gap, ...lines] });
    }
  }

  function schedule(): void {
    if (timer === undefined && isReady) timer = setTimeout(flush, sendEveryMs);
  }

  function gapOf(before: LogEntry | undefined, lines: number): LogEntry {
    const at = options.now().toISOString().replace('Z', '000000Z');
    return {
      ...{ app: before?.app ?? '', key: before?.key ?? '0'.repeat(19), time: before?.time ?? at },
      ...{ container: '', stream: 'stdout', level: null, text: '', cutBytes: 0 },
      gap: { reason: 'slow-reader', lines },
    };
  }

  const stop = live.listen({
    lines(app, lines) {
      if (!isWanted(app)) return;
      for (const line of lines) {
        const entry = test(app, line);
        if (entry !== null) take(entry);
      }
      if (waiting.length > 0) schedule();
    },
    storage: (storage) => void send({ kind: 'storage', storage }),
  });
  try {
    send({ kind: 'storage', storage: options.storage });
    const past = await options.past();
    const upTo = new Map<string, string>();
    for (const { app, key } of past) upTo.set(app, key);
    waiting = [...past, ...waiting.filter(({ app, key }) => key > (upTo.get(app) ?? ''))];
    waitingBytes = waiting.reduce((total, { text }) => total + text.length, 0);
    isReady = true;
    flush();
    await new Promise<void>((resolve) => {
      if (sink.signal.aborted) resolve();
      sink.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  } finally {
    stop();
    clearTimeout(timer);
  }
}

/** Reads the id of a stream's event; what is not one of ours is no position. */
export function positionOf(id: string | null): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of (id ?? '').split('~')) {
    const [, digest, key] = /^([0-9a-f]{12})\.(\d{19})$/.exec(part) ?? [];
    if (digest !== undefined && key !== undefined) found.set(digest, key);
  }
  return found;
}
