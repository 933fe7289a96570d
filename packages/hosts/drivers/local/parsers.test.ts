import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCpuModel, parseLoad, parsePressure, parseStat, parseUptime } from './cpu.ts';
import { parseDisks } from './disks.ts';
import { parseOs } from './identity.ts';
import { parseCpuLimit, parseLimit, parseMemory } from './memory.ts';
import { parseMounts } from './mounts.ts';
import { parseInterfaces } from './network.ts';
import { parseContainerId, parseProcess, parseUsers, programOf } from './processes.ts';

const noLimit = { limit: null, used: null };
const ticks = fc.nat({ max: 2 ** 40 });

test('what /proc/stat counts is read back, for any number of cores', () => {
  const times = fc.tuple(ticks, ticks, ticks, ticks, ticks, ticks, ticks, ticks);
  fc.assert(
    fc.property(fc.array(times, { minLength: 1, maxLength: 130 }), fc.nat(500), (cores, running) => {
      const lines = cores.map((values, index) => `cpu${index} ${values.join(' ')} 0 0`);
      const text = `cpu  ${(cores[0] ?? []).join(' ')} 0 0\n${lines.join('\n')}\nctxt 12\nprocs_running ${running}\n`;

      const stat = parseStat(text);

      expect(stat.running).toBe(running);
      expect(stat.cores).toEqual(
        cores.map(([user, nice, system, idle, iowait, irq, softirq, steal]) => {
          return { user: user + nice, system: system + irq + softirq, idle, iowait, steal };
        }),
      );
      expect(stat.total).toEqual(stat.cores[0]);
    }),
  );
});

test('a core that is off leaves its place, so that the others keep their numbers', () => {
  const { cores } = parseStat('cpu 3 0 0 3\ncpu0 1 0 0 1\ncpu3 2 0 0 2\n');

  expect(cores.map(({ user }) => user)).toEqual([1, 0, 0, 2]);
});

test('text of any kind gives finite figures at or above zero and never an exception', () => {
  const line = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.stringMatching(/^(cpu\d*|MemTotal:|some avg10=|eth0:| 8 0 sda|tmpfs|1 2 3:4 \/)[ \d.-]{0,80}$/),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      const text = lines.join('\n');
      const found = [
        parseStat(text),
        parseLoad(text),
        parseUptime(text),
        parsePressure(text),
        parseMemory(text, text, noLimit),
        parseDisks(text, []),
        parseInterfaces(text),
        parseProcess(text, 4096),
        parseMounts(text),
        [...parseUsers(text)],
        [parseOs(text), parseCpuModel(text), parseLimit(text), parseCpuLimit(text), programOf(text)],
      ];
      for (const value of numbersIn(found)) {
        expect(Number.isFinite(value)).toBe(true);
        expect(value).toBeGreaterThanOrEqual(0);
      }
    }),
    { numRuns: 200 },
  );
});

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null || value instanceof Date) return [];
  return Object.values(value).flatMap(numbersIn);
}

