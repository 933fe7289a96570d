/** How a value stands to a rule: wrong, right, in the band between where nothing changes, or not known. */
export type Reading = 'bad' | 'between' | 'good' | 'missing';

/** What is remembered of a subject under a rule while it is not simply right. */
export interface Track {
  /** `pending` is wrong but not for long enough; `recovering` is right but not for long enough. */
  phase: 'pending' | 'firing' | 'recovering';
  /** Milliseconds that were looked at in this phase. */
  heldMs: number;
  /** Milliseconds in which nothing was known. */
  missingMs: number;
  /** When it was looked at last (ms since 1970). */
  at: number;
}

/** How long a rule waits. */
export interface Waits {
  forMs: number;
  recoverMs: number;
  /** Longer between two looks is a sleep, or a clock that was set: the time between was not looked at. */
  gapMs: number;
  /** After so long without a value a subject is taken to be gone; null keeps it. */
  goneMs: number | null;
}

/**
 * What comes of a look at a subject; null is right. Only time that was looked at counts, so a server that slept and a clock
 * that jumped neither fire nor recover anything by themselves.
 */
export function step(track: Track | null, reading: Reading, at: number, waits: Waits): Track | null {
  if (track === null) return reading === 'bad' ? begin(at, waits) : null;
  const passed = at - track.at;
  const isSeen = passed >= 0 && passed <= waits.gapMs;
  const elapsed = isSeen ? passed : 0;
  if (reading === 'missing') return withoutValue(track, elapsed, at, waits);
  const known = { ...track, missingMs: 0, at };
  switch (track.phase) {
    case 'pending': {
      if (reading !== 'bad') return null;
      const heldMs = isSeen ? track.heldMs + elapsed : 0;
      return heldMs >= waits.forMs ? { ...known, phase: 'firing', heldMs: 0 } : { ...known, heldMs };
    }
    case 'firing':
      if (reading !== 'good') return known;
      return waits.recoverMs === 0 ? null : { ...known, phase: 'recovering', heldMs: 0 };
    case 'recovering': {
      if (reading !== 'good') return { ...known, phase: 'firing', heldMs: 0 };
      const heldMs = isSeen ? track.heldMs + elapsed : 0;
      return heldMs >= waits.recoverMs ? null : { ...known, heldMs };
    }
    default:
      return track.phase satisfies never;
  }
}

/** What is known of an incident that was open when we began to look. */
export function resumed(at: number): Track {
  return { phase: 'firing', heldMs: 0, missingMs: 0, at };
}

/** Reads a value against a rule with hysteresis: between `threshold` and `recover` it is neither. */
export function readingOf(
  value: number,
  { wrong, threshold, recover }: { wrong: 'above' | 'below'; threshold: number; recover: number },
): Reading {
  if (!Number.isFinite(value)) return 'missing';
  const sign = wrong === 'above' ? 1 : -1;
  if (sign * value >= sign * threshold) return 'bad';
  return sign * value <= sign * recover ? 'good' : 'between';
}

function begin(at: number, { forMs }: Waits): Track {
  return { phase: forMs === 0 ? 'firing' : 'pending', heldMs: 0, missingMs: 0, at };
}

function withoutValue(track: Track, elapsed: number, at: number, { gapMs, goneMs }: Waits): Track | null {
  const missingMs = track.missingMs + elapsed;
  if (track.phase === 'pending') return missingMs > gapMs ? null : { ...track, missingMs, at };
  return goneMs !== null && missingMs >= goneMs ? null : { ...track, missingMs, at };
}
