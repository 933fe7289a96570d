import { expect, test } from 'vitest';
import { instantAt, lifeState, shareOf } from './life.ts';

const life = { notBefore: '2026-01-01T00:00:00.000Z', notAfter: '2026-01-11T00:00:00.000Z' };

test('a life is judged by its share, however long it is', () => {
  expect(shareOf(life, Date.parse('2026-01-06T00:00:00Z'))).toBe(0.5);
  expect(shareOf(life, Date.parse('2026-01-21T00:00:00Z'))).toBe(2);
  expect(shareOf(life, Date.parse('2025-01-01T00:00:00Z'))).toBe(0);
});

test.each([
  [0.1, 'young'],
  [0.7, 'renewing'],
  [0.8, 'late'],
  [1, 'expired'],
] as const)('%d of a life is %s', (share, state) => {
  expect(lifeState(share)).toBe(state);
});

test('the instant of a share lies between beginning and end', () => {
  expect(instantAt(life, 0.8)).toBe('2026-01-09T00:00:00.000Z');
});
