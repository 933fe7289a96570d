import type { Points } from './codec.ts';

/** A point in time; equal numbers at the finest resolution. */
export interface Point {
  /** Start of its step (ms since 1970). */
  at: number;
  min: number;
  mean: number;
  max: number;
}

/** Joins points into steps of `stepMs`; of each step the least of the least, the mean of the means, the most of the most. */
export function rollUp(points: Iterable<Point>, stepMs: number): Point[] {
  const steps: (Point & { count: number })[] = [];
  for (const { at, min, mean, max } of points) {
    const start = Math.floor(at / stepMs) * stepMs;
    const last = steps.at(-1);
    if (last === undefined || last.at !== start) {
      steps.push({ at: start, min, mean, max, count: 1 });
      continue;
    }
    last.min = Math.min(last.min, min);
    last.max = Math.max(last.max, max);
    last.mean += (mean - last.mean) / (last.count + 1);
    last.count += 1;
  }
  return steps.map(({ at, min, mean, max }) => ({ at, min, mean: Math.min(max, Math.max(min, mean)), max }));
}

/** Samples of an hour as points; what is not there is left out. */
export function* pointsOfSamples(samples: Float64Array, start: number, stepMs: number): Generator<Point> {
  for (const [place, value] of samples.entries()) {
    if (!Number.isNaN(value)) yield { at: start + place * stepMs, min: value, mean: value, max: value };
  }
}

/** A chunk's points in time. */
export function* pointsOfChunk(
  { places, min, mean, max }: Points,
  start: number,
  stepMs: number,
): Generator<Point> {
  for (const [n, place] of places.entries()) {
    yield { at: start + place * stepMs, min: min[n] ?? 0, mean: mean[n] ?? 0, max: max[n] ?? 0 };
  }
}

/** Points as places of the chunk that begins at `start`; of two at one place the later counts. */
export function toPlaces(points: Iterable<Point>, start: number, stepMs: number): Points {
  const byPlace = new Map<number, Point>();
  for (const point of points) byPlace.set(Math.round((point.at - start) / stepMs), point);
  const entries = [...byPlace].toSorted(([a], [b]) => a - b);
  return {
    places: entries.map(([place]) => place),
    min: entries.map(([, { min }]) => min),
    mean: entries.map(([, { mean }]) => mean),
    max: entries.map(([, { max }]) => max),
  };
}
