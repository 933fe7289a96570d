import { expect, test } from 'vitest';
import { readFilter } from './filter.ts';

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
