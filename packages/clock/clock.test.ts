import { expect, test } from 'vitest';
import { duration, repeat, systemClock } from './index.ts';
import { TestClock } from './testing.ts';

test('durations are read in every unit and anything else is refused', () => {
  expect([duration('500ms'), duration('30s'), duration('5m'), duration('2h'), duration('7d')]).toEqual([
    500, 30_000, 300_000, 7_200_000, 604_800_000,
  ]);
  expect(() => duration('5 minutes' as '5m')).toThrow(RangeError);
});

test('a sleep of a month, longer than any timer, does not end at once', async () => {
  const stop = new AbortController();
  let hasEnded = false;
  const month = systemClock.sleep(duration('30d'), stop.signal).then(() => {
    hasEnded = true;
  });

  await systemClock.sleep(50);

  expect(hasEnded).toBe(false);
  stop.abort();
  await expect(month).rejects.toThrow();
});

test('repeated work runs once per interval and stops with its signal', async () => {
  const clock = new TestClock();
  const stop = new AbortController();
  let runs = 0;
  const loop = repeat(clock, 1000, stop.signal, async () => {
    runs += 1;
  });

  await clock.advance(3500);
  stop.abort();
  await loop;

  expect(runs).toBe(3);
});
