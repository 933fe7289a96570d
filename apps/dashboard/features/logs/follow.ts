import type { Clock } from '@nebula/clock';
import type { Docker, LogLine } from '@nebula/docker';
import { DriverError } from '@nebula/errors';
import { resumeOf } from './known-lines.ts';
import type { Live } from './live.ts';
import { keyOfInstant, timeOf } from './record.ts';
import type { Ring } from './ring.ts';

/** What following one container needs. */
export interface FollowOptions {
  docker: Docker;
  clock: Clock;
  live: Live;
  ring: Ring;
  containerId: string;
  /** Whether it may have written lines before anybody looked; then only its last are taken. */
  isOld: boolean;
  /** Waits for more, or only takes what is there. */
  isRunning: boolean;
  /** Called with the time from which the engine was asked; null for all. */
  onOpen(since: string | null): void;
}

/** Of a log that nobody followed so far, and of which much may be there. */
const firstLines = 2000;
/** A container that writes more in a second is cut; the rest is counted. */
export const mostLinesPerSecond = 5000;
const mostBytesPerSecond = 8 * 1024 * 1024;
const tellAfterMs = 1000;
/** A clock that was set back is noticed within a minute; what was written since then is asked for. */
const lookBackMs = 90_000;

/**
 * Takes a container's lines into its ring and tells who listens, until the log ends or the signal aborts. Throws a DriverError:
 * `unavailable` when the engine goes, `rejected` when the log cannot be read.
 */
export async function followOne(options: FollowOptions, signal: AbortSignal): Promise<void> {
  const { docker, clock, live, ring, containerId, isOld, isRunning } = options;
  const { since, fresh } = await resumeOf(
    ring,
    containerId,
    keyOfInstant(new Date(clock.now().getTime() - lookBackMs)),
  );
  options.onOpen(since);
  const rate = rateLimit();
  let isTelling = false;
  let lastTime = timeOf(keyOfInstant(clock.now()));
  const tail = since === null && isOld ? firstLines : null;

  function tellGap(lost: number): void {
    if (lost > 0) live.lines(ring.app, [ring.appendGap(containerId, lastTime, 'too-fast', lost)]);
  }

  /** After a flood there may be no line that would tell of it. */
  async function tellSoon(): Promise<void> {
    if (isTelling) return;
    isTelling = true;
    await clock.sleep(tellAfterMs, signal).catch(() => undefined);
    isTelling = false;
    tellGap(rate.lost());
  }

  for await (const lines of docker.logs(containerId, { since, tail, follow: isRunning }, signal)) {
    let taken = 0;
    for (const piece of rate.take(fresh(lines))) {
      tellGap(piece.lostBefore);
      if (piece.lines.length > 0) live.lines(ring.app, ring.append(containerId, piece.lines));
      lastTime = piece.lines.at(-1)?.time ?? lastTime;
      taken += piece.lines.length;
    }
    if (taken < lines.length) void tellSoon();
    while (ring.isFull() && !signal.aborted) {
      // The engine waits with us; where the disk refuses, the ring lets the oldest go.
      const isWritten = await ring.flush().then(
        () => true,
        () => false,
      );
      if (!isWritten) break;
    }
  }
  tellGap(rate.lost());
}

/** Lines in order, and how many are missing before them. */
interface Piece {
  lostBefore: number;
  lines: LogLine[];
}

interface Rate {
  take(lines: LogLine[]): Piece[];
  /** How many were left out since it was last told; forgets them. */
  lost(): number;
}

/** Counts by the second in which lines were written, so that what is read later is not cut for being read fast. */
function rateLimit(): Rate {
  let second = '';
  let count = 0;
  let bytes = 0;
  let lost = 0;
  function told(): number {
    const number = lost;
    lost = 0;
    return number;
  }
  return {
    take(lines) {
      let piece: Piece = { lostBefore: 0, lines: [] };
      const pieces = [piece];
      for (const line of lines) {
        const own = line.time.slice(0, 19);
        if (own !== second) {
          if (lost > 0) pieces.push((piece = { lostBefore: told(), lines: [] }));
          [second, count, bytes] = [own, 0, 0];
        }
        if (count >= mostLinesPerSecond || bytes >= mostBytesPerSecond) {
          lost += 1;
          continue;
        }
        count += 1;
        bytes += line.text.length;
        piece.lines.push(line);
      }
      return pieces;
    },
    lost: told,
  };
}

/** Whether the engine has gone, which passes; anything else it says is about this log. */
export function isEngineAway(error: unknown): boolean {
  return error instanceof DriverError && error.kind === 'unavailable';
}
