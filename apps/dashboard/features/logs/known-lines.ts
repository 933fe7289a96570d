import type { LogLine } from '@nebula/docker';
import { keyOf } from './record.ts';
import type { Ring } from './ring.ts';

/** From where a log is asked for, and which of its lines are there already. */
export interface Resume {
  /** `seconds.nanoseconds`; null when nothing is known of the container. */
  since: string | null;
  /** Takes out of the first lines those that are kept already. */
  fresh(lines: LogLine[]): LogLine[];
}

/** Segments that are looked through for a container's last line. */
const mostLooked = 3;

/**
 * Where to go on with a container's log: at the time of its last line that is kept, or earlier when the clock stands before
 * that (it was set back, and the engine leaves out what is before the time asked for). What is kept from then on is known line
 * by line, so none is taken twice and none left out.
 */
export async function resumeOf(ring: Ring, containerId: string, notAfter: string): Promise<Resume> {
  const container = containerId.slice(0, 12);
  let looked = 0;
  let last: string | null = null;
  const kept = new Map<string, number>();
  await ring.visitBefore('9'.repeat(19), (lines) => {
    const own = lines.filter((line) => line.container === container && line.gap === null);
    const newest = own.at(-1);
    if (last === null && newest !== undefined) {
      const at = keyOf(newest.time);
      last = at < notAfter ? at : notAfter;
    }
    for (const line of own) {
      if (last === null || keyOf(line.time) < last) continue;
      const identity = identityOf(line);
      kept.set(identity, (kept.get(identity) ?? 0) + 1);
    }
    looked += 1;
    const oldest = lines[0];
    return looked < mostLooked && (last === null || oldest === undefined || keyOf(oldest.time) >= last);
  });
  const since = last === null ? null : secondsOf(last);
  return {
    since,
    fresh(lines) {
      if (kept.size === 0) return lines;
      return lines.filter((line) => {
        const identity = identityOf(line);
        const times = kept.get(identity);
        if (times === undefined) return true;
        if (times === 1) kept.delete(identity);
        else kept.set(identity, times - 1);
        return false;
      });
    },
  };
}

function identityOf({ time, stream, text }: Pick<LogLine, 'time' | 'stream' | 'text'>): string {
  return `${time} ${stream} ${text}`;
}

function secondsOf(key: string): string {
  return `${Number(key.slice(0, 10))}.${key.slice(10)}`;
}
