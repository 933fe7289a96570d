/** One star: its place as a share of the sky, size in CSS pixels, hue, and how it twinkles and drifts. */
export interface Star {
  x: number;
  y: number;
  radius: number;
  hue: 'plain' | 'warm' | 'cool';
  /** Mean opacity, 0 to 1. */
  glow: number;
  /** How much the opacity swings around `glow`. */
  swing: number;
  /** Seconds of one twinkle; at least 3, so nothing flashes. */
  period: number;
  /** Where in the twinkle it starts, 0 to 1. */
  phase: number;
  /** Share of the sky's width it drifts per second. */
  drift: number;
}

/** Most stars there are: fewer on a phone, where they cost more and show less. */
export function starCount(width: number, height: number): number {
  return width < 720 ? 90 : Math.min(220, Math.round((width * height) / 5200));
}

/** Makes `count` stars; `random` answers numbers from 0 to 1 (exclusive), so a seed gives the same sky. */
export function makeStars(count: number, random: () => number): Star[] {
  return Array.from({ length: count }, () => {
    const depth = random() ** 2.2;
    const hue = random();
    return {
      x: random(),
      y: random(),
      radius: 0.5 + depth * 1.1,
      hue: hue < 0.08 ? 'warm' : hue < 0.3 ? 'cool' : 'plain',
      glow: 0.3 + depth * 0.45,
      swing: 0.06 + random() * 0.16,
      period: 8 + random() * 10,
      phase: random(),
      drift: 0.0001 + depth * 0.0003,
    };
  });
}

/** Opacity of a star `seconds` after the start, 0 to 1. */
export function starOpacity(star: Star, seconds: number): number {
  const wave = Math.sin((seconds / star.period + star.phase) * 2 * Math.PI);
  return Math.min(1, Math.max(0, star.glow + star.swing * wave));
}

/** Where a star is after `seconds`, as a share of the width; it comes back at the other side. */
export function starX(star: Star, seconds: number): number {
  return (star.x + star.drift * seconds) % 1;
}

/** A small seeded generator of numbers from 0 to 1 (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
