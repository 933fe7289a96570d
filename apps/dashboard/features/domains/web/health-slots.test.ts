import { expect, test } from 'vitest';
import { healthSlots } from './health-slots.ts';

const now = Date.parse('2026-11-26T12:00:00Z');
const at = (hoursAgo: number) => new Date(now - hoursAgo * 3_600_000).toISOString();

test('each part of the day tells the worst that was seen in it', () => {
  const checks = [
    { at: at(0.1), state: 'ok' },
    { at: at(0.5), state: 'failed' },
    { at: at(13), state: 'warning' },
    { at: at(13.5), state: 'unknown' },
  ] as const;
  expect(healthSlots(checks, now, 4)).toEqual([null, 'warning', null, 'failed']);
});

test('a check of a clock that is ahead counts as the newest, one from yesterday not at all', () => {
  const checks = [
    { at: at(-0.01), state: 'ok' },
    { at: at(24), state: 'failed' },
  ] as const;
  expect(healthSlots(checks, now, 2)).toEqual([null, 'ok']);
});
