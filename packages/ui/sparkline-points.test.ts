import { expect, test } from 'vitest';
import { sparklinePoints } from './sparkline-points.ts';

const frame = { width: 100, height: 12, capacity: 11 };

test('the newest value stands at the right edge and fewer values begin further right', () => {
  expect(sparklinePoints([1, 2, 4], frame).map(({ x }) => x)).toEqual([80, 90, 100]);
});

test('the largest value touches the top, or the ceiling does when one is given', () => {
  expect(sparklinePoints([0, 10], frame).map(({ y }) => y)).toEqual([11, 1]);
  expect(sparklinePoints([0, 10], { ...frame, ceiling: 20 }).map(({ y }) => y)).toEqual([11, 6]);
});

test('values beyond the capacity are left out, the oldest first', () => {
  const points = sparklinePoints(
    Array.from({ length: 50 }, (_, at) => at),
    frame,
  );
  expect(points).toHaveLength(11);
  expect(points[0]?.x).toBe(0);
});

test('only zeros lie flat at the bottom', () => {
  expect(sparklinePoints([0, 0], frame).map(({ y }) => y)).toEqual([11, 11]);
});
