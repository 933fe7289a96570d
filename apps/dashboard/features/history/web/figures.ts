import { formatBytes, formatPercent } from '@nebula/ui';
import { copy } from './copy.ts';

const rates = new Set(['received', 'sent', 'read', 'written']);
const sizes = new Set(['memory', 'swap', 'used']);

/** Metrics in the order they are shown. */
export const metricOrder = [
  'cpu',
  'memory',
  'received',
  'sent',
  'read',
  'written',
  'load',
  'swap',
  'used',
  'temperature',
] as const;

/** What a metric is called; its own name when it is new here. */
export function metricName(metric: string): string {
  const known = metricOrder.find((name) => name === metric);
  return known === undefined ? metric : copy.metrics[known];
}

/** A value of a metric with its unit. */
export function figureOf(metric: string, value: number): string {
  if (metric === 'cpu') return formatPercent(value);
  if (rates.has(metric)) return copy.perSecond(formatBytes(value));
  if (sizes.has(metric)) return formatBytes(value);
  if (metric === 'temperature') return copy.celsius(value.toFixed(1));
  return value.toFixed(2);
}

/** How far the scale of a metric reaches at least. */
export function leastTopOf(metric: string): number {
  return rates.has(metric) || sizes.has(metric) ? 1024 : 1;
}
