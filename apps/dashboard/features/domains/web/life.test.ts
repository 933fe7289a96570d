import { instantAt as serverInstant, lifeState as serverState } from '@nebula/acme';
import { expect, test } from 'vitest';
import { instantAt, lifeState, shareOf } from './life.ts';

const life = { notBefore: '2026-01-01T00:00:00.000Z', notAfter: '2026-01-11T00:00:00.000Z' };

test('a life is judged by its share, however long it is', () => {
  expect(shareOf(life, Date.parse('2026-01-06T00:00:00Z'))).toBe(0.5);
  expect(shareOf(life, Date.parse('2026-01-21T00:00:00Z'))).toBe(2);
  expect(shareOf(life, Date.parse('2025-01-01T00:00:00Z'))).toBe(0);
});

test('the page and the server call every share by the same name', () => {
  for (let share = 0; share <= 1.2; share += 0.01) expect(lifeState(share)).toBe(serverState(share));
});

test('the instant of a share lies between beginning and end, for the page as for the server', () => {
  expect(instantAt(life, 0.8)).toBe('2026-01-09T00:00:00.000Z');
  expect(instantAt(life, 0.3)).toBe(serverInstant(life, 0.3).toISOString());
});
