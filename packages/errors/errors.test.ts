import { expect, test } from 'vitest';
import { AppError, causeChain, DriverError } from './index.ts';

test('the cause chain names every error from the outermost inwards', () => {
  const error = new AppError('UNAVAILABLE', 'Docker is not reachable.', {
    cause: new DriverError('unavailable', 'connect failed', { cause: new Error('ENOENT') }),
  });

  expect(causeChain(error)).toEqual([
    'AppError: Docker is not reachable.',
    'DriverError: connect failed',
    'Error: ENOENT',
  ]);
});

test('a cause chain that loops ends', () => {
  const first = new Error('first');
  first.cause = first;

  expect(causeChain(first).length).toBeLessThanOrEqual(8);
});
