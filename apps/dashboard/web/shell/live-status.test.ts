import { expect, test } from 'vitest';
import { type LiveFacts, liveStatus, retryDelay, silenceMs } from './live-status.ts';

const now = 1_000_000;
const facts: LiveFacts = { isOnline: true, isOpen: true, startedAt: now - 60_000, heardAt: now - 1000 };

test('a page that heard something lately is live', () => {
  expect(liveStatus(facts, now)).toBe('live');
});

test('silence makes an open connection stale: it may have died without a word', () => {
  expect(liveStatus({ ...facts, heardAt: now - silenceMs }, now)).toBe('stale');
});

test('a connection that just broke is being made again, and stale only after the silence', () => {
  expect(liveStatus({ ...facts, isOpen: false }, now)).toBe('connecting');
  expect(liveStatus({ ...facts, isOpen: false, heardAt: now - silenceMs }, now)).toBe('stale');
});

test('without a network the page is offline at once, unless the server still speaks', () => {
  expect(liveStatus({ ...facts, isOnline: false, isOpen: false }, now)).toBe('offline');
  expect(liveStatus({ ...facts, isOnline: false }, now)).toBe('live');
});

test('a first connection that never comes about ends as stale', () => {
  const first = { isOnline: true, isOpen: false, startedAt: now, heardAt: null };
  expect(liveStatus(first, now + 2000)).toBe('connecting');
  expect(liveStatus(first, now + silenceMs)).toBe('stale');
});

test('new tries come ever later, at most every 30 s', () => {
  expect([1, 2, 3, 4, 5, 6, 20].map(retryDelay)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});
