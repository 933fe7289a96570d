import { join } from 'node:path';
import type { MigrationSet } from '@nebula/db';

export type { Point } from './roll-up.ts';
export {
  createSeries,
  type History,
  type HistoryQuery,
  type Sample,
  type Series,
  type SeriesKey,
} from './series.ts';
export { type Tier, tierFor, tiers } from './tiers.ts';

/** Tables of the series. */
export const seriesMigrations: MigrationSet = { id: 'series', dir: join(import.meta.dirname, 'migrations') };
