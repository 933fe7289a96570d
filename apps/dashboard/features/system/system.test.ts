import { TestClock } from '@nebula/clock/testing';
import { Hub } from '@nebula/events';
import { fakeHost } from '@nebula/hosts/fake';
import { createLog } from '@nebula/log';
import { describe, expect, test } from 'vitest';
import { until } from '../../testing.ts';
import { systemAttention } from './attention.ts';
import type { Filesystem, Sample, Temperature, Unit } from './contract.ts';
import { rank } from './processes.ts';
import { createHostSampler } from './sampler.ts';
import { hasHappened, isSettled } from './unit-run.ts';

const disk: Filesystem = {
  device: '/dev/sda1',
  mountPoint: '/',
  type: 'ext4',
  kind: 'disk',
  isReadOnly: false,
  status: 'ok',
  totalBytes: 1000,
  usedBytes: 500,
  availableBytes: 500,
  inodes: { total: 100, used: 10 },
};
const sensor: Temperature = {
  id: 'hwmon0/temp1',
  chip: 'coretemp',
  label: 'Package',
  celsius: 40,
  high: 80,
  critical: 100,
};
const unit: Unit = {
  name: 'smbd.service',
  description: 'Samba',
  load: 'loaded',
  active: 'active',
  sub: 'running',
  canChange: false,
};
const memory = (available: number): Pick<Sample, 'memory'> => ({
  memory: {
    ...{ total: 100, available, free: available, buffers: 0, cached: 0, arc: null, shared: 0 },
    ...{ used: 100 - available, limit: null, limitUsed: null },
  },
});
const well = { sample: memory(50), filesystems: [disk], temperatures: [sensor], units: [unit] };

describe('what needs attention', () => {
  test.each<[string, Partial<typeof well>, [string, string][]]>([
    ['a machine that is well', {}, []],
    ['a machine that was not read yet', { ...well, filesystems: [], temperatures: [], units: [] }, []],
    [
      'a disk over 85 %',
      { filesystems: [{ ...disk, usedBytes: 860, availableBytes: 140 }] },
      [['warning', '/ is 86 % full.']],
    ],
    ['a disk of exactly 85 %', { filesystems: [{ ...disk, usedBytes: 850, availableBytes: 150 }] }, []],
    [
      'a disk that is full but for what root keeps',
      { filesystems: [{ ...disk, usedBytes: 950, availableBytes: 0 }] },
      [['critical', '/ is 100 % full.']],
    ],
    [
      'a disc, which is always full',
      { filesystems: [{ ...disk, isReadOnly: true, usedBytes: 1000, availableBytes: 0 }] },
      [],
    ],
    [
      'inodes that run out',
      { filesystems: [{ ...disk, inodes: { total: 1000, used: 999 } }] },
      [['critical', '/ has used 99 % of its inodes: soon no file can be made there.']],
    ],
    ['a file system without inodes', { filesystems: [{ ...disk, inodes: null }] }, []],
    [
      'a share that does not answer',
      {
        filesystems: [
          {
            ...disk,
            status: 'silent',
            mountPoint: '/mnt/nas',
            device: 'nas:/x',
            usedBytes: null,
            availableBytes: null,
            inodes: null,
          },
        ],
      },
      [['critical', '/mnt/nas (nas:/x) does not answer.']],
    ],
    ['little memory', { sample: memory(3) }, [['warning', 'Only 3 % of the memory is left for programs.']]],
    [
      'hardly any memory',
      { sample: memory(1) },
      [['critical', 'Only 1 % of the memory is left for programs.']],
    ],
    [
      'a hot sensor',
      { temperatures: [{ ...sensor, celsius: 80 }] },
      [['warning', 'Package (coretemp) is 80 °C hot; 80 °C is its limit.']],
    ],
    [
      'a critically hot sensor',
      { temperatures: [{ ...sensor, celsius: 101.5 }] },
      [['critical', 'Package (coretemp) is 101.5 °C hot; 100 °C is its critical limit.']],
    ],
    [
      'a hot sensor without limits',
      { temperatures: [{ ...sensor, celsius: 120, high: null, critical: null }] },
      [],
    ],
    [
      'a unit that failed',
      { units: [{ ...unit, active: 'failed' }] },
      [['warning', 'smbd.service has failed.']],
    ],
  ])('%s', (_name, facts, wanted) => {
    const found = systemAttention({ ...well, ...facts });

    expect(found.map(({ severity, sentence }) => [severity, sentence])).toEqual(wanted);
    expect(found.every(({ path }) => path.startsWith('/system'))).toBe(true);
  });

  test('many failed units are told by name and number, and the gravest matter comes first', () => {
    const units = Array.from({ length: 8 }, (_, n) => ({ ...unit, name: `u${n}.service`, active: 'failed' }));

    const found = systemAttention({ ...well, units, sample: memory(1) });

    expect(found[0]?.severity).toBe('critical');
    expect(found).toHaveLength(7);
    expect(found.at(-1)?.sentence).toBe('3 more units have failed.');
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
  });
});

