import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatBytes, formatDuration, formatInstant, formatPercent, formatRelative } from './format.ts';

const hour = 3_600_000;

test.each([
  [0, '0 B'],
  [512, '512 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1536, '1.5 KiB'],
  [104_857_600, '100 MiB'],
  [1_073_741_824, '1.0 GiB'],
  [-5, '0 B'],
])('%d bytes read %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test('bytes never take more than four digits, so that columns keep their width', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1024 ** 6 - 1, noNaN: true }), (bytes) => {
      expect(formatBytes(bytes)).toMatch(/^\d{1,4}(\.\d)? [KMGTP]?i?B$/);
    }),
  );
});

test.each([
  [0, '0.0 %'],
  [0.44, '0.4 %'],
  [99.94, '99.9 %'],
  [99.96, '100 %'],
  [212.4, '212 %'],
  [-1, '0.0 %'],
])('%d percent read %s', (percent, text) => {
  expect(formatPercent(percent)).toBe(text);
});

test.each([
  [0, '0.0 s'],
  [412, '0.4 s'],
  [9960, '10 s'],
  [59_400, '59 s'],
  [60_000, '1 min'],
  [200_000, '3 min 20 s'],
  [2 * hour + 300_000, '2 h 5 min'],
  [76 * hour, '3 d 4 h'],
])('%d ms read %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

describe('a relative time', () => {
  const now = Date.parse('2026-11-26T12:00:00Z');

  test.each([
    [3000, 'just now'],
    [40_000, '40 s ago'],
    [4 * 60_000, '4 min ago'],
    [hour, '1 hour ago'],
    [5 * hour, '5 hours ago'],
    [48 * hour, '2 days ago'],
    [800 * 24 * hour, '2 years ago'],
    [-3 * 24 * hour, 'in 3 days'],
  ])('of %d ms before now reads %s', (distance, text) => {
    expect(formatRelative(now - distance, now)).toBe(text);
  });
});

test('an instant in full names day, second and time zone', () => {
  expect(formatInstant(Date.parse('2026-11-26T12:34:56Z'))).toMatch(/2[5-7] Nov 2026, \d\d:34:56 .+/);
});
