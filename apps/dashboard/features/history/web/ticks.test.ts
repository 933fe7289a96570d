import { expect, test } from 'vitest';
import { timeTick } from './ticks.ts';

test('the words below a chart are as fine as its steps', () => {
  const at = new Date(2026, 10, 26, 18, 5, 9).getTime() / 1000;
  expect([timeTick(at, 10), timeTick(at, 600), timeTick(at, 86_400), timeTick(at, 30 * 86_400)]).toEqual([
    '18:05:09',
    '18:05',
    '26 Nov',
    'Nov 2026',
  ]);
});
