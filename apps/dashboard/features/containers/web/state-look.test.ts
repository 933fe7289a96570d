import { expect, test } from 'vitest';
import { readFilter } from './filter.ts';
import { lookOf, plainStatus } from './state-look.ts';

test('a running container is shown by its health, a stopped one by its state', () => {
  expect(lookOf({ state: 'running', health: 'unhealthy' })).toMatchObject({
    tone: 'down',
    word: 'Unhealthy',
  });
  expect(lookOf({ state: 'running', health: 'none' })).toMatchObject({ tone: 'up', word: 'Running' });
  expect(lookOf({ state: 'exited', health: 'unhealthy' })).toMatchObject({ tone: 'paused', word: 'Stopped' });
});

test('the health is not said twice', () => {
  expect(plainStatus('Up 3 hours (healthy)')).toBe('Up 3 hours');
  expect(plainStatus('Up 1 second (health: starting)')).toBe('Up 1 second');
  expect(plainStatus('Exited (137) 2 days ago')).toBe('Exited (137) 2 days ago');
});

test('a state in the address that is none is ignored', () => {
  expect(readFilter({ search: '', state: 'running' })).toEqual({ search: undefined, state: 'running' });
  expect(readFilter({ search: 'web', state: 'constructor' })).toEqual({ search: 'web', state: undefined });
});
