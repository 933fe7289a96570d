import { texts } from './texts.ts';

const unitNames = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Bytes in the largest binary unit that keeps the number at or above 1: `512 B`, `1.5 MiB`, `12 GiB`. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 1023.5 && unit < unitNames.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${unitNames[unit]}`;
}

/** A percentage with one decimal below 100 and none above: `0.4 %`, `37.5 %`, `212 %`. */
export function formatPercent(percent: number): string {
  const value = Math.max(0, percent);
  return `${value.toFixed(value >= 99.95 ? 0 : 1)} %`;
}

/** A span of `ms` milliseconds in its two largest units: `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return pair(Math.floor(whole / 60), 'min', whole % 60, 's');
  if (whole < 86_400) return pair(Math.floor(whole / 3600), 'h', Math.floor((whole % 3600) / 60), 'min');
  return pair(Math.floor(whole / 86_400), 'd', Math.floor((whole % 86_400) / 3600), 'h');
}

/** How far `at` is from `now` (both in ms since 1970), as people say it: `just now`, `4 min ago`, `in 3 days`. */
export function formatRelative(at: number, now: number): string {
  const distance = Math.abs(now - at);
  if (distance < 10_000) return texts.justNow;
  const span = largestSpan(distance);
  return at <= now ? texts.ago(span) : texts.ahead(span);
}

/** An instant in full, in the reader's own time zone: `26 Nov 2026, 14:03:09 GMT+1`. */
export function formatInstant(at: number): string {
  return instantFormat.format(at);
}

const instantFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

const spans = [
  [365 * 86_400_000, 'year'],
  [30 * 86_400_000, 'month'],
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'min'],
] as const;

function largestSpan(distance: number): string {
  for (const [ms, unit] of spans) {
    if (distance >= ms) return texts.spans[unit](Math.floor(distance / ms));
  }
  return texts.spans.s(Math.floor(distance / 1000));
}
