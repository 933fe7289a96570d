import { expect, test } from 'vitest';
import { queuedLook, queuedStates, readQueuedState, totals } from './queued-look.ts';

const none = { waiting: 0, planned: 0, running: 0, retrying: 0, dead: 0, oldestWaitingAt: null };

test('counts of all queues add up by state', () => {
  const queues = [
    { ...none, name: 'a', waiting: 2, dead: 1 },
    { ...none, name: 'b', waiting: 3, running: 1 },
  ];
  expect(totals(queues)).toEqual({ waiting: 5, planned: 0, running: 1, retrying: 0, dead: 1 });
});

test('every state has a word of its own, and a word that is no state is none', () => {
  expect(new Set(queuedStates.map((state) => queuedLook(state).word)).size).toBe(queuedStates.length);
  expect(readQueuedState('dead')).toBe('dead');
  expect(readQueuedState('<b>')).toBeUndefined();
});
