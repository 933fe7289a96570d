import { existsSync } from 'node:fs';
import { readFile, statfs } from 'node:fs/promises';
import { isIP } from 'node:net';
import { dirname } from 'node:path';
import { run } from '@nebula/exec';
import { type Check, problem, ok, unknown, warning } from '../check.ts';

const mebibyte = 1024 * 1024;

/** Free space where the data lies. PostgreSQL stops when there is none. */
export const disk: Check = {
  id: 'disk',
  title: 'Free space',
  async look({ dataDir }) {
    const place = nearest(dataDir);
    const { bavail, blocks, bsize } = await statfs(place);
    const free = bavail * bsize;
    const share = Math.floor((bavail / Math.max(1, blocks)) * 100);
    const detail = `${size(free)} (${share} %) are free at ${place}.`;
    if (free < 256 * mebibyte) return problem(detail, 'Free space now: a full disk stops the database.');
    if (free < 2048 * mebibyte || share < 5)
      return warning(detail, 'Free space soon, or move the data to a larger disk.');
    return ok(detail);
  },
};

/** Free inodes where the data lies: a disk can be full of small files. */
export const inodes: Check = {
  id: 'inodes',
  title: 'Free inodes',
  async look({ dataDir }) {
    const place = nearest(dataDir);
    const { files, ffree } = await statfs(place);
    if (files === 0) return ok(`The file system at ${place} makes inodes as it needs them.`);
    const share = Math.floor((ffree / files) * 100);
    const detail = `${ffree} of ${files} inodes (${share} %) are free at ${place}.`;
    const next = 'Remove what consists of very many small files.';
    if (share < 1) return problem(detail, next);
    return share < 5 ? warning(detail, next) : ok(detail);
  },
};

/** Memory that programs can get without pushing others out (proc(5), MemAvailable). */
export const memory: Check = {
  id: 'memory',
  title: 'Free memory',
  async look() {
    const match = /^MemAvailable:\s+(\d+) kB$/m.exec(await readFile('/proc/meminfo', 'utf8'));
    if (match === null) return unknown('The kernel does not say how much memory is available.');
    const free = Number(match[1]) * 1024;
    const detail = `${size(free)} are available.`;
    if (free < 64 * mebibyte) return problem(detail, 'Stop something, or the kernel will.');
    return free < 256 * mebibyte ? warning(detail, 'NebulaCommand wants about 200 MiB.') : ok(detail);
  },
};

/** Whether a time service keeps the clock; certificates and one-time codes depend on it. */
export const clock: Check = {
  id: 'clock',
  title: 'Clock',
  async look(_subject, signal) {
    if (existsSync('/run/systemd/timesync/synchronized'))
      return ok('systemd-timesyncd keeps it synchronised.');
    const program = '/usr/bin/timedatectl';
    if (!existsSync('/run/systemd/system') || !existsSync(program)) {
      return unknown('Without systemd the kernel cannot be asked whether a time service keeps the clock.');
    }
    const args = ['show', '--property=NTPSynchronized', '--value'];
    const { code, stdout, stderr } = await run({ program, args }, { timeoutMs: 5000, signal });
    if (stdout.trim() === 'yes') return ok('The kernel says that it is synchronised.');
    if (stdout.trim() === 'no') {
      return warning(
        'The kernel says that it is not synchronised.',
        'Turn a time service on: `timedatectl set-ntp true`.',
      );
    }
    return unknown(`timedatectl ended with ${code}: ${stderr.trim() || 'no answer'}`);
  },
};

/** Whether name servers are configured; nobody is asked, since NebulaCommand works without the internet. */
export const names: Check = {
  id: 'dns',
  title: 'Name servers',
  async look() {
    const text = await readFile('/etc/resolv.conf', 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    });
    if (text === null) return problem('/etc/resolv.conf is missing.', 'Configure a name server.');
    const servers = [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].map((match) => match[1] ?? '');
    const good = servers.filter((server) => isIP(server.replace(/%.*$/, '')) !== 0);
    if (good.length > 0) return ok(`Configured: ${good.join(', ')}.`);
    return warning(
      '/etc/resolv.conf names no server, so names are asked of this machine itself.',
      'Configure a name server.',
    );
  },
};

/** The nearest directory above that exists. */
function nearest(path: string): string {
  return existsSync(path) || path === '/' ? path : nearest(dirname(path));
}

function size(bytes: number): string {
  return bytes < 1024 * mebibyte
    ? `${Math.floor(bytes / mebibyte)} MiB`
    : `${(bytes / mebibyte / 1024).toFixed(1)} GiB`;
}
