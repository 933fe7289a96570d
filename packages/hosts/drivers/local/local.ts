import { statfs } from 'node:fs/promises';
import type { Clock } from '@nebula/clock';
import type { Host, HostCounters } from '../../index.ts';
import { parseLoad, parsePressure, parseStat, parseUptime } from './cpu.ts';
import { parseDisks } from './disks.ts';
import { type AskSpace, createSpaceReader } from './filesystems.ts';
import { readIdentity } from './identity.ts';
import { parseCpuLimit, parseLimit, parseMemory } from './memory.ts';
import { parseMounts } from './mounts.ts';
import { readInterfaces } from './network.ts';
import { parseUsers, readOwner, readProcesses } from './processes.ts';
import { createTemperatureReader } from './temperatures.ts';
import { openTree, type Tree } from './tree.ts';

/** How the machine is read; a test gives another root and answers for statfs(2). */
export interface LocalHostOptions {
  clock: Clock;
  /** Directory that `/proc`, `/sys` and `/etc` lie in. */
  root?: string;
  askSpace?: AskSpace;
  /** Milliseconds that a file system may take to answer. */
  patienceMs?: number;
}

/** The machine we run on. */
export function openLocalHost(options: LocalHostOptions): Host {
  const { clock, root = '/', askSpace = (path) => statfs(path), patienceMs = 2000 } = options;
  const tree = openTree(root);
  const identity = readIdentity(tree, process.arch);
  const readSpace = createSpaceReader(askSpace, patienceMs);
  const readTemperatures = createTemperatureReader(tree, () => clock.now());
  let users: Map<number, string> | null = null;
  return {
    identity: () => identity,
    counters: () => readCounters(tree, clock.now(), identity.container !== null),
    filesystems: () => readSpace(parseMounts(tree.text('/proc/self/mountinfo') ?? '')),
    temperatures: readTemperatures,
    async processes() {
      users = null;
      return await readProcesses(tree, pageBytes(tree));
    },
    processOwner(pid) {
      users ??= parseUsers(tree.text('/etc/passwd') ?? '');
      return readOwner(tree, pid, users);
    },
  };
}

function readCounters(tree: Tree, at: Date, isContainer: boolean): HostCounters {
  const stat = parseStat(tree.text('/proc/stat') ?? '');
  const limit = isContainer ? readLimits(tree) : { memory: { limit: null, used: null }, cpu: null };
  const meminfo = tree.text('/proc/meminfo') ?? '';
  const { memory, swap } = parseMemory(meminfo, tree.text('/proc/spl/kstat/zfs/arcstats'), limit.memory);
  const [open, , most] = (tree.text('/proc/sys/fs/file-nr') ?? '').trim().split(/\s+/).map(Number);
  return {
    at,
    uptimeSeconds: parseUptime(tree.text('/proc/uptime') ?? ''),
    cpu: { total: stat.total, cores: stat.cores },
    cpuLimit: limit.cpu,
    load: parseLoad(tree.text('/proc/loadavg') ?? ''),
    tasks: { running: stat.running, blocked: stat.blocked },
    memory,
    swap,
    pressure: {
      cpu: parsePressure(tree.text('/proc/pressure/cpu')),
      memory: parsePressure(tree.text('/proc/pressure/memory')),
      io: parsePressure(tree.text('/proc/pressure/io')),
    },
    disks: parseDisks(tree.text('/proc/diskstats') ?? '', tree.names('/sys/block')),
    interfaces: readInterfaces(tree),
    files: open === undefined || most === undefined || Number.isNaN(open) ? null : { open, limit: most },
  };
}

/** Limits of our own control group: a container sees it as the root of the hierarchy, in version 2 or 1. */
function readLimits(tree: Tree) {
  const dir = '/sys/fs/cgroup';
  const limit = tree.text(`${dir}/memory.max`) ?? tree.text(`${dir}/memory/memory.limit_in_bytes`);
  const used = tree.text(`${dir}/memory.current`) ?? tree.text(`${dir}/memory/memory.usage_in_bytes`);
  const quota = tree.text(`${dir}/cpu/cpu.cfs_quota_us`)?.trim();
  const cpu = tree.text(`${dir}/cpu.max`) ?? `${quota} ${tree.text(`${dir}/cpu/cpu.cfs_period_us`) ?? ''}`;
  return { memory: { limit: parseLimit(limit), used: parseLimit(used) }, cpu: parseCpuLimit(cpu) };
}

/** Memory comes in pages of 4, 16 or 64 KiB, and a process's own map names their size. */
function pageBytes(tree: Tree): number {
  const kib = /^KernelPageSize:\s+(\d+) kB/m.exec(tree.start('/proc/self/smaps', 4096) ?? '')?.[1];
  return kib === undefined ? 4096 : Number(kib) * 1024;
}