describe('processes', () => {
  test('a name may hold anything a program calls itself, brackets and spaces too', () => {
    const name = fc.string({ maxLength: 15 }).filter((text) => !text.includes('\n'));
    fc.assert(
      fc.property(name, fc.integer({ min: 1, max: 4_194_304 }), ticks, ticks, (comm, pid, user, system) => {
        const rest = `S 1 1 1 0 -1 4194304 0 0 0 0 ${user} ${system} 0 0 20 0 7 0 4711 1000 25 18446744073709551615`;

        const process = parseProcess(`${pid} (${comm}) ${rest}\n`, 4096);

        expect(process).toMatchObject({
          pid,
          state: 'S',
          cpuTicks: user + system,
          threads: 7,
          startTicks: 4711,
          residentBytes: 25 * 4096,
        });
      }),
    );
  });

  test('control characters in a name become a mark', () => {
    expect(parseProcess(`7 (a\u001b[2Jb) R ${'0 '.repeat(24)}`, 4096)?.name).toBe('a\uFFFD[2Jb');
  });

  test.each([
    ['0::/system.slice/docker-' + 'a'.repeat(64) + '.scope\n', 'a'.repeat(64)],
    ['11:memory:/docker/' + 'b'.repeat(64) + '\n10:cpu:/docker/' + 'b'.repeat(64), 'b'.repeat(64)],
    ['0::/machine.slice/libpod-' + 'c'.repeat(64) + '.scope/container', 'c'.repeat(64)],
    ['0::/kubepods.slice/cri-containerd-' + 'd'.repeat(64) + '.scope', 'd'.repeat(64)],
    [`5:devices:/own-parent/${'e'.repeat(64)}`, 'e'.repeat(64)],
    ['0::/user.slice/user-1000.slice/session-1.scope', null],
    ['0::/docker-short.scope', null],
    ['', null],
  ])('the container in %s', (cgroup, id) => {
    expect(parseContainerId(cgroup)).toBe(id);
  });

  test.each([
    ['/usr/bin/node\0server.ts\0--token=secret', 'node'],
    ['nginx: worker process', null],
    ['postgres: checkpointer \0', null],
    ['-bash\0', '-bash'],
    ['', null],
  ])('the program of the command line %j', (cmdline, program) => {
    expect(programOf(cmdline)).toBe(program);
  });
});

describe('memory', () => {
  const meminfo = [
    'MemTotal:       16000000 kB',
    'MemFree:         1000000 kB',
    'MemAvailable:    6000000 kB',
    'Buffers:          200000 kB',
    'Cached:          4000000 kB',
    'SwapTotal:             0 kB',
    'SwapFree:              0 kB',
    'Shmem:            500000 kB',
    'SReclaimable:     300000 kB',
    'HugePages_Total:       0',
  ].join('\n');

  test('the parts are disjoint and make up the whole', () => {
    const { memory, swap } = parseMemory(meminfo, null, noLimit);

    const { total, free, buffers, cached, shared, used } = memory;
    expect(free + buffers + cached + shared + used).toBe(total);
    expect(memory.available).toBe(6_000_000 * 1024);
    expect(memory.arc).toBeNull();
    expect(swap).toBeNull();
  });

  test('the cache of ZFS is no use by programs, and is available down to its least size', () => {
    const arcstats = '13 1 0x01 123 33456 1 2\nname type data\nc_min 4 1000000000\nsize 4 5000000000\n';

    const { memory } = parseMemory(meminfo, arcstats, noLimit);

    expect(memory.arc).toBe(5_000_000_000);
    expect(memory.available).toBe(6_000_000 * 1024 + 4_000_000_000);
    expect(memory.used).toBe(parseMemory(meminfo, null, noLimit).memory.used - 5_000_000_000);
  });

  test('a limit of the container bounds what is available; one beyond the machine is none', () => {
    const small = parseMemory(meminfo, null, { limit: 1_000_000_000, used: 900_000_000 }).memory;
    const none = parseMemory(meminfo, null, { limit: 9_223_372_036_854_771_712, used: 1 }).memory;

    expect(small).toMatchObject({ limit: 1_000_000_000, limitUsed: 900_000_000, available: 100_000_000 });
    expect(none).toMatchObject({ limit: null, limitUsed: null, available: 6_000_000 * 1024 });
  });

  test.each([
    ['max\n', null],
    ['1073741824\n', 1_073_741_824],
    ['', null],
    [null, null],
  ])('the limit %j', (text, bytes) => expect(parseLimit(text)).toBe(bytes));

  test.each([
    ['max 100000', null],
    ['150000 100000\n', 1.5],
    ['-1 100000', null],
    ['undefined ', null],
  ])('the processors of %j', (text, cpus) => expect(parseCpuLimit(text)).toBe(cpus));
});

