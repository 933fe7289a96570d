import { expect, test } from 'vitest';
import type { Sample } from '../contract.ts';
import { readView } from './filter.ts';
import { addPoint, capacityOf, type History } from './patch.ts';
import { unitLook, unitVerbs } from './unit-look.ts';

const second = (n: number) => new Date(Date.UTC(2026, 10, 26) + n * 1000).toISOString();
const link = { members: 1, state: 'up' as const, speed: null, errors: 0, dropped: 0, newErrors: 0 };
const sample = (at: string): Sample => ({
  at,
  uptimeSeconds: 1,
  cpu: { total: { user: 20, system: 5, iowait: 50, steal: 1 }, cores: [] },
  cpuLimit: null,
  load: [0, 0, 0],
  tasks: { running: 1, blocked: 0 },
  memory: {
    ...{ total: 100, available: 40, free: 10, buffers: 0, cached: 0, arc: null, shared: 0, used: 60 },
    ...{ limit: null, limitUsed: null },
  },
  swap: null,
  pressure: { cpu: null, memory: null, io: null },
  disks: [{ name: 'sda', readBytesPerSecond: 3, writtenBytesPerSecond: 4, busyPercent: 1 }],
  interfaces: [
    { ...link, name: 'lo', kind: 'loopback', receivedBytesPerSecond: 1000, sentBytesPerSecond: 1000 },
    { ...link, name: 'eth0', kind: 'wired', receivedBytesPerSecond: 7, sentBytesPerSecond: 8 },
  ],
  files: null,
});

test('a reading becomes a point: waiting is no work, and what the machine tells itself is no traffic', () => {
  const history: History = { hostId: 'local', everySeconds: 5, points: [] };

  expect(addPoint(history, sample(second(0))).points).toEqual([
    {
      at: second(0),
      cpuPercent: 26,
      memoryUsedBytes: 60,
      receivedBytesPerSecond: 7,
      sentBytesPerSecond: 8,
      readBytesPerSecond: 3,
      writtenBytesPerSecond: 4,
    },
  ]);
});

test('five minutes are kept, and a reading that is not newer is not taken again', () => {
  let history: History = { hostId: 'local', everySeconds: 5, points: [] };
  for (let n = 0; n < 100; n += 1) history = addPoint(history, sample(second(n * 5)));

  expect(history.points).toHaveLength(capacityOf(history));
  expect(capacityOf(history)).toBe(60);
  expect(addPoint(history, sample(second(495)))).toBe(history);
  expect(addPoint(history, sample(second(3)))).toBe(history);
});

test('the address says what is shown; what is not valid is left out', () => {
  expect(readView({ tab: 'units', active: 'failed', search: 'ssh', sort: 'memory' })).toEqual({
    tab: 'units',
    active: 'failed',
    search: 'ssh',
    sort: 'memory',
  });
  expect(readView({ tab: 'nothing', active: 'x', search: '', sort: 'cpu' })).toEqual({
    tab: undefined,
    active: undefined,
    search: undefined,
    sort: undefined,
  });
});

test('what is offered fits the state of a unit, and a word of systemd that is new is shown as it is', () => {
  expect(unitVerbs({ active: 'active', canChange: true })).toEqual(['restart', 'stop']);
  expect(unitVerbs({ active: 'failed', canChange: true })).toEqual(['start']);
  expect(unitVerbs({ active: 'active', canChange: false })).toEqual([]);
  expect(unitLook({ active: 'maintenance' }).word).toBe('maintenance');
  expect(unitLook({ active: 'failed' }).tone).toBe('down');
});
