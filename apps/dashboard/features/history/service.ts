import { AppError } from '@nebula/errors';
import type { Clock } from '@nebula/clock';
import type { Log } from '@nebula/log';
import type { Measure } from '@nebula/runtime';
import type { Sample, Series } from '@nebula/series';
import type { SeriesHistory } from './contract.ts';

interface Deps {
  series: Series;
  clock: Clock;
  log: Log;
  measures: ReadonlyMap<string, () => Iterable<Measure>>;
  hostId: string;
}

interface Query {
  subjects?: string[] | undefined;
  metrics?: string[] | undefined;
  from: string;
  to?: string | undefined;
  points: number;
}

const everyMs = 10_000;
const mostSeries = 500;

/** The verbs of the history; see README. */
export function createHistory({ series, clock, log, measures, hostId }: Deps) {
  function* samples(): Generator<Sample> {
    for (const [feature, read] of measures) {
      try {
        for (const measure of read()) yield { hostId, ...measure };
      } catch (error) {
        log.warn({ error, feature }, 'figures of a feature could not be taken');
      }
    }
  }

  return {
    subjects() {
      const bySubject = Map.groupBy(series.keys(hostId), ({ subject }) => subject);
      return {
        items: [...bySubject].map(([subject, keys]) => ({
          subject,
          metrics: keys.map(({ metric }) => metric),
        })),
      };
    },

    async query({ from, to, points, ...which }: Query) {
      const [begin, end] = [new Date(from), to === undefined ? clock.now() : new Date(to)];
      if (begin >= end) {
        const message = 'The beginning must be before the end.';
        throw new AppError('BAD_INPUT', message, { fields: [{ path: 'query.from', message }] });
      }
      const found = await series.query({ hostId, ...which, from: begin, to: end, maxPoints: points });
      const shown: SeriesHistory[] = found.slice(0, mostSeries).map(({ key, stepMs, points: own }) => ({
        subject: key.subject,
        metric: key.metric,
        stepSeconds: stepMs / 1000,
        points: own.map((point) => ({ ...point, at: new Date(point.at).toISOString() })),
      }));
      return { from: begin.toISOString(), to: end.toISOString(), series: shown };
    },

    /** Takes the newest figures every ten seconds until the signal aborts. */
    async collect(signal: AbortSignal): Promise<void> {
      while (!signal.aborted) {
        series.record(samples());
        await clock.sleep(everyMs, signal).catch(() => undefined);
      }
    },
  };
}
