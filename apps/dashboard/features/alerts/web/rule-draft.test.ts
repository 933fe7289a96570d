import { expect, test } from 'vitest';
import { draftOf, inputOf, usualOf } from './rule-draft.ts';

test('a new rule begins with what is usual for its kind', () => {
  const draft = draftOf(null);
  expect(inputOf({ ...draft, name: ' High ' })).toMatchObject({
    name: 'High',
    kind: 'cpu',
    only: [],
    threshold: 90,
  });
  expect(usualOf('down')).toEqual({ threshold: '1', recover: '0', forSeconds: '20' });
});

test('a state has no limits, and an empty number is none', () => {
  const state = inputOf({ ...draftOf(null), kind: 'down' });
  expect([state.threshold, state.recover]).toEqual([undefined, undefined]);
  expect(inputOf({ ...draftOf(null), threshold: ' ' }).threshold).toBe(Number.NaN);
});
