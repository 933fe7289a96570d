import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

/** A worker as run rows name it: boot, process namespace, user, process, its start, and an id of its own. */
export function workerIdentity(): string {
  const started = startOf(process.pid);
  return [machineSpan(), process.getuid?.() ?? 0, process.pid, started ?? 0, randomUUID()].join('/');
}

/**
 * True when the process of `worker` surely runs no more: it was of our machine, boot and process namespace, we may see it,
 * and it is not there. False proves nothing.
 */
export function isProvenGone(worker: string, me: string): boolean {
  const [boot, namespace, uid, pid, start] = worker.split('/');
  const [myBoot, myNamespace, myUid] = me.split('/');
  if (boot !== myBoot || namespace !== myNamespace || boot === unknownSpan) return false;
  // Other users' processes may be hidden from us (proc's hidepid).
  if (uid !== myUid && myUid !== '0') return false;
  return startOf(Number(pid)) !== start;
}

const unknownSpan = 'unknown';

function machineSpan(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '')}`;
  } catch {
    // Without /proc a worker's end is noticed by its missing heartbeats only.
    return `${unknownSpan}/${unknownSpan}`;
  }
}

/** Start of a process in clock ticks since boot (proc(5), stat field 22); null when it has ended. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return null;
    throw error;
  }
}
