import { DriverError } from '@nebula/errors';
import type { ExecRequest, ExecStream } from './exec.ts';
import type { LogLine, LogRequest } from './log.ts';

/** The logs and programs of the containers of a fake engine. */
export interface FakeLogs {
  add(id: string, lines: LogLine[]): void;
  /** Ends the streams of one container, or of all; with a failure when the engine goes. */
  end(id: string | null, isFailure: boolean): void;
  forget(id: string): void;
  read(
    id: string,
    request: LogRequest,
    isRunning: () => boolean,
    signal: AbortSignal,
  ): AsyncGenerator<LogLine[]>;
}

interface Listener {
  id: string;
  take(lines: LogLine[] | 'end' | 'failure'): void;
}

/** See {@link FakeLogs}. */
export function fakeLogs(): FakeLogs {
  const kept = new Map<string, LogLine[]>();
  const listeners = new Set<Listener>();
  const tell = (id: string | null, what: LogLine[] | 'end' | 'failure') => {
    for (const listener of [...listeners]) if (id === null || listener.id === id) listener.take(what);
  };

  return {
    add(id, lines) {
      kept.set(id, [...(kept.get(id) ?? []), ...lines]);
      tell(id, lines);
    },
    end: (id, isFailure) => tell(id, isFailure ? 'failure' : 'end'),
    forget: (id) => void kept.delete(id),
    async *read(id, { since, tail, follow }, isRunning, signal) {
      const isWanted = ({ time }: LogLine) => since === null || secondsOf(time) >= since;
      const queue: (LogLine[] | 'end' | 'failure')[] = [];
      let wake = (): void => undefined;
      const listener: Listener = {
        id,
        take(what) {
          queue.push(what);
          wake();
        },
      };
      const all = (kept.get(id) ?? []).filter(isWanted);
      if (follow) listeners.add(listener);
      signal.addEventListener('abort', () => wake(), { once: true });
      try {
        const first = tail === null ? all : all.slice(Math.max(0, all.length - tail));
        if (first.length > 0) yield first;
        while (follow && !signal.aborted) {
          const next = queue.shift();
          if (next === 'end' || (next === undefined && !isRunning())) return;
          if (next === 'failure') throw new DriverError('unavailable', 'The container engine went away.');
          if (next !== undefined) yield next.filter(isWanted);
          else await new Promise<void>((resolve) => (wake = resolve));
        }
      } finally {
        listeners.delete(listener);
      }
    },
  };
}

/** A terminal that says what is typed into it, and ends at `exit` or when it is closed. */
export function fakeExec({ argv }: ExecRequest, onClose: () => void): ExecStream {
  const queue: Uint8Array[] = [Buffer.from(`${argv.join(' ')}$ `)];
  let code: number | null = null;
  let wake = (): void => undefined;
  const end = (exitCode: number) => {
    if (code !== null) return;
    code = exitCode;
    onClose();
    wake();
  };
  return {
    output: (async function* () {
      for (;;) {
        const next = queue.shift();
        if (next !== undefined) yield next;
        else if (code !== null) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    })(),
    async write(bytes) {
      queue.push(bytes);
      wake();
      if (Buffer.from(bytes).toString().includes('exit')) end(0);
    },
    async resize(columns, rows) {
      queue.push(Buffer.from(`[${columns}x${rows}]`));
      wake();
    },
    exitCode: async () => code,
    close: () => end(137),
  };
}

/** The form in which an engine is asked for a time: `seconds.nanoseconds`. */
function secondsOf(time: string): string {
  return `${Date.parse(`${time.slice(0, 19)}Z`) / 1000}.${time.slice(20, 29)}`;
}
