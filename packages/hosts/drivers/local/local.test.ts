import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { systemClock } from '@nebula/clock';
import { afterEach, describe, expect, test } from 'vitest';
import { openLocalHost, sampleBetween } from '../../index.ts';
import type { AskSpace, Space } from './filesystems.ts';

const dirs: string[] = [];
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

/** A tree with these files; small and healthy where they say nothing. */
function tree(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'nebula-hosts-'));
  dirs.push(root);
  const basics = {
    '/proc/stat':
      'cpu 100 0 50 850 0 0 0 0\ncpu0 100 0 50 850 0 0 0 0\nbtime 1700000000\nprocs_running 2\nprocs_blocked 0\n',
    '/proc/uptime': '1000.00 800.00\n',
    '/proc/loadavg': '0.50 0.40 0.30 1/100 4711\n',
    '/proc/meminfo':
      'MemTotal: 1000000 kB\nMemFree: 400000 kB\nMemAvailable: 600000 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n',
    '/proc/sys/kernel/hostname': 'box\n',
    '/proc/sys/kernel/osrelease': '6.8.0-test\n',
    '/proc/1/cgroup': '0::/init.scope\n',
  };
  for (const [path, text] of Object.entries({ ...basics, ...files })) put(root, path, text);
  return root;
}

