import { z } from 'zod';
import { GapReason, type LogEntry } from './contract.ts';

/** A line as it is kept. */
export type StoredLine = Omit<LogEntry, 'app' | 'level'>;

const Row = z.tuple([
  z.string().regex(/^\d{19}$/),
  z.string(),
  z.string(),
  z.enum(['o', 'e']),
  z.string(),
  z.number(),
  z.union([z.tuple([GapReason, z.number()]), z.null()]),
]);

/** One line of a segment. */
export function encodeLine(line: StoredLine): string {
  const { key, time, container, stream, text, cutBytes, gap } = line;
  const ownTime = keyOf(time) === key ? '' : time;
  const row = [key, ownTime, container, stream === 'stdout' ? 'o' : 'e', text, cutBytes];
  return `${JSON.stringify([...row, gap === null ? null : [gap.reason, gap.lines]])}\n`;
}

/** The lines of a segment in order; one that was torn by a crash is left out. */
export function decodeLines(text: string): StoredLine[] {
  return text.split('\n').flatMap((row) => {
    const line = row === '' ? null : decodeLine(row);
    return line === null ? [] : [line];
  });
}

function decodeLine(row: string): StoredLine | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(row);
  } catch {
    // Torn: the machine went down while it was written.
    return null;
  }
  const found = Row.safeParse(parsed);
  if (!found.success) return null;
  const [key, ownTime, container, stream, text, cutBytes, gap] = found.data;
  return {
    ...{ key, container, text, cutBytes },
    time: ownTime === '' ? timeOf(key) : ownTime,
    stream: stream === 'o' ? 'stdout' : 'stderr',
    gap: gap === null ? null : { reason: gap[0], lines: gap[1] },
  };
}

let lastSecond = '';
let lastSeconds = '';

/** Nanoseconds of an RFC 3339 time with nine digits, as nineteen digits; zeros for what is none. */
export function keyOf(time: string): string {
  const second = time.slice(0, 19);
  if (second !== lastSecond) {
    const seconds = Date.parse(`${second}Z`) / 1000;
    lastSecond = second;
    lastSeconds = Number.isNaN(seconds) ? '0000000000' : String(Math.max(0, seconds)).padStart(10, '0');
  }
  return lastSeconds + time.slice(20, 29).replaceAll(/\D/g, '').padEnd(9, '0');
}

/** The time of a key. */
export function timeOf(key: string): string {
  return `${new Date(Number(key.slice(0, 10)) * 1000).toISOString().slice(0, 19)}.${key.slice(10)}Z`;
}

/** The key of an instant. */
export function keyOfInstant(at: Date): string {
  return `${String(at.getTime()).padStart(13, '0')}000000`;
}

/** The key after another. */
export function nextKey(key: string): string {
  return String(BigInt(key) + 1n).padStart(19, '0');
}
