import type { Filesystem, Host, HostCounters, HostIdentity, ProcessTable, Temperature } from './index.ts';

/** A machine in memory: change its parts and the next reading tells them. */
export interface FakeHost extends Host {
  parts: {
    identity: HostIdentity;
    counters: HostCounters;
    filesystems: Filesystem[];
    temperatures: Temperature[];
    processes: ProcessTable;
  };
}

/** A small healthy machine of two cores, 4 GiB and one disk. Each reading is one second and half a core later. */
export function fakeHost(now: () => Date = () => new Date()): FakeHost {
  const gib = 1024 ** 3;
  const idle = { user: 0, system: 0, idle: 0, iowait: 0, steal: 0 };
  const parts: FakeHost['parts'] = {
    identity: {
      hostname: 'fake',
      os: 'Fake OS 1.0',
      kernel: '6.0.0-fake',
      architecture: 'x64',
      cpuModel: null,
      cores: 2,
      bootedAt: new Date('2026-11-01T00:00:00Z'),
      bootId: 'fake-boot',
      container: null,
    },
    counters: {
      at: now(),
      uptimeSeconds: 1000,
      cpu: { total: idle, cores: [idle, idle] },
      cpuLimit: null,
      load: [0.5, 0.4, 0.3],
      tasks: { running: 1, blocked: 0 },
      memory: {
        total: 4 * gib,
        available: 3 * gib,
        free: 2 * gib,
        buffers: 0,
        cached: gib,
        arc: null,
        shared: 0,
        used: gib,
        limit: null,
        limitUsed: null,
      },
      swap: null,
      pressure: { cpu: null, memory: null, io: null },
      disks: [{ name: 'sda', readBytes: 0, writtenBytes: 0, busyMs: 0 }],
      interfaces: [],
      files: { open: 1000, limit: 100_000 },
    },
    filesystems: [
      {
        device: '/dev/sda1',
        mountPoint: '/',
        type: 'ext4',
        kind: 'disk',
        isReadOnly: false,
        status: 'ok',
        totalBytes: 100 * gib,
        usedBytes: 40 * gib,
        availableBytes: 60 * gib,
        inodes: { total: 1_000_000, used: 100_000 },
      },
    ],
    temperatures: [],
    processes: { uptimeSeconds: 1000, processes: [], zombies: 0 },
  };
  return {
    parts,
    identity: () => parts.identity,
    counters() {
      const { counters } = parts;
      const core = counters.cpu.cores[0] ?? idle;
      const next = { ...core, user: core.user + 50, idle: core.idle + 50 };
      parts.counters = {
        ...counters,
        at: now(),
        uptimeSeconds: counters.uptimeSeconds + 1,
        cpu: {
          total: { ...next, idle: next.idle * 3 },
          cores: counters.cpu.cores.map((_, index) =>
            index === 0 ? next : { ...idle, idle: next.idle * 2 },
          ),
        },
      };
      return parts.counters;
    },
    filesystems: async () => parts.filesystems,
    temperatures: async () => parts.temperatures,
    processes: async () => parts.processes,
    processOwner: () => ({ program: null, user: 'root', containerId: null }),
  };
}
