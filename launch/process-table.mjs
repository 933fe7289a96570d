// Identity of processes in /proc: a pid alone may by now be somebody else.
import { readFileSync } from 'node:fs';

/**
 * A process that outlives a reused pid: boot, pid and start time together name exactly one.
 * @typedef {{ name: string, pid: number, startedAt: string, bootId: string, script: string }} ProcessRecord
 */

/**
 * Describes a process that was just started; undefined when it has already ended.
 * @param {string} name
 * @param {number} pid
 * @param {string} script path that stands in its command line
 * @returns {ProcessRecord | undefined}
 */
export function describeProcess(name, pid, script) {
  const startedAt = startTime(pid);
  return startedAt === undefined ? undefined : { name, pid, startedAt, bootId: bootId(), script };
}

/**
 * Whether this very process still runs (a zombie does not).
 * @param {ProcessRecord} record
 */
export function isRunning(record) {
  return !hasEnded(record) && commandLine(record.pid).includes(record.script);
}

/**
 * Whether a process that was seen to run has ended. Its command line says nothing of that: the kernel takes it away first, while
 * files and sockets are still open.
 * @param {ProcessRecord} record
 */
export function hasEnded(record) {
  return record.bootId !== bootId() || startTime(record.pid) !== record.startedAt;
}

/** @param {number} pid */
function startTime(pid) {
  const stat = read(`/proc/${pid}/stat`);
  // The program's name stands in brackets and may itself hold brackets and blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === undefined || fields[0] === '' || fields[0] === 'Z' ? undefined : fields[19];
}

/** @param {number} pid */
function commandLine(pid) {
  return read(`/proc/${pid}/cmdline`).split('\0');
}

function bootId() {
  return read('/proc/sys/kernel/random/boot_id').trim();
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Gone, or hidden from us: in both cases it is not a process of ours.
    return '';
  }
}
