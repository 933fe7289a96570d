import { expect, test } from 'vitest';
import type { SeriesHistory } from '../contract.ts';
import { columnsOf, summaryOf } from './points.ts';
import { readView, spanOf } from './view.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();

function series(...points: [seconds: number, mean: number][]): SeriesHistory {
  return {
    subject: 'host',
    metric: 'cpu',
    stepSeconds: 10,
    points: points.map(([seconds, mean]) => ({ at: at(seconds), min: mean - 1, mean, max: mean + 1 })),
  };
}

test('a line breaks where figures are missing, and only there', () => {
  const { mean } = columnsOf(series([0, 1], [10, 2], [40, 3]), undefined, 0);
  expect(mean).toEqual([1, 2, null, 3]);
});

test('the span before is laid over, in steps of the same length', () => {
  const shift = 60_000;
  const { mean, before } = columnsOf(series([60, 5], [70, 6]), series([0, 1], [12, 2]), shift);
  expect(mean).toEqual([5, 6]);
  expect(before).toEqual([1, 2]);
});

test('a span in short: the newest, the mean, and the most of the most', () => {
  expect(summaryOf(series([0, 1], [10, 2], [20, 6]))).toEqual({ newest: 6, mean: 3, most: 7 });
  expect(summaryOf(undefined)).toBeNull();
  expect(summaryOf(series())).toBeNull();
});

test('the address says what is shown, and nonsense in it is left out', () => {
  expect(readView({ subject: 'host', range: 'week', compare: 'yes' })).toMatchObject({
    subject: 'host',
    range: 'week',
    compare: 'yes',
  });
  expect(readView({ range: 'constructor', from: 'never', to: '2026-01-01' })).toEqual({});
  expect(readView({ from: '2026-01-02', to: '2026-01-01' })).toEqual({});
});

test('a part that was chosen stands still, everything else ends now', () => {
  const now = Date.UTC(2026, 0, 10);
  expect(spanOf({}, now)).toEqual({ from: now - 86_400_000, to: now });
  expect(spanOf(readView({ from: '2026-01-01', to: '2026-01-02' }), now)).toEqual({
    from: Date.UTC(2026, 0, 1),
    to: Date.UTC(2026, 0, 2),
  });
});
