import { expect, test } from 'vitest';
import type { LogEntry } from '../contract.ts';
import { LogBuffer, mostLines } from './buffer.ts';

function entry(n: number): LogEntry {
  const key = String(n).padStart(19, '0');
  return {
    ...{ app: 'web', key, time: '2026-11-26T04:00:00.000000000Z', container: 'c', stream: 'stdout' },
    ...{ level: null, text: `line ${n}`, cutBytes: 0, gap: null },
  };
}

const entries = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => entry(from + n));

function texts(buffer: LogBuffer): string[] {
  buffer.publish();
  return buffer.snapshot().lines.map(({ text }) => text);
}

test('lines that come twice, as after a lost connection, are shown once', () => {
  const buffer = new LogBuffer();
  buffer.push(entries(0, 3));
  buffer.push(entries(1, 5));

  expect(texts(buffer)).toEqual(['line 0', 'line 1', 'line 2', 'line 3', 'line 4']);
});

test('a held page does not move; what came is counted and shown when it is let go', () => {
  const buffer = new LogBuffer();
  buffer.push(entries(0, 2));
  buffer.hold(true);
  buffer.push(entries(2, 7));

  expect(texts(buffer)).toEqual(['line 0', 'line 1']);
  expect(buffer.snapshot().waiting).toBe(5);
  buffer.hold(false);
  expect(texts(buffer)).toHaveLength(7);
  expect(buffer.snapshot().waiting).toBe(0);
});

test('the oldest lines go while it follows, and the count of what waits holds beyond what is kept', () => {
  const buffer = new LogBuffer();
  buffer.push(entries(0, mostLines + 10));
  expect(texts(buffer)[0]).toBe('line 10');
  expect(buffer.snapshot().shifted).toBe(-10);
  buffer.hold(true);
  buffer.push(entries(mostLines + 10, 2 * mostLines + 30));

  buffer.publish();
  expect(buffer.snapshot().waiting).toBe(mostLines + 20);
});

test('older lines come before, and how far everything moved is told', () => {
  const buffer = new LogBuffer();
  buffer.push(entries(5, 7));
  buffer.unshift(entries(3, 6));

  expect(texts(buffer)).toEqual(['line 3', 'line 4', 'line 5', 'line 6']);
  expect(buffer.snapshot().shifted).toBe(2);
});

test('a lost connection leaves one mark at its place', () => {
  const buffer = new LogBuffer();
  buffer.push(entries(0, 1));
  buffer.noteReconnect();
  buffer.noteReconnect();
  buffer.push(entries(1, 2));

  buffer.publish();
  expect(buffer.snapshot().lines.map(({ note }) => note)).toEqual([null, 'reconnected', null]);
});
