import { type Clock, repeat } from '@nebula/clock';
import type { Database, Sql } from '@nebula/db';
import type { Log } from '@nebula/log';
import { decodePoints, encodePoints } from './codec.ts';
import { createOpenHours } from './open-hours.ts';
import { type Point, pointsOfChunk, pointsOfSamples, rollUp, toPlaces } from './roll-up.ts';
import {
  addSeries,
  allSeries,
  type ChunkRow,
  chunksBetween,
  openMinutes,
  putChunks,
  putMinute,
  removeChunksBefore,
  removeMinutes,
} from './store.ts';
import { finest, spanStart, type Tier, tierFor, tiers } from './tiers.ts';

/** What is measured: a metric (`cpu`) of a subject (`host`, `app/shop/web`) on a host. */
export interface SeriesKey {
  hostId: string;
  subject: string;
  metric: string;
}

/** One value of a series, now. */
export interface Sample extends SeriesKey {
  value: number;
}

/** Which history is wanted; at most `maxPoints` points for each series. */
export interface HistoryQuery {
  hostId: string;
  subjects?: string[] | undefined;
  metrics?: string[] | undefined;
  from: Date;
  to: Date;
  maxPoints: number;
}

/** The history of one series. */
export interface History {
  key: SeriesKey;
  stepMs: number;
  points: Point[];
}

/** Keeps and tells the history of figures. */
export interface Series {
  /** Takes values of this instant; nothing is written yet. What is not finite, or has a NUL in its name, is left out. */
  record(samples: Iterable<Sample>): void;
  /** Keeps what came in since the last flush. */
  flush(): Promise<void>;
  /** Puts every hour but the current one into chunks, and coarser chunks up to date; what a chunk has already is kept. */
  roll(): Promise<void>;
  /** Removes what is older than its resolution is kept. */
  expire(): Promise<void>;
  query(query: HistoryQuery): Promise<History[]>;
  /** Every series of a host that has something, by subject and metric. */
  keys(hostId: string): SeriesKey[];
  /** Takes back what an earlier process kept, then flushes and rolls until the signal aborts, and once more then. */
  work(signal: AbortSignal): Promise<void>;
}

const minuteMs = 60_000;
/** Hours that wait in memory while the database does not take them. */
const maxOpenHours = 3;
/** Series that are closed together when their hour is over. */
const closedAtOnce = 32;

