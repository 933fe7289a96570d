import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { OutgoingFile } from '@nebula/runtime';
import type { GapReason, LogEntry } from './contract.ts';
import { plainText } from './contract-text.ts';
import type { LineTest } from './filter.ts';
import { readPast } from './reading.ts';
import type { Ring } from './ring.ts';

/** Which lines become a file. */
export interface DownloadOptions {
  rings: Ring[];
  test: LineTest;
  sinceKey: string;
  untilKey: string;
  format: 'text' | 'gzip';
  isRaw: boolean;
  /** Whether lines say whose they are. */
  isSeveral: boolean;
  name: string;
}

const linesAtOnce = 1000;
const gaps: Record<GapReason, string> = {
  'too-fast': 'more came in a second than is taken',
  'disk-full': 'the disk was full',
  'slow-reader': 'the reader was too slow',
};

/** A file of past lines, read page by page as its reader takes it: however long the span is, one page of it is in memory. */
export function fileOf(options: DownloadOptions): OutgoingFile {
  const { format, name } = options;
  const text = Readable.from(linesOf(options), { objectMode: false });
  if (format === 'text') return { name: `${name}.log`, type: 'text/plain; charset=utf-8', bytes: text };
  const packed = createGzip();
  // What breaks the one breaks the other, and so whoever reads it.
  pipeline(text, packed, () => undefined);
  return { name: `${name}.log.gz`, type: 'application/gzip', bytes: packed };
}

async function* linesOf({ rings, test, sinceKey, untilKey, isRaw, isSeveral }: DownloadOptions) {
  const reading = { rings, test, order: 'oldest', sinceKey, untilKey, limit: linesAtOnce } as const;
  let cursor: { key: string; app: string } | null = null;
  do {
    const { entries, next }: Awaited<ReturnType<typeof readPast>> = await readPast({ ...reading, cursor });
    if (entries.length > 0)
      yield Buffer.from(entries.map((entry) => lineOf(entry, isRaw, isSeveral)).join(''));
    cursor = next;
  } while (cursor !== null);
}

function lineOf({ time, app, text, gap, cutBytes }: LogEntry, isRaw: boolean, isSeveral: boolean): string {
  const own = isRaw ? text : plainText(text);
  const cut = cutBytes === 0 ? '' : ` -- ${cutBytes} bytes are cut here --`;
  const words =
    gap === null ? `${own}${cut}` : `-- ${gap.lines} lines are missing here: ${gaps[gap.reason]} --`;
  return `${time} ${isSeveral ? `${plainText(app)} ` : ''}${words}\n`;
}
