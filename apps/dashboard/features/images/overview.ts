import { type Attention, mattersOf, type OverviewPart } from '@nebula/runtime';
import type { ImageTotals } from './contract.ts';
import { imageMatters } from './contract-matters.ts';

const matter = mattersOf('images', imageMatters);
const gibibyte = 1024 ** 3;
/** Less is not worth anybody's time. */
const leastBytes = 5 * gibibyte;

/** What images give to the overview: that much could be free. The totals are those of the last time somebody, or the day's count, looked. */
export function imagesOverview(last: () => ImageTotals | null): OverviewPart {
  return {
    needs: 'images:operate',
    attention: async () => unusedOf(last()),
  };
}

/** What is to be told of totals; nothing where they are not known. */
export function unusedOf(totals: ImageTotals | null): Attention[] {
  const bytes = totals?.reclaimableBytes ?? 0;
  if (totals === null || bytes < leastBytes) return [];
  const values = { count: totals.unused, gibibytes: Math.floor(bytes / gibibyte) };
  return [matter('unused', values, { id: 'images.unused', severity: 'notice', path: '/images?ask=unused' })];
}
