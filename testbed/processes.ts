import { readFileSync } from 'node:fs';

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  pid: number;
  /** Start time in clock ticks since boot: field 22 of /proc/PID/stat (proc(5)). */
  startTicks: string;
}

/** Identity of a running process, or null when there is none. */
export function identify(pid: number): ProcessIdentity | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces, so fields are counted from the last parenthesis.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTicks] = [fields[0], fields[19]];
    if (startTicks === undefined || state === 'Z' || state === 'X') return null;
    return { pid, startTicks };
  } catch {
    // The file is gone as soon as the process is.
    return null;
  }
}

/** Identity of this process. */
export function ownIdentity(): ProcessIdentity {
  const self = identify(process.pid);
  if (self === null) throw new Error('/proc does not show this process; the testbed runs on Linux.');
  return self;
}

/** Whether that very process still runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startTicks === identity.startTicks;
}

/** Identity that a file holds, or null when the file is missing or broken. */
export function readIdentity(file: string): ProcessIdentity | null {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('startTicks' in value))
      return null;
    const { pid, startTicks } = value;
    return typeof pid === 'number' && typeof startTicks === 'string' ? { pid, startTicks } : null;
  } catch {
    // Written in one go by its owner: a missing or cut file means that the owner did not get that far.
    return null;
  }
}

/** Sends a signal to that very process and answers whether it was there. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false;
  try {
    return process.kill(identity.pid, signal);
  } catch {
    // It ended between the look and the signal.
    return false;
  }
}
