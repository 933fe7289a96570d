import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePoints, encodePoints, type Points, VarintReader, VarintWriter } from './codec.ts';

const value = fc.oneof(
  fc.double({ min: 0, max: 1e15, noNaN: true }),
  fc.integer({ min: 0, max: 400 }),
  fc.constant(0),
);
const point = fc
  .tuple(value, value, value)
  .map((three) => three.toSorted((a, b) => a - b) as [number, number, number]);

const points: fc.Arbitrary<Points> = fc
  .uniqueArray(fc.integer({ min: 0, max: 2000 }), { maxLength: 300 })
  .chain((places) =>
    fc.array(point, { minLength: places.length, maxLength: places.length }).map((values) => ({
      places: places.toSorted((a, b) => a - b),
      min: values.map(([min]) => min),
      mean: values.map(([, mean]) => mean),
      max: values.map(([, , max]) => max),
    })),
  );

test('points come back in their places, within a 32,768th of the largest value', () => {
  fc.assert(
    fc.property(points, (given) => {
      const back = decodePoints(encodePoints(given, false));
      const quantum = Math.max(1e-300, ...given.max) / 32_768;
      expect(back.places).toEqual(given.places);
      for (const column of ['min', 'mean', 'max'] as const) {
        for (const [n, original] of given[column].entries()) {
          expect(Math.abs((back[column][n] ?? Number.NaN) - original)).toBeLessThanOrEqual(quantum * 1.001);
        }
      }
    }),
  );
});

test('the least is never above the mean, nor the mean above the most', () => {
  fc.assert(
    fc.property(points, (given) => {
      const { min, mean, max } = decodePoints(encodePoints(given, false));
      for (const [n, middle] of mean.entries()) {
        expect(min[n]).toBeLessThanOrEqual(middle);
        expect(max[n]).toBeGreaterThanOrEqual(middle);
      }
    }),
  );
});

test('samples alone need one column of values', () => {
  const places = Array.from({ length: 360 }, (_, n) => n);
  const values = places.map((n) => 50 + Math.sin(n / 20));
  const given = { places, min: values, mean: values, max: values };
  const plain = encodePoints(given, true);
  expect(plain.length).toBeLessThan(encodePoints(given, false).length);
  expect(decodePoints(plain).mean[100]).toBeCloseTo(values[100] ?? 0, 2);
  expect(decodePoints(plain).max).toEqual(decodePoints(plain).mean);
});

test('integers of every size come back', () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeInteger()), (numbers) => {
      const half = numbers.map((number) => Math.trunc(number / 4));
      const out = new VarintWriter();
      for (const number of half) out.signed(number);
      const input = new VarintReader(out.bytes());
      expect(half.map(() => input.signed() + 0)).toEqual(half.map((number) => number + 0));
      expect(input.isAtEnd).toBe(true);
    }),
  );
});

test('bytes that are no chunk are refused', () => {
  expect(() => decodePoints(Buffer.from('no chunk'))).toThrow();
  const cut = encodePoints({ places: [1, 2], min: [1, 2], mean: [1, 2], max: [1, 2] }, false).subarray(0, -3);
  expect(() => decodePoints(cut)).toThrow();
});

test('chunks that are kept together hold little more memory than their own', () => {
  const places = Array.from({ length: 360 }, (_, place) => place);
  const chunks = Array.from({ length: 200 }, () =>
    encodePoints({ places, min: places, mean: places, max: places }, true),
  );
  const held = new Set(chunks.map(({ buffer }) => buffer));
  const bytes = [...held].reduce((sum, { byteLength }) => sum + byteLength, 0);
  expect(bytes).toBeLessThan(200 * 1024 + 2 * Buffer.poolSize);
});

test.each([5e-324, 1e-322, 2.5e-319, 1e-310])(
  'the least numbers there are, such as %d, are packed too',
  (least) => {
    const column = [0, least, least];
    const back = decodePoints(
      encodePoints({ places: [0, 1, 2], min: column, mean: column, max: column }, false),
    );
    expect(back.places).toEqual([0, 1, 2]);
    for (const value of [...back.min, ...back.mean, ...back.max])
      expect(Math.abs(value)).toBeLessThan(1e-300);
  },
);
