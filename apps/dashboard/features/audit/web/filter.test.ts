import { expect, test } from 'vitest';
import { instantOf, localOf, readFilter, spanOf } from './filter.ts';

test('the filter is read from the address', () => {
  expect(readFilter({ action: ' containers.restart ', outcome: 'denied', targetId: 'x' })).toEqual({
    action: 'containers.restart',
    outcome: 'denied',
    targetId: 'x',
    actorId: undefined,
  });
});

test('what is empty, unknown or too long for the server does not get there', () => {
  const { action, outcome, targetId } = readFilter({
    action: 'a'.repeat(500),
    outcome: 'nonsense',
    targetId: ' ',
  });
  expect(action).toHaveLength(80);
  expect(outcome).toBeUndefined();
  expect(targetId).toBeUndefined();
});

test('times are instants or how long ago; anything else is left out', () => {
  expect(readFilter({ from: '24h', to: '2026-01-31T08:00:00Z' })).toMatchObject({
    from: '24h',
    to: '2026-01-31T08:00:00Z',
  });
  expect(readFilter({ from: 'yesterday', to: '0h' })).toMatchObject({ from: undefined, to: undefined });
  expect([spanOf({ from: '24h' }), spanOf({ from: '24h', to: '1h' }), spanOf({ from: '2h' })]).toEqual([
    '24h',
    null,
    null,
  ]);
});

test('what the field of the browser holds is the same instant again', () => {
  const at = '2026-07-31T08:15:00.000Z';

  expect(instantOf(localOf(at))).toBe(at);
  expect([localOf(undefined), localOf('24h'), instantOf(''), instantOf('0002-01-01T00:00')]).toEqual([
    '',
    '',
    undefined,
    undefined,
  ]);
});
