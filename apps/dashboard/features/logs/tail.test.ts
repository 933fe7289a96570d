import type { StreamSink } from '@nebula/runtime';
import { expect, test } from 'vitest';
import type { LogEntry, LogItem } from './contract.ts';
import { lineTest } from './filter.ts';
import { createLive } from './live.ts';
import { sendTail } from './tail.ts';

const storage = { isKeeping: true, detail: null, bytes: 0, bytesPerApp: 1, bytesInAll: 1 };

/** A reader whose connection takes nothing until it is opened. */
function reader() {
  const stop = new AbortController();
  const frames: string[] = [];
  let isOpen = false;
  const sink: StreamSink = {
    write(frame) {
      if (frame !== '') frames.push(frame);
      return isOpen;
    },
    end: () => stop.abort(),
    signal: stop.signal,
    lastEventId: null,
  };
  const entries = (): LogEntry[] =>
    frames.flatMap((frame) => {
      const item = JSON.parse(/^data: (.*)$/m.exec(frame)?.[1] ?? '{}') as LogItem;
      return item.kind === 'lines' ? item.lines : [];
    });
  return {
    ...{ sink, entries, frames, stop },
    open: () => {
      isOpen = true;
    },
  };
}

function lines(from: number, count: number, size: number) {
  return Array.from({ length: count }, (_, n) => ({
    ...{ key: String(from + n).padStart(19, '0'), time: '2026-11-26T04:00:00.000000000Z', container: 'c' },
    ...{ stream: 'stdout' as const, text: 'x'.repeat(size), cutBytes: 0, gap: null },
  }));
}

test('what a reader does not take is not written to it, is bounded here, and is told when it reads again', async () => {
  const live = createLive();
  const slow = reader();
  const total = 60_000;
  const sending = sendTail({
    ...{ live, sink: slow.sink, test: lineTest({ isPattern: false }), isWanted: () => true },
    ...{ past: async () => [], storage, position: new Map(), now: () => new Date() },
  });
  await expect.poll(() => slow.frames.length, { timeout: 20_000 }).toBe(1);

  for (let at = 0; at < total; at += 1000) live.lines('web', lines(at, 1000, 1000));
  // More than sixty megabytes came; but for the first word of the store nothing was written.
  expect(slow.frames.length).toBe(1);
  slow.open();
  const told = () => {
    const entries = slow.entries();
    const lost = entries.reduce((sum, { gap }) => sum + (gap?.lines ?? 0), 0);
    return { sum: lost + entries.filter(({ gap }) => gap === null).length, lost };
  };
  await expect.poll(() => told().sum, { timeout: 20_000 }).toBe(total);

  // A mebibyte is kept at most: of lines of a thousand letters no more than so many.
  expect(total - told().lost).toBeLessThan(1100);
  expect(slow.entries()[0]?.gap?.reason).toBe('slow-reader');
  slow.stop.abort();
  await sending;
});
