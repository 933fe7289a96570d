import { expect, test } from 'vitest';
import { createRefusals } from './refusals.ts';

test('a network that keeps sending keys that do not hold waits until its minute is over; others do not', () => {
  let now = 0;
  const refusals = createRefusals(3, () => now);
  for (const address of ['2001:db8::1', '2001:db8::2', '2001:db8:0:0:9::3']) refusals.count(address);

  expect(() => refusals.check('2001:db8::4')).toThrow(/Try again in 60 s/);
  expect(() => refusals.check('2001:db8:0:1::4')).not.toThrow();
  now = 60_000;
  expect(() => refusals.check('2001:db8::4')).not.toThrow();
});

test('counting many networks keeps no more of them than it may', () => {
  const refusals = createRefusals(1, () => 0);

  for (let n = 0; n < 25_000; n += 1) refusals.count(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`);

  expect(() => refusals.check('10.0.97.167')).toThrow();
  expect(() => refusals.check('10.0.0.1')).not.toThrow();
});
