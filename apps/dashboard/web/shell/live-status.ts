/** How current the page is. */
export type LiveStatus = 'connecting' | 'live' | 'stale' | 'offline';

/** What the status is judged by; times in ms since 1970. */
export interface LiveFacts {
  /** Whether the browser has a network at all. */
  isOnline: boolean;
  /** Whether the connection stands, as far as the browser knows; one that died without a word still seems to. */
  isOpen: boolean;
  /** When the first connection was tried. */
  startedAt: number;
  /** When the server was last heard; null before the first time. */
  heardAt: number | null;
}

/** Silence after which what is shown may be old; the server speaks at least every 10 s. */
export const silenceMs = 15_000;

/** Judges how current the page is. A short break is `connecting`; only after the silence is what is shown called old. */
export function liveStatus({ isOnline, isOpen, startedAt, heardAt }: LiveFacts, now: number): LiveStatus {
  const isSilent = now - (heardAt ?? startedAt) >= silenceMs;
  if (isOpen && heardAt !== null && !isSilent) return 'live';
  if (!isOnline) return 'offline';
  return isSilent ? 'stale' : 'connecting';
}

/** How long to wait before the `attempt`th new try (from 1): 1 s, doubling, at most 30 s. */
export function retryDelay(attempt: number): number {
  return Math.min(30_000, 1000 * 2 ** (attempt - 1));
}
