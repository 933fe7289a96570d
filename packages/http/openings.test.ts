import { type Actor, nobody } from '@nebula/auth';
import { expect, test } from 'vitest';
import { createOpenings } from './openings.ts';

const address = '192.0.2.1';
const person = (id: string): Actor => ({
  ...{ kind: 'user', id, name: id, email: `${id}@example.com`, role: 'viewer' },
  ...{ sessionId: `session of ${id}`, steppedUpAt: null },
});
const key = (id: string, userId: string | null): Actor => ({
  ...{ kind: 'apiKey', id, name: id, role: 'viewer', scopes: ['*'], userId, expiresAt: null },
});

test('a person has so many open at once, by sessions and keys together; others have theirs', () => {
  const openings = createOpenings({ stream: 2, download: 1 });
  openings.open('stream', person('ann'), address);
  const leave = openings.open('stream', key('k', 'ann'), address);

  expect(() => openings.open('stream', person('ann'), '192.0.2.2')).toThrow(/You have 2 live streams open/);
  expect(() => openings.open('download', person('ann'), address)).not.toThrow();
  expect(() => openings.open('download', key('other', 'ann'), address)).toThrow(/1 downloads running/);
  for (const who of [person('bob'), key('k', null), nobody]) {
    expect(() => openings.open('stream', who, address)).not.toThrow();
  }
  // Told twice that it left, it is counted out once.
  leave();
  leave();
  openings.open('stream', person('ann'), address);
  expect(() => openings.open('stream', person('ann'), address)).toThrow(
    expect.objectContaining({ code: 'RATE_LIMITED', retryAfterSeconds: 10 }),
  );
});

test('of those who are not signed in a network counts as one', () => {
  const openings = createOpenings({ stream: 1, download: 1 });
  openings.open('stream', nobody, '2001:db8::1');
  expect(() => openings.open('stream', nobody, '2001:db8::2')).toThrow();
  expect(() => openings.open('stream', nobody, '2001:db8:1::2')).not.toThrow();
});
