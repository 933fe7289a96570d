/** How current the page is. */
export type LiveStatus = 'connecting' | 'live' | 'stale' | 'offline';

/** What the status is judged by; times in ms since 1970. */
export interface LiveFacts {
  /** Whether the browser has a network at all. */
  isOnline: boolean;
  /** When the first connection was tried. */
  startedAt: number;
  /** When the server was last heard; null before the first time. */
  heardAt: number | null;
}

/** Silence after which what is shown may be old; the server speaks at least every 10 s. */
export const silenceMs = 15_000;

/** Judges how current the page is. Before anything was heard it is `connecting`, for as long as silence is patient. */
export function liveStatus(facts: LiveFacts, now: number): LiveStatus {
  const lastSign = facts.heardAt ?? facts.startedAt;
  const isSilent = now - lastSign >= silenceMs;
  if (!isSilent) return facts.heardAt === null ? 'connecting' : 'live';
  return facts.isOnline ? 'stale' : 'offline';
}

/** How long to wait before the `attempt`th new try (from 1): 1 s, doubling, at most 30 s. */
export function retryDelay(attempt: number): number {
  return Math.min(30_000, 1000 * 2 ** (attempt - 1));
}