test('processes are ranked by what they used in between; a pid that came again counts as new', () => {
  const one = { name: 'a', state: 'S', threads: 1 };
  const before = {
    uptimeSeconds: 100,
    zombies: 0,
    processes: [
      { ...one, pid: 1, startTicks: 10, cpuTicks: 5000, residentBytes: 10 },
      { ...one, pid: 2, startTicks: 20, cpuTicks: 100, residentBytes: 30 },
      { ...one, pid: 3, startTicks: 30, cpuTicks: 9999, residentBytes: 20 },
    ],
  };
  const after = {
    uptimeSeconds: 102,
    zombies: 0,
    processes: [
      { ...one, pid: 1, startTicks: 10, cpuTicks: 5010, residentBytes: 10 },
      { ...one, pid: 2, startTicks: 20, cpuTicks: 300, residentBytes: 30 },
      { ...one, pid: 3, startTicks: 10_100, cpuTicks: 40, residentBytes: 20 },
    ],
  };

  const byCpu = rank(before, after, 'cpu').map(({ process, cpuPercent }) => [process.pid, cpuPercent]);
  const byMemory = rank(before, after, 'memory').map(({ process }) => process.pid);

  expect(byCpu).toEqual([
    [2, 100],
    [3, 20],
    [1, 5],
  ]);
  expect(byMemory).toEqual([2, 3, 1]);
});

describe('a change of a unit', () => {
  const before = { active: 'active', invocation: 'one' };
  const now = (active: string, invocation = 'one', result = 'success') => ({
    active,
    invocation,
    result,
    sub: 'x',
  });

  test.each([
    ['restart', before, now('active'), false],
    ['restart', before, now('active', 'two'), true],
    ['restart', before, now('deactivating'), false],
    ['restart', { active: 'inactive', invocation: '' }, now('active', 'two'), true],
    ['start', { active: 'inactive', invocation: '' }, now('inactive', ''), false],
    ['start', { active: 'inactive', invocation: '' }, now('activating', ''), true],
    ['start', { active: 'failed', invocation: 'one' }, now('failed', 'two'), true],
    ['stop', before, now('active'), false],
    ['stop', before, now('deactivating'), true],
    ['stop', before, now('inactive'), true],
  ] as const)('%s of %j found as %j has happened: %s', (verb, was, is, happened) => {
    expect(hasHappened(verb, was, is)).toBe(happened);
  });

  test.each([
    ['restart', now('activating', 'two'), false],
    ['restart', now('active', 'two'), true],
    ['restart', now('inactive', 'two'), true],
    ['restart', now('active', 'one'), false],
    ['stop', now('deactivating'), false],
    ['stop', now('failed'), true],
  ] as const)('%s found as %j is settled: %s', (verb, is, settled) => {
    expect(isSettled(verb, before, is, false)).toBe(settled);
  });

  test('a unit that comes up and fails, or that systemd never starts, fails the run with a sentence', () => {
    const stopped = { active: 'inactive', invocation: '' };

    expect(() => isSettled('restart', before, now('failed', 'two', 'exit-code'), false)).toThrow(
      /failed \(exit-code\)/,
    );
    expect(isSettled('start', stopped, now('inactive', ''), false)).toBe(false);
    expect(() => isSettled('start', stopped, now('inactive', ''), true)).toThrow(/did not start/);
  });
});

describe('the sampler', () => {
  const log = createLog({ service: 'test', level: 'silent' });

  test('keeps five minutes of points and no more, and publishes only while somebody listens', async () => {
    const clock = new TestClock();
    const hub = new Hub();
    const host = fakeHost(() => clock.now());
    const sampler = createHostSampler({ host, hub, clock, log, hostId: 'local', everyMs: 5000 });
    const stop = new AbortController();
    const running = sampler.run(stop.signal);
    for (let n = 0; n < 80; n += 1) await clock.advance(5000);

    expect(sampler.history()).toHaveLength(60);
    expect(sampler.sample()?.cpu.total.user).toBeGreaterThan(0);
    expect(sampler.storage()?.filesystems).toHaveLength(1);
    const frames: string[] = [];
    const reader = {
      canSee: () => true,
      write: (text: string) => frames.push(text) > 0,
      close: () => undefined,
    };
    const connected = hub.connect(reader, null);
    expect(frames.join('')).not.toContain('system.sample');
    await clock.advance(5000);
    expect(frames.join('')).toContain('event: system.sample');
    connected.disconnect();
    await clock.advance(5000);
    const later: string[] = [];
    hub.connect({ ...reader, write: (text: string) => later.push(text) > 0 }, null);
    // What was true when the last one left is not told to the next one as if it were now.
    expect(later.join('')).not.toContain('event: system.sample');

    stop.abort();
    await running;
  });

  test('a share that hangs does not hold up the other figures', async () => {
    const clock = new TestClock();
    const host = { ...fakeHost(() => clock.now()), filesystems: () => new Promise<never>(() => undefined) };
    const sampler = createHostSampler({ host, hub: new Hub(), clock, log, hostId: 'local', everyMs: 5000 });
    const stop = new AbortController();
    const running = sampler.run(stop.signal);
    await clock.advance(60_000);

    await until(() => sampler.history().length > 5);
    expect(sampler.storage()).toBeNull();

    stop.abort();
    await running;
  });
});