/** See {@link Series}. */
export function createSeries({
  database,
  clock,
  log,
}: {
  database: Database;
  clock: Clock;
  log: Log;
}): Series {
  const hours = createOpenHours();
  const ids = new Map<string, number>();
  const keys = new Map<number, string>();
  const dirty = new Set<number>();

  /** Takes over which series there are, at once: a look back meanwhile must not find none. */
  async function learn(sql: Sql): Promise<void> {
    const rows = await allSeries(sql);
    ids.clear();
    keys.clear();
    for (const { id, ...key } of rows) {
      ids.set(textOf(key), id);
      keys.set(id, textOf(key));
    }
  }

  async function ensureIds(sql: Sql): Promise<void> {
    const missing = new Set<string>();
    for (const start of hours.starts())
      for (const key of hours.keys(start)) if (!ids.has(key)) missing.add(key);
    if (missing.size === 0) return;
    await addSeries(sql, [...missing].map(keyOf), clock.now());
    await learn(sql);
  }

  async function restore(): Promise<void> {
    await learn(database.sql);
    for (const { minute, data } of await openMinutes(database.sql)) {
      hours.unpackMinute(minute.getTime(), data, (id) => keys.get(id));
    }
  }

  async function flush(): Promise<void> {
    await ensureIds(database.sql);
    for (const minute of [...dirty]) {
      const data = hours.packMinute(minute, (key) => ids.get(key));
      dirty.delete(minute);
      try {
        await putMinute(database.sql, new Date(minute), data);
      } catch (error) {
        dirty.add(minute);
        throw error;
      }
    }
  }

  async function roll(): Promise<void> {
    const current = spanStart(finest, clock.now().getTime());
    for (const start of hours.starts()) {
      // A clock that was wrong leaves hours that have not come yet; they are over as well.
      if (start === current) continue;
      await database.transaction(async (sql) => {
        await ensureIds(sql);
        await closeHour(sql, start);
        await removeMinutes(sql, new Date(start), new Date(start + finest.spanMs));
      });
      hours.drop(start);
      for (const minute of [...dirty]) if (spanStart(finest, minute) === start) dirty.delete(minute);
    }
  }

  /** Some series after the other: the points of all of them at once would be ten megabytes for a moment, and for good. */
  async function closeHour(sql: Sql, start: number): Promise<void> {
    const known = [...hours.keys(start)].flatMap((key) => {
      const [id, samples] = [ids.get(key), hours.samples(key, start)];
      return id === undefined || samples === undefined ? [] : [{ id, samples }];
    });
    for (let from = 0; from < known.length; from += closedAtOnce) {
      const fresh = new Map(
        known
          .slice(from, from + closedAtOnce)
          .map(({ id, samples }) => [id, [...pointsOfSamples(samples, start, finest.stepMs)]]),
      );
      for (const tier of tiers) await extend(sql, tier, start, fresh);
    }
  }

  /** Adds an hour's points to the chunks of one resolution. */
  async function extend(sql: Sql, tier: Tier, hour: number, fresh: Map<number, Point[]>): Promise<void> {
    const start = spanStart(tier, hour);
    const found = await chunksBetween(
      sql,
      [...fresh.keys()],
      tier.index,
      new Date(start),
      new Date(start + 1),
    );
    const before = new Map(found.map((row) => [row.seriesId, row]));
    const rows: ChunkRow[] = [];
    for (const [seriesId, points] of fresh) {
      const old = before.get(seriesId);
      const kept = old === undefined ? [] : [...pointsOfChunk(decodePoints(old.data), start, tier.stepMs)];
      const all = [...kept, ...rollUp(points, tier.stepMs)];
      const data = encodePoints(toPlaces(all, start, tier.stepMs), tier.index === finest.index);
      rows.push({ seriesId, tier: tier.index, startsAt: new Date(start), data });
    }
    await putChunks(sql, rows);
  }

  function forgetWhatDoesNotFit(): void {
    for (const start of hours.starts().slice(0, -maxOpenHours)) {
      log.error({ hour: new Date(start).toISOString() }, 'an hour of figures could not be kept and is lost');
      hours.drop(start);
    }
  }

  async function expire(): Promise<void> {
    const now = clock.now().getTime();
    const limits = tiers.map(({ index, keepMs, spanMs }) => ({
      tier: index,
      before: new Date(now - keepMs - spanMs),
    }));
    await removeChunksBefore(database.sql, limits, new Date(now - finest.keepMs));
    await learn(database.sql);
  }

  /** The last hours are in memory only; in which resolution they are wanted is the caller's. */
  function* recent(key: string, from: number, to: number): Generator<Point> {
    for (const start of hours.starts()) {
      const samples = hours.samples(key, start);
      if (samples === undefined || start + finest.spanMs <= from || start >= to) continue;
      yield* pointsOfSamples(samples, start, finest.stepMs);
    }
  }

  /** Known series with their numbers; those that came since the last flush have none yet. */
  function known(): Map<string, number | undefined> {
    const all = new Map<string, number | undefined>(ids);
    for (const start of hours.starts()) {
      for (const key of hours.keys(start)) if (!all.has(key)) all.set(key, undefined);
    }
    return all;
  }

  async function query({ hostId, subjects, metrics, from, to, maxPoints }: HistoryQuery): Promise<History[]> {
    const [fromMs, toMs] = [from.getTime(), to.getTime()];
    const tier = tierFor(fromMs, toMs, clock.now().getTime(), maxPoints);
    const stepMs = tier.stepMs * Math.max(1, Math.ceil((toMs - fromMs) / tier.stepMs / maxPoints));
    const matching = [...known()].filter(([text]) => {
      const key = keyOf(text);
      if (key.hostId !== hostId) return false;
      return (subjects?.includes(key.subject) ?? true) && (metrics?.includes(key.metric) ?? true);
    });
    const numbers = matching.flatMap(([, id]) => id ?? []);
    const firstSpan = new Date(spanStart(tier, fromMs));
    const chunks = Map.groupBy(
      await chunksBetween(database.sql, numbers, tier.index, firstSpan, to),
      (row) => row.seriesId,
    );
    return matching.map(([text, id]) => {
      const stored = (id === undefined ? undefined : chunks.get(id)) ?? [];
      const points = [
        ...stored.flatMap(({ startsAt, data }) => [
          ...pointsOfChunk(decodePoints(data), startsAt.getTime(), tier.stepMs),
        ]),
        ...recent(text, fromMs, toMs),
      ];
      const within = points.filter(({ at }) => at + tier.stepMs > fromMs && at < toMs);
      return { key: keyOf(text), stepMs, points: rollUp(within, stepMs) };
    });
  }

  return {
    flush,
    roll,
    expire,
    query,
    keys: (hostId) =>
      [...known().keys()]
        .map(keyOf)
        .filter((key) => key.hostId === hostId)
        .toSorted((a, b) => a.subject.localeCompare(b.subject) || a.metric.localeCompare(b.metric)),

    record(samples) {
      const at = clock.now().getTime();
      for (const { value, ...key } of samples) {
        const text = textOf(key);
        if (!Number.isFinite(value) || text.split(separator).length !== 3) continue;
        hours.put(text, at, value);
        dirty.add(Math.floor(at / minuteMs) * minuteMs);
      }
      forgetWhatDoesNotFit();
    },

    async work(signal) {
      await restore();
      const keep = async () => {
        try {
          await flush();
          await roll();
        } catch (error) {
          log.warn({ error }, 'figures could not be kept; they wait in memory for the next minute');
        }
      };
      await keep();
      await repeat(clock, minuteMs, signal, keep);
      await keep();
    },
  };
}

/** What no text of a database can hold, so no part of a kept key does. */
const separator = '\u0000';

/** A key as one text. */
function textOf({ hostId, subject, metric }: SeriesKey): string {
  return [hostId, subject, metric].join(separator);
}

function keyOf(text: string): SeriesKey {
  const [hostId = '', subject = '', metric = ''] = text.split(separator);
  return { hostId, subject, metric };
}
