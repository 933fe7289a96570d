import { expect, test } from 'vitest';
import { placeIn, spanAhead } from './time-ahead.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const dayMs = 86_400_000;
const ending = (notAfter: string) => ({
  certificate: {
    ...{ issuer: 'A', names: [], serial: '1', fingerprint: '1', notBefore: notAfter, notAfter, chain: [] },
    ...{ keeper: 'proxy' as const, firstSeenAt: notAfter, lastSeenAt: notAfter },
  },
});

test('the axis reaches a little beyond the last end, and a day at least', () => {
  const rows = [ending('2026-01-11T00:00:00Z'), ending('2026-01-02T00:00:00Z'), { certificate: null }];
  expect(spanAhead(rows, now)).toBeCloseTo(10 * dayMs * 1.02);
  expect(spanAhead([ending('2025-01-01T00:00:00Z')], now)).toBeCloseTo(dayMs * 1.02);
  expect(spanAhead([], now)).toBeCloseTo(dayMs * 1.02);
});

test('what is past stands at the beginning of the axis and what is beyond it at its end', () => {
  expect(placeIn('2025-12-01T00:00:00Z', now, dayMs)).toBe(0);
  expect(placeIn('2026-01-01T12:00:00Z', now, dayMs)).toBe(0.5);
  expect(placeIn('2027-01-01T00:00:00Z', now, dayMs)).toBe(1);
});
