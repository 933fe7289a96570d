import { expect, test } from 'vitest';
import { isZone, type QuietHours, quietUntil } from './contract-quiet.ts';

const night: QuietHours = {
  isOn: true,
  from: '22:30',
  to: '07:00',
  zone: 'Europe/Berlin',
  letsCriticalThrough: true,
};
const until = (at: string, hours: Partial<QuietHours> = {}, isCritical = false) =>
  quietUntil({ ...night, ...hours }, isCritical, new Date(at))?.toISOString() ?? null;

test('the night goes over midnight, by the clock on the wall', () => {
  expect(until('2026-01-10T21:29:59Z')).toBe(null);
  expect(until('2026-01-10T21:30:00Z')).toBe('2026-01-11T06:00:00.000Z');
  expect(until('2026-01-11T05:59:30Z')).toBe('2026-01-11T06:00:00.000Z');
  expect(until('2026-01-11T06:00:00Z')).toBe(null);
});

test('in summer the same clock shows another time of the world', () => {
  expect(until('2026-07-10T20:30:00Z')).toBe('2026-07-11T05:00:00.000Z');
});

test('the nights in which clocks are set end when the clock shows the end', () => {
  expect(until('2026-03-28T22:00:00Z')).toBe('2026-03-29T05:00:00.000Z');
  expect(until('2026-10-24T21:00:00Z')).toBe('2026-10-25T06:00:00.000Z');
});

test('hours within a day, and hours that are none', () => {
  const noon = { from: '12:00', to: '13:00', zone: 'UTC' };
  expect(until('2026-01-10T12:30:00Z', noon)).toBe('2026-01-10T13:00:00.000Z');
  expect(until('2026-01-10T13:00:00Z', noon)).toBe(null);
  expect(until('2026-01-10T12:00:00Z', { ...noon, to: '12:00' })).toBe(null);
  expect(until('2026-01-10T12:30:00Z', { ...noon, isOn: false })).toBe(null);
});

test('what is critical breaks through where it may', () => {
  expect(until('2026-01-10T23:00:00Z', {}, true)).toBe(null);
  expect(until('2026-01-10T23:00:00Z', { letsCriticalThrough: false }, true)).toBe(
    '2026-01-11T06:00:00.000Z',
  );
});

test('a zone that is none is told apart', () => {
  expect([isZone('Europe/Berlin'), isZone('UTC'), isZone('Mars/Phobos')]).toEqual([true, true, false]);
});