describe('mounts', () => {
  const lines = [
    '22 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw',
    '23 22 8:2 /srv/data /mnt/bind rw - ext4 /dev/sda2 rw',
    '24 22 0:5 / /proc rw - proc proc rw',
    '25 22 0:30 / /run rw - tmpfs tmpfs rw',
    '26 22 7:1 / /snap/core/1 ro - squashfs /dev/loop1 ro',
    '27 22 0:40 /@ /data rw - btrfs /dev/sdb1 rw,subvol=/@',
    '28 22 0:41 /@home /data/home rw - btrfs /dev/sdb1 rw,subvol=/@home',
    '29 22 0:50 / /tank rw - zfs tank rw',
    '30 22 0:51 / /tank/media rw - zfs tank/media rw',
    '31 22 0:60 / /mnt/my\\040nas rw - nfs4 nas:/export rw',
    '32 22 0:61 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw,lowerdir=/l',
    '33 22 0:62 / /mnt/auto rw - autofs systemd-1 rw',
    '34 22 11:0 / /media/disc ro - iso9660 /dev/sr0 ro',
    '35 22 broken',
  ];

  test('one line for each real device, under its shortest whole mount', () => {
    expect(
      parseMounts(lines.join('\n')).map(({ mountPoint, type, kind }) => [mountPoint, type, kind]),
    ).toEqual([
      ['/', 'ext4', 'disk'],
      ['/data', 'btrfs', 'disk'],
      ['/media/disc', 'iso9660', 'disk'],
      ['/mnt/my nas', 'nfs4', 'network'],
      ['/tank', 'zfs', 'disk'],
    ]);
  });

  test('inside a container the root is told, the files that the engine mounts are not', () => {
    const inside = [
      '1 0 0:99 / / rw - overlay overlay rw',
      '2 1 8:2 /docker/x/hosts /etc/hosts rw - ext4 /dev/sda2 rw',
      '3 1 8:2 /docker/x/resolv.conf /etc/resolv.conf rw - ext4 /dev/sda2 rw',
      '4 1 8:3 /volumes/v/_data /data rw - xfs /dev/sda3 rw',
    ];

    expect(parseMounts(inside.join('\n')).map(({ mountPoint, kind }) => [mountPoint, kind])).toEqual([
      ['/', 'container-root'],
      ['/data', 'disk'],
    ]);
  });
});

test('disks are told without their partitions, loops and layers', () => {
  const row = (name: string) => `   8       0 ${name} 10 0 2000 30 40 0 4000 60 0 70 80`;
  const text = [
    'sda',
    'sda1',
    'nvme0n1',
    'nvme0n1p2',
    'loop3',
    'dm-0',
    'md0',
    'zram0',
    'mmcblk0',
    'mmcblk0p1',
  ]
    .map(row)
    .join('\n');

  const byName = parseDisks(text, []);
  const byFolder = parseDisks(text, ['sda', 'loop3', 'nvme0n1', 'dm-0']);

  expect(byName.map(({ name }) => name)).toEqual(['sda', 'nvme0n1', 'mmcblk0']);
  expect(byFolder.map(({ name }) => name)).toEqual(['sda', 'nvme0n1']);
  expect(byName[0]).toEqual({ name: 'sda', readBytes: 1_024_000, writtenBytes: 2_048_000, busyMs: 70 });
});

test('an interface without a space after its colon, or with a colon in its name, is read', () => {
  const text = [
    'Inter-|   Receive |  Transmit',
    ' face |bytes packets errs',
    'eth0:123456 9 1 2 0 0 0 0 654321 9 3 4 0 0 0 0',
    ' eth0:1: 5 0 0 0 0 0 0 0 6 0 0 0 0 0 0 0',
  ].join('\n');

  expect(
    parseInterfaces(text).map(({ name, receivedBytes, sentBytes, errors, dropped }) => {
      return [name, receivedBytes, sentBytes, errors, dropped];
    }),
  ).toEqual([
    ['eth0', 123_456, 654_321, 4, 6],
    ['eth0:1', 5, 6, 0, 0],
  ]);
});

test.each([
  ['PRETTY_NAME="Ubuntu 25.10"\nNAME=Ubuntu', 'Ubuntu 25.10'],
  ["NAME='Arch Linux'", 'Arch Linux'],
  ['NAME=Alpine', 'Alpine'],
  [null, 'Linux'],
])('the system of %j', (text, os) => expect(parseOs(text)).toBe(os));
