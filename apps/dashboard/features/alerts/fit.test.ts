import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hoursUntilFull } from './fit.ts';

const hour = 3_600_000;
const line = (hours: number, used: (hour: number) => number) =>
  Array.from({ length: hours * 6 }, (_, n) => ({ at: n * (hour / 6), used: used(n / 6) }));

test('a disk that grows by 1 GB an hour is full when its room is used up', () => {
  const points = line(24, (at) => 100 + at);
  expect(hoursUntilFull(points, 100 + 24 + 30)).toBeCloseTo(30, 0);
});

test('a disk that stands still, shrinks, or goes up and down is not told to fill', () => {
  const never = 24 * 365;
  expect(
    hoursUntilFull(
      line(24, () => 100),
      200,
    ),
  ).toBe(never);
  expect(
    hoursUntilFull(
      line(24, (at) => 100 - at),
      200,
    ),
  ).toBe(never);
  expect(
    hoursUntilFull(
      line(24, (at) => 100 + 20 * Math.sin(at) + at / 100),
      200,
    ),
  ).toBe(never);
});

test('an hour says nothing of a day to come', () => {
  expect(
    hoursUntilFull(
      line(1, (at) => 100 + 10 * at),
      200,
    ),
  ).toBe(null);
  expect(hoursUntilFull([], 200)).toBe(null);
});

test('whatever was used, the answer is a time or nothing', () => {
  const point = fc.record({
    at: fc.integer({ min: 0, max: 1e12 }),
    used: fc.double({ min: 0, max: 1e15, noNaN: true }),
  });
  fc.assert(
    fc.property(
      fc.array(point, { maxLength: 60 }),
      fc.double({ min: 0, max: 1e15, noNaN: true }),
      (points, size) => {
        const hours = hoursUntilFull(
          points.toSorted((a, b) => a.at - b.at),
          size,
        );
        return hours === null || (hours >= 0 && hours <= 24 * 365);
      },
    ),
  );
});
