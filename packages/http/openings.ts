import { type Actor, networkOf } from '@nebula/auth';
import { AppError } from '@nebula/errors';

/** What stays open for as long as its reader stays. */
export type OpeningKind = 'stream' | 'download';

/** Counts what a person has open at once, so that no one of them takes what all share: sockets, readers of the disk, memory. */
export interface Openings {
  /**
   * Counts one more; answers how to count it no more.
   *
   * @param address whose network is counted where nobody is signed in
   * @throws AppError RATE_LIMITED when a person has as many open as they may
   */
  open(kind: OpeningKind, actor: Actor, address: string): () => void;
}

/**
 * A page has one live stream and at most two beside it, and closes them while it is hidden; a browser has six at once to one
 * server. A download runs for minutes at most.
 */
const usual = { stream: 64, download: 8 } as const;
const retryAfterSeconds = 10;
const words = {
  stream: 'live streams open. Close pages that you do not look at',
  download: 'downloads running. Wait for one of them to end',
} as const;

/** See {@link Openings}. */
export function createOpenings(most: Record<OpeningKind, number> = usual): Openings {
  const counts = new Map<string, number>();
  return {
    open(kind, actor, address) {
      const key = `${kind} ${personOf(actor, address)}`;
      const count = counts.get(key) ?? 0;
      if (count >= most[kind]) {
        throw new AppError('RATE_LIMITED', `You have ${count} ${words[kind]}, then try again.`, {
          retryAfterSeconds,
        });
      }
      counts.set(key, count + 1);
      let isOpen = true;
      return () => {
        if (!isOpen) return;
        isOpen = false;
        const left = (counts.get(key) ?? 1) - 1;
        if (left === 0) counts.delete(key);
        else counts.set(key, left);
      };
    },
  };
}

/** All sessions and keys of a person count together. */
function personOf(actor: Actor, address: string): string {
  if (actor.kind === 'nobody') return `network:${networkOf(address)}`;
  if (actor.kind === 'apiKey' && actor.userId !== null) return `user:${actor.userId}`;
  return `${actor.kind}:${actor.id}`;
}
