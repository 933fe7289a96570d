import { expect, test } from 'vitest';
import { unusedOf } from './overview.ts';

const gibibyte = 1024 ** 3;

test('much that nobody uses is told with what would be free at least; little, and what is not known, is not', () => {
  const totals = (reclaimableBytes: number | null) => ({ images: 9, unused: 3, reclaimableBytes });

  expect(unusedOf(totals(12.7 * gibibyte))).toMatchObject([
    {
      sentence: '3 images that nobody uses take at least 12 GiB.',
      path: '/images?ask=unused',
      severity: 'notice',
    },
  ]);
  expect([unusedOf(totals(gibibyte)), unusedOf(totals(null)), unusedOf(null)]).toEqual([[], [], []]);
});
