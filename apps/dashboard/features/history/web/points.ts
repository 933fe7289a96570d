import type { SeriesHistory } from '../contract.ts';

/** Columns of a chart: instants in seconds, and for each line a value or nothing. */
export interface Columns {
  at: number[];
  min: (number | null)[];
  mean: (number | null)[];
  max: (number | null)[];
  before: (number | null)[];
}

/** Figures of a span in short. */
export interface Summary {
  newest: number;
  mean: number;
  most: number;
}

/**
 * Points as columns; where more than a step and a half is missing the line breaks. `before` are the points of the span
 * before, which lie `shiftMs` earlier and are laid over it.
 */
export function columnsOf(
  series: SeriesHistory | undefined,
  before: SeriesHistory | undefined,
  shiftMs: number,
): Columns {
  const rows = new Map<number, { min: number; mean: number; max: number } | null>();
  const stepMs = (series?.stepSeconds ?? before?.stepSeconds ?? 10) * 1000;
  let last: number | null = null;
  for (const point of series?.points ?? []) {
    const at = Date.parse(point.at);
    if (last !== null && at - last > stepMs * 1.5) rows.set(last + stepMs, null);
    rows.set(at, point);
    last = at;
  }
  const earlier = new Map<number, number>();
  for (const { at, mean } of before?.points ?? []) {
    earlier.set(Math.round((Date.parse(at) + shiftMs) / stepMs) * stepMs, mean);
  }
  const instants = [...new Set([...rows.keys(), ...earlier.keys()])].toSorted((a, b) => a - b);
  return {
    at: instants.map((at) => at / 1000),
    min: instants.map((at) => rows.get(at)?.min ?? null),
    mean: instants.map((at) => rows.get(at)?.mean ?? null),
    max: instants.map((at) => rows.get(at)?.max ?? null),
    before: instants.map((at) => earlier.get(at) ?? null),
  };
}

/** Figures of a series in short; null when it has no point. */
export function summaryOf(series: SeriesHistory | undefined): Summary | null {
  const points = series?.points ?? [];
  const last = points.at(-1);
  if (last === undefined) return null;
  const sum = points.reduce((all, { mean }) => all + mean, 0);
  return { newest: last.mean, mean: sum / points.length, most: Math.max(...points.map(({ max }) => max)) };
}
