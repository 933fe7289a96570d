import { existsSync } from 'node:fs';
import { readFile, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { run } from '@nebula/exec';
import { type Check, type Finding, ok, problem, unknown, warning } from '../check.ts';
import { askEngine, EngineInfo } from '../engine-facts.ts';

const mebibyte = 1024 * 1024;

/** Room on a file system. */
export interface Room {
  place: string;
  free: number;
  total: number;
}

/** Free space where the data lies. PostgreSQL stops when there is none. */
export const disk: Check = {
  id: 'disk',
  area: 'Machine',
  title: 'Free space',
  meaning: 'The database stops when the disk is full.',
  look: async ({ dataDir }) => judgeSpace(await spaceAt(dataDir)),
};

/** Free space where the engine keeps images and volumes. */
export const engineDisk: Check = {
  id: 'engine-disk',
  area: 'Docker',
  title: 'Space of the engine',
  meaning: 'Images, volumes and logs of containers fill this disk, and a full one stops them all.',
  async look(subject, signal) {
    const { value } = await askEngine(subject, '/info', EngineInfo, signal);
    if (value.DockerRootDir === '') return unknown('The engine does not say where it keeps its data.');
    const finding = judgeSpace(await spaceAt(value.DockerRootDir));
    return finding.next === undefined
      ? finding
      : {
          ...finding,
          next: 'See what uses it with `docker system df -v`; `docker image prune` removes images without a name.',
        };
  },
};

/** The verdict on free space, in bytes. */
export function judgeSpace({ place, free, total }: Room): Finding {
  const share = Math.floor((free / Math.max(1, total)) * 100);
  const detail = `${size(free)} (${share} %) are free at ${place}.`;
  if (free < 256 * mebibyte) {
    return problem(detail, 'Free space now: `du -xh --max-depth=2 / | sort -h` shows what uses it.');
  }
  if (free < 2048 * mebibyte || share < 5) {
    return warning(detail, 'Free space soon, or move the data to a larger disk.');
  }
  return ok(detail);
}

async function spaceAt(path: string): Promise<Room> {
  const place = nearest(path);
  const { bavail, blocks, bsize } = await statfs(place);
  return { place, free: bavail * bsize, total: blocks * bsize };
}

/** Free inodes where data and engine lie: a disk can be full of small files. */
export const inodes: Check = {
  id: 'inodes',
  area: 'Machine',
  title: 'Free inodes',
  meaning: 'A disk full of small files takes no new one, however much space is left.',
  async look({ dataDir }) {
    const place = nearest(dataDir);
    const { files, ffree } = await statfs(place);
    return judgeInodes({ place, free: ffree, total: files });
  },
};

/** The verdict on free inodes; a total of 0 means that the file system makes them as it needs them. */
export function judgeInodes({ place, free, total }: Room): Finding {
  if (total === 0) return ok(`The file system at ${place} makes inodes as it needs them.`);
  const share = Math.floor((free / total) * 100);
  const detail = `${free} of ${total} inodes (${share} %) are free at ${place}.`;
  const next = 'Find what consists of very many small files: `du --inodes -x --max-depth=2 / | sort -n`.';
  if (share < 1) return problem(detail, next);
  return share < 5 ? warning(detail, next) : ok(detail);
}

/** Memory that programs can get without pushing others out, and swap (proc(5), meminfo). */
export const memory: Check = {
  id: 'memory',
  area: 'Machine',
  title: 'Memory',
  meaning: 'When memory is used up the kernel ends programs, often the largest and not the guilty one.',
  look: async () => judgeMemory(await readFile('/proc/meminfo', 'utf8')),
};

/** The verdict on the text of /proc/meminfo. */
export function judgeMemory(meminfo: string): Finding {
  const bytes = (name: string) => {
    const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(meminfo);
    return match === null ? null : Number(match[1]) * 1024;
  };
  const free = bytes('MemAvailable');
  if (free === null) return unknown('The kernel does not say how much memory is available.');
  const swap = bytes('SwapTotal') ?? 0;
  const swapFree = bytes('SwapFree') ?? 0;
  const words = swap === 0 ? 'there is no swap' : `${size(swapFree)} of ${size(swap)} swap are free`;
  const detail = `${size(free)} are available, ${words}.`;
  const look = '`ps aux --sort=-rss | head` shows who uses most.';
  if (free < 64 * mebibyte) return problem(detail, `Stop something, or the kernel will: ${look}`);
  if (free < 256 * mebibyte) return warning(detail, `NebulaCommand wants about 200 MiB: ${look}`);
  if (swap > 0 && swapFree < swap * 0.1) {
    return warning(detail, `Swap is nearly full, so memory was short before: ${look}`);
  }
  return ok(detail);
}

/** What is known of who keeps the clock. */
export interface ClockFacts {
  /** Name of a service that says it keeps the clock; null when none does. */
  service: string | null;
  /** Answer of timedatectl; null without systemd. */
  kernel: string | null;
}

/** Whether a time service keeps the clock; certificates and one-time codes depend on it. */
export const clock: Check = {
  id: 'clock',
  area: 'Machine',
  title: 'Clock',
  meaning: 'Certificates and one-time codes are refused when the clock is wrong.',
  async look(_subject, signal) {
    const service = Object.entries(timeServices).find(([path]) => existsSync(path))?.[1] ?? null;
    return judgeClock({ service, kernel: service === null ? await kernelSays(signal) : null });
  },
};

/** Files that a time service keeps while it runs (systemd-timesyncd: once it has synchronised). */
const timeServices: Record<string, string> = {
  '/run/systemd/timesync/synchronized': 'systemd-timesyncd',
  '/run/chrony/chronyd.pid': 'chronyd',
  '/run/ntpd.pid': 'ntpd',
};

/** The verdict on who keeps the clock. */
export function judgeClock({ service, kernel }: ClockFacts): Finding {
  if (service !== null) return ok(`${service} keeps it.`);
  if (kernel === null) {
    return unknown('Without systemd the kernel cannot be asked whether a time service keeps the clock.');
  }
  if (kernel === 'yes') return ok('The kernel says that it is synchronised.');
  if (kernel !== 'no') return unknown(`timedatectl says ${JSON.stringify(kernel)}.`);
  return warning(
    'The kernel says that it is not synchronised.',
    'Turn a time service on: `timedatectl set-ntp true`.',
  );
}

async function kernelSays(signal: AbortSignal): Promise<string | null> {
  const program = '/usr/bin/timedatectl';
  if (!existsSync('/run/systemd/system') || !existsSync(program)) return null;
  const args = ['show', '--property=NTPSynchronized', '--value'];
  const { stdout, stderr } = await run({ program, args }, { timeoutMs: 5000, signal });
  return stdout.trim() || stderr.trim() || 'nothing';
}

/** The nearest directory above that exists. */
function nearest(path: string): string {
  return existsSync(path) || path === '/' ? path : nearest(dirname(path));
}

function size(bytes: number): string {
  return bytes < 1024 * mebibyte
    ? `${Math.floor(bytes / mebibyte)} MiB`
    : `${(bytes / mebibyte / 1024).toFixed(1)} GiB`;
}
