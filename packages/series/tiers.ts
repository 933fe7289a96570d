/** A resolution: seconds between two points, span of a chunk, and how long chunks are kept. */
export interface Tier {
  index: number;
  stepMs: number;
  spanMs: number;
  keepMs: number;
}

const second = 1000;
const hour = 3_600_000;
const day = 24 * hour;

/** The finest resolution: the samples themselves, 10 s apart. */
export const finest: Tier = { index: 0, stepMs: 10 * second, spanMs: hour, keepMs: day + hour };

/** Every resolution, finest first. */
export const tiers: readonly Tier[] = [
  finest,
  { index: 1, stepMs: 60 * second, spanMs: day, keepMs: 14 * day },
  { index: 2, stepMs: 600 * second, spanMs: 7 * day, keepMs: 90 * day },
  { index: 3, stepMs: hour, spanMs: 30 * day, keepMs: 730 * day },
];

/** When the span that holds `at` began (ms since 1970). */
export function spanStart({ spanMs }: Tier, at: number): number {
  return Math.floor(at / spanMs) * spanMs;
}

/**
 * The resolution for a look back: the finest that is kept long enough and needs at most `maxPoints` points; the coarsest
 * that is kept long enough when all need more.
 */
export function tierFor(fromMs: number, toMs: number, nowMs: number, maxPoints: number): Tier {
  const reaching = tiers.filter(({ keepMs }) => fromMs >= nowMs - keepMs);
  const candidates = reaching.length === 0 ? tiers.slice(-1) : reaching;
  const small = candidates.find(({ stepMs }) => (toMs - fromMs) / stepMs <= maxPoints);
  return small ?? candidates.at(-1) ?? finest;
}
