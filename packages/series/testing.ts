import type { Database } from '@nebula/db';
import { encodePoints } from './codec.ts';
import type { SeriesKey } from './series.ts';
import { type Point, rollUp, toPlaces } from './roll-up.ts';
import { addSeries, allSeries, type ChunkRow, putChunks } from './store.ts';
import { finest, spanStart, tiers } from './tiers.ts';

/**
 * Fills a database as years of recording would have: every resolution of each series, back from `now` for as long as it is
 * kept. `valueAt` gives the value of a series at a step; coarser points spread around it as samples do.
 */
export async function fillSeries(
  database: Database,
  keys: SeriesKey[],
  now: Date,
  valueAt: (series: number, step: number) => number,
): Promise<void> {
  await addSeries(database.sql, keys, new Date(now.getTime() - 730 * 86_400_000));
  const rows = await allSeries(database.sql);
  for (const [index, { id }] of rows.entries()) {
    const chunks: ChunkRow[] = [];
    for (const tier of tiers) {
      const first = now.getTime() - tier.keepMs;
      for (let start = spanStart(tier, first); start < now.getTime(); start += tier.spanMs) {
        const points: Point[] = [];
        for (let at = start; at < start + tier.spanMs && at < now.getTime(); at += tier.stepMs) {
          const step = at / tier.stepMs;
          const samples = tier.index === finest.index ? 1 : 6;
          const spread = Array.from({ length: samples }, (_, n) => valueAt(index, step + n / samples));
          points.push(
            ...rollUp(
              spread.map((value) => ({ at, min: value, mean: value, max: value })),
              tier.stepMs,
            ),
          );
        }
        const data = encodePoints(toPlaces(points, start, tier.stepMs), tier.index === finest.index);
        chunks.push({ seriesId: id, tier: tier.index, startsAt: new Date(start), data });
      }
    }
    await putChunks(database.sql, chunks);
  }
}
