import { expect, test } from 'vitest';
import { readPlace } from './filter.ts';
import { lookOf, plainStatus } from './state-look.ts';

const alive = { exitCode: null, isOutOfMemory: false };

test('a running container is shown by its health, a stopped one by its state', () => {
  expect(lookOf({ ...alive, state: 'running', health: 'unhealthy' })).toMatchObject({
    tone: 'down',
    word: 'Unhealthy',
  });
  expect(lookOf({ ...alive, state: 'running', health: 'none' })).toMatchObject({
    tone: 'up',
    word: 'Running',
  });
  expect(lookOf({ ...alive, state: 'exited', health: 'unhealthy' })).toMatchObject({
    tone: 'paused',
    word: 'Stopped',
  });
});

test('the health is not said twice', () => {
  expect(plainStatus('Up 3 hours (healthy)')).toBe('Up 3 hours');
  expect(plainStatus('Up 1 second (health: starting)')).toBe('Up 1 second');
  expect(plainStatus('Exited (137) 2 days ago')).toBe('Exited (137) 2 days ago');
});

test('a state in the address that is none is ignored', () => {
  expect(readPlace({ search: '', state: 'running' })).toMatchObject({ search: undefined, state: 'running' });
  expect(readPlace({ search: 'web', state: 'constructor', sort: 'up', health: 'x', update: 'y' })).toEqual({
    search: 'web',
  });
});

test.each([
  [0, false, 'Stopped'],
  [143, false, 'Stopped'],
  [137, false, 'Stopped'],
  [137, true, 'Out of memory'],
  [1, false, 'Failed'],
] as const)('an end with code %i, out of memory %s, is called %s', (exitCode, isOutOfMemory, word) => {
  expect(lookOf({ state: 'exited', health: 'none', exitCode, isOutOfMemory })).toMatchObject({ word });
});