function put(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const space: Space = { bsize: 4096, blocks: 1000, bfree: 400, bavail: 300, files: 200, ffree: 50 };
const open = (root: string, askSpace: AskSpace = async () => space, patienceMs = 50) =>
  openLocalHost({ clock: systemClock, root, askSpace, patienceMs });

test('a machine without swap, pressure, sensors, disks and network has none of them, not zeros', async () => {
  const host = open(tree({}));

  const counters = host.counters();

  expect(counters).toMatchObject({ swap: null, disks: [], interfaces: [], files: null, cpuLimit: null });
  expect(counters.pressure).toEqual({ cpu: null, memory: null, io: null });
  expect(await host.temperatures()).toEqual([]);
  expect(await host.filesystems()).toEqual([]);
  expect(host.identity()).toMatchObject({ hostname: 'box', os: 'Linux', cpuModel: null, container: null });
});

test('rates come from two readings, per core, and waiting for disks is told apart', () => {
  const root = tree({
    '/proc/diskstats': '8 0 sda 1 0 1000 0 1 0 1000 0 0 100 0\n',
    '/proc/net/dev': 'h\nh\n eth0: 1000 0 0 0 0 0 0 0 2000 0 0 0 0 0 0 0\n',
  });
  const host = open(root);
  const before = host.counters();
  put(root, '/proc/uptime', '1010.00 0\n');
  put(root, '/proc/stat', 'cpu 400 0 150 1150 300 0 0 0\ncpu0 400 0 150 1150 300 0 0 0\n');
  put(root, '/proc/diskstats', '8 0 sda 1 0 21000 0 1 0 1000 0 0 5100 0\n');
  put(root, '/proc/net/dev', 'h\nh\n eth0: 11000 0 0 0 0 0 0 0 2000 0 3 0 0 0 0 0\n');

  const sample = sampleBetween(before, host.counters());

  expect(sample?.cpu.total).toEqual({ user: 30, system: 10, iowait: 30, steal: 0 });
  expect(sample?.cpu.cores).toHaveLength(1);
  expect(sample?.disks).toEqual([
    { name: 'sda', readBytesPerSecond: 1_024_000, writtenBytesPerSecond: 0, busyPercent: 50 },
  ]);
  expect(sample?.interfaces[0]).toMatchObject({
    receivedBytesPerSecond: 1000,
    sentBytesPerSecond: 0,
    newErrors: 3,
  });
});

test('counters that fell (a device plugged in again) give no negative rates, and no time gives none at all', () => {
  const root = tree({ '/proc/diskstats': '8 0 sda 1 0 90000 0 1 0 90000 0 0 9000 0\n' });
  const host = open(root);
  const before = host.counters();

  expect(sampleBetween(before, host.counters())).toBeNull();
  put(root, '/proc/uptime', '1005.00 0\n');
  put(root, '/proc/diskstats', '8 0 sda 1 0 0 0 1 0 0 0 0 0 0\n');

  expect(sampleBetween(before, host.counters())?.disks).toEqual([
    { name: 'sda', readBytesPerSecond: 0, writtenBytesPerSecond: 0, busyPercent: 0 },
  ]);
});

test('a machine of 128 cores shows 128 cores', () => {
  const cores = Array.from({ length: 128 }, (_, index) => `cpu${index} 1 0 1 ${index} 0 0 0 0`).join('\n');
  const host = open(tree({ '/proc/stat': `cpu 128 0 128 9999 0 0 0 0\n${cores}\n` }));

  expect(host.identity().cores).toBe(128);
  expect(host.counters().cpu.cores).toHaveLength(128);
});

test('links to containers are one row; their bridges, which repeat them, are none', () => {
  const row = (name: string, received: number, sent: number) =>
    `${name}: ${received} 0 0 0 0 0 0 0 ${sent} 0 0 0 0 0 0 0`;
  const host = open(
    tree({
      '/proc/net/dev': [
        row('lo', 1, 1),
        row('enp3s0', 10, 20),
        row('docker0', 7, 7),
        row('br-0123456789ab', 7, 7),
        row('veth1', 100, 200),
        row('vethabc', 300, 400),
        row('wg0', 5, 5),
      ].join('\n'),
      '/sys/class/net/enp3s0/operstate': 'up\n',
      '/sys/class/net/enp3s0/speed': '2500\n',
      '/sys/class/net/wg0/operstate': 'unknown\n',
    }),
  );

  const { interfaces } = host.counters();

  expect(interfaces.map(({ name, kind, members }) => [name, kind, members])).toEqual([
    ['lo', 'loopback', 1],
    ['enp3s0', 'wired', 1],
    ['wg0', 'vpn', 1],
    ['containers', 'containers', 2],
  ]);
  expect(interfaces[1]).toMatchObject({ state: 'up', speed: 2500 });
  // What the machine receives is what the containers sent.
  expect(interfaces[3]).toMatchObject({ receivedBytes: 600, sentBytes: 400 });
});

describe('in a container', () => {
  const inside = {
    '/.dockerenv': '',
    '/proc/self/mountinfo': '1 0 0:99 / / rw - overlay overlay rw\n',
    '/proc/1/cgroup': '0::/\n',
  };

  test('that is said, and limits of version 2 count', () => {
    const limits = {
      '/sys/fs/cgroup/memory.max': '268435456\n',
      '/sys/fs/cgroup/memory.current': '134217728\n',
      '/sys/fs/cgroup/cpu.max': '50000 100000\n',
    };
    const host = open(tree({ ...inside, ...limits }));

    expect(host.identity().container).toBe('docker');
    expect(host.counters()).toMatchObject({
      cpuLimit: 0.5,
      memory: { limit: 268_435_456, limitUsed: 134_217_728, available: 134_217_728 },
    });
  });

  test('limits of version 1 count too, and none is none', () => {
    const limits = {
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '268435456\n',
      '/sys/fs/cgroup/memory/memory.usage_in_bytes': '1000\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    };

    expect(open(tree({ ...inside, ...limits })).counters()).toMatchObject({
      cpuLimit: null,
      memory: { limit: 268_435_456 },
    });
    expect(open(tree(inside)).counters().memory.limit).toBeNull();
  });
});

describe('file systems', () => {
  const mounts = [
    '1 0 8:1 / / rw - ext4 /dev/sda1 rw',
    '2 1 0:60 / /mnt/one rw - nfs nas:/one rw',
    '3 1 0:61 / /mnt/two rw - nfs nas:/two rw',
    '4 1 0:62 / /mnt/three rw - nfs nas:/three rw',
    '5 1 0:63 / /data rw - btrfs /dev/sdb rw',
  ].join('\n');

  test('a share that hangs is told as silent and never asked twice; the disks of the machine go on', async () => {
    const asked: string[] = [];
    const waiting: (() => void)[] = [];
    let isAway = true;
    const host = open(tree({ '/proc/self/mountinfo': mounts }), (path) => {
      asked.push(path);
      if (!isAway || !path.startsWith('/mnt')) return Promise.resolve(space);
      return new Promise((resolve) => waiting.push(() => resolve(space)));
    });
    const away = [
      ['/', 'ok'],
      ['/data', 'ok'],
      ['/mnt/one', 'silent'],
      ['/mnt/three', 'not-asked'],
      ['/mnt/two', 'not-asked'],
    ];
    const states = async () =>
      (await host.filesystems()).map(({ mountPoint, status }) => [mountPoint, status]);

    expect(await states()).toEqual(away);
    expect(await states()).toEqual(away);
    expect(asked.filter((path) => path.startsWith('/mnt'))).toEqual(['/mnt/one']);
    isAway = false;
    for (const answer of waiting) answer();

    await expect.poll(states, { timeout: 20_000 }).toEqual(away.map(([path]) => [path, 'ok']));
  });

  test('space is counted as df counts it, and a file system without fixed inodes has none', async () => {
    const host = open(tree({ '/proc/self/mountinfo': mounts }), async (path) => ({
      ...space,
      files: path === '/data' ? 0 : 200,
    }));

    const [root, data] = await host.filesystems();

    expect(root).toMatchObject({
      totalBytes: 4_096_000,
      usedBytes: 2_457_600,
      availableBytes: 1_228_800,
      inodes: { total: 200, used: 150 },
    });
    expect(data?.inodes).toBeNull();
  });

  test('a mount that may not be looked at or has gone stale is told as such', async () => {
    const host = open(tree({ '/proc/self/mountinfo': '1 0 8:1 / / rw - ext4 /dev/sda1 rw\n' }), () =>
      Promise.reject(Object.assign(new Error('stale'), { code: 'ESTALE' })),
    );

    expect(await host.filesystems()).toMatchObject([{ status: 'denied', usedBytes: null, inodes: null }]);
  });
});

describe('temperatures', () => {
  test('chips tell label and limits; a sensor that is not connected is left out', async () => {
    const host = open(
      tree({
        '/sys/class/hwmon/hwmon0/name': 'coretemp\n',
        '/sys/class/hwmon/hwmon0/temp1_input': '45500\n',
        '/sys/class/hwmon/hwmon0/temp1_label': 'Package id 0\n',
        '/sys/class/hwmon/hwmon0/temp1_max': '80000\n',
        '/sys/class/hwmon/hwmon0/temp1_crit': '100000\n',
        '/sys/class/hwmon/hwmon0/temp2_input': '-128000\n',
        '/sys/class/hwmon/hwmon1/name': 'nvme\n',
        '/sys/class/hwmon/hwmon1/temp1_input': '38850\n',
        '/sys/class/thermal/thermal_zone0/type': 'acpitz\n',
        '/sys/class/thermal/thermal_zone0/temp': '27800\n',
      }),
    );

    expect(await host.temperatures()).toEqual([
      { id: 'hwmon0/temp1', chip: 'coretemp', label: 'Package id 0', celsius: 45.5, high: 80, critical: 100 },
      { id: 'hwmon1/temp1', chip: 'nvme', label: 'nvme', celsius: 38.9, high: null, critical: null },
    ]);
  });

  test('without chips the zones of the firmware speak, with their trip points', async () => {
    const host = open(
      tree({
        '/sys/class/thermal/thermal_zone0/type': 'cpu-thermal\n',
        '/sys/class/thermal/thermal_zone0/temp': '51200\n',
        '/sys/class/thermal/thermal_zone0/trip_point_0_type': 'critical\n',
        '/sys/class/thermal/thermal_zone0/trip_point_0_temp': '110000\n',
      }),
    );

    expect(await host.temperatures()).toEqual([
      {
        id: 'thermal_zone0',
        chip: 'thermal_zone0',
        label: 'cpu-thermal',
        celsius: 51.2,
        high: null,
        critical: 110,
      },
    ]);
  });
});

test('processes have an owner by name, a container by their group, and zombies are counted', async () => {
  const id = 'e'.repeat(64);
  const stat = (pid: number, state: string) =>
    `${pid} (my (odd) app) ${state} 1 1 1 0 -1 0 0 0 0 0 30 20 0 0 20 0 3 0 5000 1 10 0`;
  const host = open(
    tree({
      '/etc/passwd': 'root:x:0:0::/root:/bin/sh\nevin:x:1000:1000::/home/evin:/bin/sh\n',
      '/proc/41/stat': stat(41, 'S'),
      '/proc/41/status': 'Name:\tapp\nUid:\t1000\t1000\t1000\t1000\n',
      '/proc/41/cgroup': `0::/system.slice/docker-${id}.scope\n`,
      '/proc/41/cmdline': '/opt/app/server\0--password=hunter2\0',
      '/proc/42/stat': stat(42, 'Z'),
      '/proc/self/smaps': '55d0-55d1 r--p 0 08:02 1 /bin/x\nSize: 4 kB\nKernelPageSize:       16 kB\n',
    }),
  );

  const table = await host.processes();

  expect(table.zombies).toBe(1);
  expect(table.processes.find(({ pid }) => pid === 41)).toEqual({
    pid: 41,
    name: 'my (odd) app',
    state: 'S',
    cpuTicks: 50,
    threads: 3,
    startTicks: 5000,
    residentBytes: 10 * 16_384,
  });
  expect(host.processOwner(41)).toEqual({ program: 'server', user: 'evin', containerId: id });
  expect(host.processOwner(43)).toBeNull();
});
