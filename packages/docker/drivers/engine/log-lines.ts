import type { LogLine } from '../../log.ts';

/** Bytes of a line that are kept. */
export const longestLine = 64 * 1024;

/** Reads the lines of a log out of the pieces in which it comes; holds at most one line of each stream. */
export interface LineReader {
  push(chunk: Buffer): LogLine[];
}

interface Open {
  time: string;
  parts: Buffer[];
  size: number;
  cutBytes: number;
}

const newline = 10;
const space = 32;
const headBytes = 8;
/** `2026-11-26T04:47:00.123456789Z `, which the engine writes before each of its own pieces of a line. */
const stampBytes = 31;

/**
 * Without a terminal the engine sends frames of both streams (docs.docker.com/reference/api/engine, attach), each with a time
 * before it; a line longer than 16 KiB comes in several. With a terminal it sends lines as they are.
 */
export function lineReader(): LineReader {
  let rest: Buffer = Buffer.alloc(0);
  let isFramed: boolean | null = null;
  /** The frame that is being read: its stream and the bytes still to come. */
  let frame: { stream: LogLine['stream']; left: number; isFresh: boolean } | null = null;
  const open: Partial<Record<LogLine['stream'], Open>> = {};

  function take(stream: LogLine['stream'], bytes: Buffer, lines: LogLine[], isFresh: boolean): void {
    let at = 0;
    let stamped = isFresh;
    while (at < bytes.length) {
      const end = bytes.indexOf(newline, at);
      const piece = bytes.subarray(at, end === -1 ? bytes.length : end);
      add(stream, piece, stamped);
      if (end === -1) return;
      finish(stream, lines);
      at = end + 1;
      stamped = true;
    }
  }

  function add(stream: LogLine['stream'], piece: Buffer, isStamped: boolean): void {
    let line = open[stream];
    const stamp = isStamped || line === undefined ? stampOf(piece) : null;
    const text = stamp === null ? piece : piece.subarray(stampBytes);
    if (line === undefined) {
      line = { time: stamp ?? '', parts: [], size: 0, cutBytes: 0 };
      open[stream] = line;
    }
    const kept = text.subarray(0, Math.max(0, longestLine - line.size));
    // A copy: a piece of what came would keep all of it in memory.
    if (kept.length > 0) line.parts.push(Buffer.from(kept));
    line.size += kept.length;
    line.cutBytes += text.length - kept.length;
  }

  function finish(stream: LogLine['stream'], lines: LogLine[]): void {
    const line = open[stream];
    delete open[stream];
    if (line === undefined) return;
    const bytes =
      line.parts.length === 1 && line.parts[0] !== undefined ? line.parts[0] : Buffer.concat(line.parts);
    const end = bytes.at(-1) === 13 ? bytes.length - 1 : bytes.length;
    lines.push({ time: line.time, stream, text: bytes.toString('utf8', 0, end), cutBytes: line.cutBytes });
  }

  function readFrames(chunk: Buffer, lines: LogLine[]): void {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    rest = Buffer.alloc(0);
    for (;;) {
      if (frame === null) {
        if (bytes.length < headBytes + stampBytes && !isWholeFrame(bytes)) break;
        frame = { stream: bytes[0] === 2 ? 'stderr' : 'stdout', left: bytes.readUInt32BE(4), isFresh: true };
        bytes = bytes.subarray(headBytes);
      }
      const part = bytes.subarray(0, frame.left);
      take(frame.stream, part, lines, frame.isFresh);
      frame.isFresh = false;
      frame.left -= part.length;
      bytes = bytes.subarray(part.length);
      if (frame.left > 0) return;
      frame = null;
    }
    rest = Buffer.from(bytes);
  }

  /** With a terminal: whole lines, or what a very long one has so far. */
  function readPlain(chunk: Buffer, lines: LogLine[]): void {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (open.stdout === undefined && bytes.length < stampBytes && !bytes.includes(newline)) {
      rest = Buffer.from(bytes);
      return;
    }
    rest = Buffer.alloc(0);
    const last = bytes.lastIndexOf(newline);
    const isShortEnd = bytes.length - last - 1 < stampBytes;
    const until = last !== -1 && isShortEnd ? last + 1 : bytes.length;
    take('stdout', bytes.subarray(0, until), lines, open.stdout === undefined);
    rest = Buffer.from(bytes.subarray(until));
  }

  return {
    push(chunk) {
      if (chunk.length === 0) return [];
      const lines: LogLine[] = [];
      isFramed ??= (chunk[0] ?? 9) <= 2;
      if (isFramed) readFrames(chunk, lines);
      else readPlain(chunk, lines);
      return lines;
    },
  };
}

/** A frame shorter than a stamp can only be judged once it is all there. */
function isWholeFrame(bytes: Buffer): boolean {
  return bytes.length >= headBytes && bytes.length >= headBytes + bytes.readUInt32BE(4);
}

function stampOf(piece: Buffer): string | null {
  if (piece.length < stampBytes || piece[stampBytes - 1] !== space || piece[10] !== 84) return null;
  return piece.toString('latin1', 0, stampBytes - 1);
}
