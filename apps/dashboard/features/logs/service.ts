import type { Page } from '@nebula/contract';
import { AppError } from '@nebula/errors';
import type { Context, OutgoingFile, StreamSink } from '@nebula/runtime';
import { digestOf } from './app.ts';
import type { Archive } from './archive.ts';
import type { LogApp, LogEntry, Storage } from './contract.ts';
import { fileOf } from './download.ts';
import { type LineQuery, type LineTest, lineTest } from './filter.ts';
import type { Keeper } from './keeper.ts';
import type { Live } from './live.ts';
import { compare, readPast } from './reading.ts';
import { keyOfInstant, nextKey } from './record.ts';
import type { Ring } from './ring.ts';
import { positionOf, sendTail } from './tail.ts';

interface Deps {
  archive: Archive;
  keeper: Keeper;
  live: Live;
  now(): Date;
}

interface PastQuery extends LineQuery {
  since?: string | undefined;
  until?: string | undefined;
  order: 'newest' | 'oldest';
  limit: number;
  cursor?: string | undefined;
}

interface DownloadQuery extends LineQuery {
  since?: string | undefined;
  until?: string | undefined;
  format: 'text' | 'gzip';
  isRaw: boolean;
}

interface TailQuery extends LineQuery {
  tail: number;
  lastEventId?: string | undefined;
}

const first = '0'.repeat(18) + '1';
const last = `8${'9'.repeat(18)}`;
/** Of one app; a reader that was away for longer reads the rest as past lines. */
const mostMissed = 5000;

/** The verbs of logs; see README. */
export function createLogs({ archive, keeper, live, now }: Deps) {
  async function rings(apps: string[] | undefined): Promise<Ring[]> {
    const found: Ring[] = [];
    for (const app of new Set(apps ?? archive.apps())) {
      const ring = await archive.existing(app);
      if (ring !== null) found.push(ring);
    }
    return found;
  }

  async function newest(query: TailQuery): Promise<LogEntry[]> {
    if (query.tail === 0) return [];
    const { entries } = await readPast({
      rings: await rings(query.app),
      test: lineTest(query),
      ...{ order: 'newest', cursor: null, sinceKey: first, untilKey: last, limit: query.tail },
    });
    return entries.toReversed();
  }

  /** What a reader missed while it was away, by each app's last line that it saw. */
  async function missed(query: TailQuery, position: Map<string, string>): Promise<LogEntry[]> {
    const test = lineTest(query);
    const since = [...position.values()].sort()[0] ?? last;
    const all: LogEntry[] = [];
    for (const ring of await rings(query.app)) {
      const sinceKey = nextKey(position.get(digestOf(ring.app)) ?? since);
      const bounds = { sinceKey, untilKey: last, limit: mostMissed };
      const { entries } = await readPast({ rings: [ring], test, order: 'newest', cursor: null, ...bounds });
      const oldest = entries.at(-1);
      // The newest are what goes on live; what is left out between is told.
      const left = oldest === undefined ? 0 : await countBetween(ring, test, sinceKey, oldest.key);
      if (oldest !== undefined && left > 0) all.push(gapAt(oldest, left));
      all.push(...entries.toReversed());
    }
    return all.sort(compare);
  }

  return {
    async apps(): Promise<{ items: LogApp[]; storage: Storage }> {
      const containers = keeper.containers();
      const names = new Set([...archive.apps(), ...containers.map(({ app }) => app)]);
      const items: LogApp[] = [];
      for (const app of [...names].sort()) {
        const own = containers.filter((container) => container.app === app);
        const ring = await archive.existing(app);
        items.push({
          app,
          containers: own.map(({ id, name, isRunning }) => ({ id, name, isRunning })),
          isFollowed: own.some(({ isFollowed }) => isFollowed),
          detail: own.find(({ detail }) => detail !== null)?.detail ?? null,
          bytes: ring?.bytes() ?? 0,
          oldestKey: ring?.oldestKey() ?? null,
        });
      }
      return { items, storage: archive.storage() };
    },

    /** A page of past lines; the cursor is the place of the last one. */
    async list(query: PastQuery): Promise<Page<LogEntry> & { isPartial: boolean }> {
      const found = await readPast({
        rings: await rings(query.app),
        test: lineTest(query),
        order: query.order,
        cursor: query.cursor === undefined ? null : cursorOf(query.cursor),
        sinceKey: query.since === undefined ? first : keyOfInstant(new Date(query.since)),
        untilKey: query.until === undefined ? last : keyOfInstant(new Date(query.until)),
        limit: query.limit,
      });
      return {
        items: found.entries,
        next: found.next === null ? null : `${found.next.key}.${found.next.app}`,
        isPartial: found.isPartial,
      };
    },

    /** The kept lines of a span as a file. */
    async download(query: DownloadQuery): Promise<OutgoingFile> {
      const found = await rings(query.app);
      const { since, until, format, isRaw } = query;
      return fileOf({
        ...{ rings: found, test: lineTest(query), format, isRaw, isSeveral: found.length > 1 },
        sinceKey: since === undefined ? first : keyOfInstant(new Date(since)),
        untilKey: until === undefined ? last : keyOfInstant(new Date(until)),
        name: query.app?.join('+') ?? 'logs',
      });
    },

    async stream(_context: Context, query: TailQuery, sink: StreamSink): Promise<void> {
      const test = lineTest(query);
      const wanted = query.app === undefined ? null : new Set(query.app);
      const position = positionOf(sink.lastEventId ?? query.lastEventId ?? null);
      const past = position.size === 0 ? () => newest(query) : () => missed(query, new Map(position));
      await sendTail({
        ...{ live, sink, test, past, position, now },
        isWanted: (app) => wanted === null || wanted.has(app),
        storage: archive.storage(),
      });
    },
  };
}

/** Lines from a key on and before another that are wanted; they are counted one segment at a time. */
async function countBetween(ring: Ring, test: LineTest, from: string, to: string): Promise<number> {
  let count = 0;
  await ring.visitBefore(to, (lines) => {
    count += lines.filter((line) => line.key >= from && test(ring.app, line) !== null).length;
    return (lines[0]?.key ?? from) > from;
  });
  return count;
}

function gapAt(before: LogEntry, lines: number): LogEntry {
  const gap = { reason: 'slow-reader' as const, lines };
  return { ...before, level: null, text: '', cutBytes: 0, gap };
}

function cursorOf(text: string): { key: string; app: string } {
  const [, key, app] = /^(\d{19})\.(.*)$/.exec(text) ?? [];
  if (key === undefined || app === undefined)
    throw new AppError('BAD_INPUT', 'A cursor is the `next` of the page before.');
  return { key, app };
}
