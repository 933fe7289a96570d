import { expect, test } from 'vitest';
import { addUsage, historyLength, type UsageHistory } from './usage-history.ts';

const figure = (second: number) => ({
  at: new Date(second * 1000).toISOString(),
  cpuPercent: second,
  memoryBytes: 1,
  memoryLimitBytes: null,
  receivedPerSecond: null,
  sentPerSecond: null,
  readPerSecond: null,
  writtenPerSecond: null,
});

test('a history keeps the newest figures and no more', () => {
  let history: UsageHistory = [];
  for (let second = 0; second < historyLength + 30; second += 1) history = addUsage(history, figure(second));

  expect(history).toHaveLength(historyLength);
  expect(history.at(-1)?.cpuPercent).toBe(historyLength + 29);
});

test('a figure that comes again after a reconnect is not taken twice', () => {
  const history = addUsage([], figure(1));
  expect(addUsage(history, figure(1))).toBe(history);
});
