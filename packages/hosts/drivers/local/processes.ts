import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ProcessCounters, ProcessOwner, ProcessTable } from '../../index.ts';
import { count, parseUptime } from './cpu.ts';
import type { Tree } from './tree.ts';

/** Processes read before others get their turn. */
const atOnce = 64;

/** Every process with its counters. */
export async function readProcesses(tree: Tree, pageBytes: number): Promise<ProcessTable> {
  const processes: ProcessCounters[] = [];
  let zombies = 0;
  const pids = tree.names('/proc').filter((name) => /^\d+$/.test(name));
  for (const [index, pid] of pids.entries()) {
    if (index % atOnce === atOnce - 1) await nextTurn();
    const process = parseProcess(tree.text(`/proc/${pid}/stat`) ?? '', pageBytes);
    if (process === null) continue;
    if (process.state === 'Z') zombies += 1;
    processes.push(process);
  }
  return { uptimeSeconds: parseUptime(tree.text('/proc/uptime') ?? ''), processes, zombies };
}

/** Reads `/proc/PID/stat` (proc_pid_stat(5)); the name may hold spaces and brackets, so the last bracket ends it. */
export function parseProcess(text: string, pageBytes: number): ProcessCounters | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  const pid = count(text.slice(0, Math.max(0, open)).trim());
  const fields = text.slice(close + 2).split(/\s+/);
  if (open === -1 || close < open || pid === 0 || fields.length < 22) return null;
  return {
    pid,
    name: plain(text.slice(open + 1, close)),
    state: fields[0] ?? '?',
    cpuTicks: count(fields[11]) + count(fields[12]),
    threads: count(fields[17]),
    startTicks: count(fields[19]),
    residentBytes: count(fields[21]) * pageBytes,
  };
}

/** Whose a process is; null when it has ended. */
export function readOwner(tree: Tree, pid: number, users: ReadonlyMap<number, string>): ProcessOwner | null {
  const status = tree.text(`/proc/${pid}/status`);
  const uid = /^Uid:\s+\d+\s+(\d+)/m.exec(status ?? '')?.[1];
  if (uid === undefined) return null;
  return {
    program: programOf(tree.text(`/proc/${pid}/cmdline`) ?? ''),
    user: users.get(Number(uid)) ?? uid,
    containerId: parseContainerId(tree.text(`/proc/${pid}/cgroup`) ?? ''),
  };
}

/** Of the command line only the program: arguments may hold secrets. A title that a program wrote over it is no program. */
export function programOf(cmdline: string): string | null {
  const first = cmdline.split('\0')[0] ?? '';
  const name = first.slice(first.lastIndexOf('/') + 1);
  return /^[\w.+@-]{1,64}$/.test(name) ? name : null;
}

/** The container that a control group's path names: engines put its whole id there, below a parent that may be anything. */
export function parseContainerId(cgroup: string): string | null {
  return /[/-]([0-9a-f]{64})(?:\.scope)?(?:\/|$)/m.exec(cgroup)?.[1] ?? null;
}

/** Names by user id, from `/etc/passwd`. */
export function parseUsers(text: string): Map<number, string> {
  const users = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name = '', , id = ''] = line.split(':');
    if (name !== '' && /^\d+$/.test(id) && !users.has(Number(id))) users.set(Number(id), plain(name));
  }
  return users;
}

/** A process names itself, so its name may be anything. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '\uFFFD').toWellFormed();
}
