import { systemClock } from '@nebula/clock';
import { startTestCluster } from '@nebula/db/test-cluster';
import { testDatabase } from '@nebula/db/testing';
import { createLog } from '@nebula/log';
import { createSeries, seriesMigrations } from '@nebula/series';
import { fillSeries } from '@nebula/series/testing';
import type { BenchOptions, Figure } from './bench.ts';
import { rounded } from './measure.ts';

const seriesCount = 400;
const quickCount = 40;
const queries = 200;

/** P9: disk of 400 series in four resolutions over two years, and how long a look back over 24 hours takes. */
export async function run({ quick, signal }: BenchOptions): Promise<Figure[]> {
  await using cluster = await startTestCluster();
  const connection = cluster.postgres.connection('postgres');
  if (!('socketDir' in connection)) throw new TypeError('the embedded database is reached by its socket');
  const { socketDir, user, password } = connection;
  await using database = await testDatabase({ socketDir, user, password }, [seriesMigrations]);
  const count = quick ? quickCount : seriesCount;
  const keys = Array.from({ length: count }, (_, n) => ({
    hostId: 'local',
    subject: `app/app-${Math.floor(n / 4)}`,
    metric: ['cpu', 'memory', 'received', 'written'][n % 4] ?? 'cpu',
  }));
  await fillSeries(database, keys, new Date(), valueOf());
  signal.throwIfAborted();
  await database.pool.query('vacuum (full, analyze) series_chunks');
  const { rows } = await database.pool.query<{ bytes: string }>(
    "select (pg_total_relation_size('series_chunks') + pg_total_relation_size('series'))::text as bytes",
  );
  const mib = (Number(rows[0]?.bytes ?? 0) / 1024 / 1024) * (seriesCount / count);

  const series = createSeries({
    database,
    clock: systemClock,
    log: createLog({ service: 'bench', level: 'error' }),
  });
  await series.expire();
  const times: number[] = [];
  for (let n = 0; n < queries; n += 1) {
    signal.throwIfAborted();
    const to = new Date();
    const from = new Date(to.getTime() - 86_400_000);
    const key = keys[(n * 7) % keys.length];
    const begun = performance.now();
    const found = await series.query({
      hostId: 'local',
      subjects: [key?.subject ?? ''],
      metrics: [key?.metric ?? ''],
      from,
      to,
      maxPoints: 10_000,
    });
    times.push(performance.now() - begun);
    if ((found[0]?.points.length ?? 0) < 8000) throw new Error('a day of samples was expected');
  }
  times.sort((a, b) => a - b);
  const p95 = rounded(times[Math.floor(times.length * 0.95)] ?? Number.NaN);
  const points = 8640 + 3 * (20_160 + 12_960 + 17_520);
  const detail = `${count} series were filled${count === seriesCount ? '' : ` and the size is scaled to ${seriesCount}`}; ${rounded((mib * 1024 * 1024) / seriesCount / points)} bytes a value; noisy figures (processor, memory, two rates); a look back of 24 h gives every sample, 8,640`;
  return [
    {
      id: 'P9',
      what: 'Disk of the history',
      figure: rounded(mib),
      unit: 'MiB',
      target: '<= 256',
      met: mib <= 256,
      detail,
    },
    {
      id: 'P9',
      what: 'Look back over 24 h, p95',
      figure: p95,
      unit: 'ms',
      target: '<= 50',
      met: p95 <= 50,
      detail: '',
    },
  ];
}

/** Figures as machines make them: a daily swing, a slow walk, and noise. */
function valueOf(): (series: number, step: number) => number {
  const walks = new Map<number, number>();
  return (series, step) => {
    const noise = Math.random();
    const swing = 1 + 0.3 * Math.sin(step / 500);
    switch (series % 4) {
      case 0:
        return swing * (5 + series / 20) * (0.6 + 0.8 * noise) + (noise > 0.98 ? 60 : 0);
      case 1: {
        const walk = (walks.get(series) ?? 2e8) + (noise - 0.5) * 2e5;
        walks.set(series, walk);
        return Math.round(walk);
      }
      default:
        return Math.round(noise > 0.3 ? swing * 1e4 * Math.exp(3 * noise) : 0);
    }
  };
}
