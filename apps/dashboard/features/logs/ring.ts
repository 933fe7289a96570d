import type { LogLine } from '@nebula/docker';
import type { GapReason } from './contract.ts';
import { encodeLine, keyOf, nextKey, type StoredLine } from './record.ts';
import type { Segment, SegmentFiles } from './segment.ts';

/** The bounded store of one app's lines. */
export interface Ring {
  readonly app: string;
  /** Bytes on the disk. */
  bytes(): number;
  oldestKey(): string | null;
  /** Takes lines of a container at once; they reach the disk with {@link flush}. */
  append(containerId: string, lines: readonly LogLine[]): StoredLine[];
  appendGap(containerId: string, time: string, reason: GapReason, lines: number): StoredLine;
  /** Writes what waits; throws what the disk says. */
  flush(): Promise<void>;
  /** Whether so much waits that who brings lines should wait too. */
  isFull(): boolean;
  /** Lines before a key, newest segment first; each call of `visit` gets one segment's lines in order. `false` ends it. */
  visitBefore(key: string, visit: (lines: StoredLine[]) => boolean): Promise<void>;
  /** Lines after a key, oldest segment first. */
  visitAfter(key: string, visit: (lines: StoredLine[]) => boolean): Promise<void>;
  /** Removes the oldest segment; false when there is none but the one that is written. */
  dropOldest(): Promise<boolean>;
}

/** What a ring is made with. */
export interface RingOptions {
  app: string;
  dir: string;
  files: SegmentFiles;
  mostBytes: number;
  /** Called when something waits to be written. */
  onWaiting(): void;
}

const mebibyte = 1024 * 1024;
/** What may wait in memory while the disk refuses it; the oldest goes then. */
const mostWaiting = 2 * mebibyte;
const lastOfAll = '9'.repeat(19);

/** Opens the ring of an app, whose folder may be there already. */
export async function openRing({ app, dir, files, mostBytes, onWaiting }: RingOptions): Promise<Ring> {
  const segmentBytes = Math.max(16 * 1024, Math.min(mebibyte, Math.floor(mostBytes / 8)));
  const segments = await files.list(dir);
  let waiting: StoredLine[] = [];
  let waitingBytes = 0;
  let lostWhileFull = 0;
  let turn: Promise<void> = Promise.resolve();
  let last = await lastKeyOf(dir, files, segments);

  function take(line: Omit<StoredLine, 'key'>): StoredLine {
    const own = keyOf(line.time);
    last = own > last ? own : nextKey(last);
    const stored = { key: last, ...line };
    waiting.push(stored);
    waitingBytes += line.text.length + 80;
    return stored;
  }

  function shed(): void {
    if (waitingBytes <= mostWaiting) return;
    let count = 0;
    while (waitingBytes > mostWaiting / 2 && count < waiting.length) {
      waitingBytes -= (waiting[count]?.text.length ?? 0) + 80;
      count += 1;
    }
    lostWhileFull += count;
    waiting = waiting.slice(count);
  }

  async function write(): Promise<void> {
    if (waiting.length === 0) return;
    const lines = waiting;
    const bytes = waitingBytes;
    waiting = [];
    waitingBytes = 0;
    const [first] = lines;
    if (first === undefined) return;
    const gap = lostWhileFull === 0 ? [] : [gapBefore(first, lostWhileFull)];
    let segment = segments.at(-1);
    if (segment === undefined || segment.isPacked || segment.bytes >= segmentBytes) {
      segment = { firstKey: first.key, bytes: 0, isPacked: false };
    }
    const text = [...gap, ...lines].map(encodeLine).join('');
    try {
      await files.append(dir, segment.firstKey, text);
    } catch (error) {
      waiting = [...lines, ...waiting];
      waitingBytes += bytes;
      shed();
      throw error;
    }
    lostWhileFull = 0;
    segment.bytes += Buffer.byteLength(text);
    if (segments.at(-1) !== segment) await begin(segment);
  }

  /** The segment before the new one is complete. */
  async function begin(segment: Segment): Promise<void> {
    segments.push(segment);
    const at = segments.length - 2;
    const complete = segments[at];
    if (complete !== undefined && !complete.isPacked) segments[at] = await files.pack(dir, complete);
    while (sum(segments) > mostBytes && (await drop())) continue;
  }

  async function drop(): Promise<boolean> {
    const [oldest] = segments;
    if (oldest === undefined || segments.length < 2) return false;
    await files.remove(dir, oldest);
    segments.shift();
    return true;
  }

  /** One after the other, so that no segment is read while it is packed. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work);
    turn = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  /** What the disk refuses is still in memory. */
  async function settled(): Promise<void> {
    await write().catch(() => undefined);
  }

  return {
    app,
    bytes: () => sum(segments),
    oldestKey: () => segments[0]?.firstKey ?? waiting[0]?.key ?? null,
    append(containerId, lines) {
      const container = containerId.slice(0, 12);
      const stored = lines.map(({ time, stream, text, cutBytes }) =>
        take({ time, container, stream, text, cutBytes, gap: null }),
      );
      if (stored.length > 0) onWaiting();
      return stored;
    },
    appendGap(containerId, time, reason, lines) {
      const container = containerId.slice(0, 12);
      onWaiting();
      return take({ time, container, stream: 'stdout', text: '', cutBytes: 0, gap: { reason, lines } });
    },
    flush: () => inTurn(write),
    isFull: () => waitingBytes > mebibyte,
    visitBefore: (key, visit) =>
      inTurn(async () => {
        await settled();
        if (waiting.length > 0 && !visit(waiting.filter((line) => line.key < key))) return;
        for (const segment of segments.toReversed()) {
          if (segment.firstKey >= key) continue;
          const lines = await files.read(dir, segment);
          if (!visit((lines.at(-1)?.key ?? lastOfAll) < key ? lines : lines.filter((line) => line.key < key)))
            return;
        }
      }),
    visitAfter: (key, visit) =>
      inTurn(async () => {
        await settled();
        for (const [at, segment] of segments.entries()) {
          const next = segments[at + 1];
          if (next !== undefined && next.firstKey <= key) continue;
          const lines = await files.read(dir, segment);
          if (!visit(lines.filter((line) => line.key > key))) return;
        }
        if (waiting.length > 0) visit(waiting.filter((line) => line.key > key));
      }),
    dropOldest: () => inTurn(drop),
  };
}

async function lastKeyOf(dir: string, files: SegmentFiles, segments: Segment[]): Promise<string> {
  for (const segment of segments.toReversed()) {
    const lines = await files.read(dir, segment);
    const key = lines.at(-1)?.key;
    if (key !== undefined) return key;
  }
  return '0'.repeat(19);
}

function gapBefore(first: StoredLine, lines: number): StoredLine {
  const key = String(BigInt(first.key) - 1n).padStart(19, '0');
  return { ...first, key, text: '', cutBytes: 0, gap: { reason: 'disk-full', lines } };
}

function sum(segments: readonly Segment[]): number {
  return segments.reduce((total, { bytes }) => total + bytes, 0);
}
