import type { Clock } from '@nebula/clock';
import { appOf, composeOf, type ContainerSummary, type Docker } from '@nebula/docker';
import type { Log } from '@nebula/log';
import type { Archive } from './archive.ts';
import { followOne, isEngineAway } from './follow.ts';
import type { Live } from './live.ts';

/** A container whose lines are kept, or were. */
export interface Followed {
  id: string;
  name: string;
  app: string;
  isRunning: boolean;
  isFollowed: boolean;
  /** Why its log cannot be read; null when it can. */
  detail: string | null;
}

/** Follows every running container, and knows those that stopped. */
export interface Keeper {
  containers(): Followed[];
  run(signal: AbortSignal): Promise<void>;
}

interface Deps {
  docker: Docker;
  clock: Clock;
  log: Log;
  archive: Archive;
  live: Live;
}

interface Known extends Followed {
  stop: AbortController;
  /** From when the engine was asked; seconds since 1970. */
  since: number | null;
  /** Whether what it wrote before it ended has been taken. */
  isTaken: boolean;
}

const retryMs = [500, 1000, 2000, 5000];
const settleMs = 200;
const checkEveryMs = 60_000;
/** What began lately is taken from its first line. */
const youngMs = 120_000;

/** See {@link Keeper}. Nothing is asked for while nothing happens: the engine's events say what to look at. */
export function createKeeper({ docker, clock, log, archive, live }: Deps): Keeper {
  const known = new Map<string, Known>();

  function see(row: ContainerSummary, signal: AbortSignal): void {
    const app = appOf({ name: row.name, ...composeOf(row.labels) });
    const isRunning = row.state === 'running' || row.state === 'paused';
    const before = known.get(row.id);
    if (before !== undefined && before.app !== app) forget(row.id);
    const entry = known.get(row.id) ?? {
      ...{ id: row.id, app, isFollowed: false, detail: null, since: null, isTaken: false },
      ...{ name: row.name, isRunning, stop: new AbortController() },
    };
    known.set(row.id, entry);
    const hasStarted = isRunning && !entry.isRunning;
    Object.assign(entry, { name: row.name, isRunning });
    if (hasStarted) Object.assign(entry, { isTaken: false, detail: null });
    if (entry.isFollowed || entry.isTaken || row.state === 'created') return;
    if (entry.detail !== null) return;
    const isOld = clock.now().getTime() - row.createdAt.getTime() > youngMs;
    void follow(entry, isOld, signal);
  }

  function forget(id: string): void {
    known.get(id)?.stop.abort();
    known.delete(id);
  }

  async function follow(entry: Known, isOld: boolean, engine: AbortSignal): Promise<void> {
    entry.isFollowed = true;
    const signal = AbortSignal.any([engine, entry.stop.signal]);
    try {
      for (let attempt = 0; !signal.aborted; attempt += 1) {
        const { isRunning } = entry;
        try {
          await followOne(
            {
              ...{ docker, clock, live, isOld, isRunning },
              containerId: entry.id,
              ring: await archive.ring(entry.app),
              onOpen: (since) => (entry.since = since === null ? null : Number(since)),
            },
            signal,
          );
          attempt = -1;
          if (!isRunning) entry.isTaken = true;
        } catch (error) {
          if (signal.aborted || isEngineAway(error)) return;
          const reason = error instanceof Error ? error.message : String(error);
          log.info({ container: entry.name, reason }, 'the log of a container cannot be read');
          if (attempt >= 2) {
            entry.detail = sentenceFor(reason);
            return;
          }
        }
        if (!entry.isRunning && entry.isTaken) return;
        // The log of one that ended is over; its event follows, and tells so.
        await clock.sleep(retryMs[Math.min(Math.max(attempt, 0), 3)] ?? 5000, signal);
      }
    } catch (error) {
      if (!signal.aborted)
        log.warn({ error, container: entry.name }, 'lines of a container could not be taken');
    } finally {
      entry.isFollowed = false;
      if (entry.stop.signal.aborted) entry.stop = new AbortController();
    }
  }

  async function look(signal: AbortSignal): Promise<void> {
    const rows = await docker.list({ signal });
    const ids = new Set(rows.map(({ id }) => id));
    for (const id of [...known.keys()]) if (!ids.has(id)) forget(id);
    for (const row of rows) see(row, signal);
  }

  /** The engine leaves out lines from before the time it was asked for; when the clock was set back, that is every new line. */
  function checkClock(): void {
    const now = clock.now().getTime() / 1000;
    for (const entry of known.values()) {
      if (entry.since !== null && entry.since > now && entry.isFollowed) entry.stop.abort();
    }
  }

  async function session(stop: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const signal = AbortSignal.any([stop, ended.signal]);
    let isChanged = true;
    let wake = (): void => undefined;
    const hearing = (async () => {
      for await (const { action } of docker.events(signal)) {
        if (!/^(?:create|start|die|destroy|rename|unpause)$/.test(action)) continue;
        isChanged = true;
        wake();
      }
    })().finally(() => {
      ended.abort();
      wake();
    });
    hearing.catch(() => undefined);
    const checking = (async () => {
      while (!signal.aborted) {
        await clock.sleep(checkEveryMs, signal).catch(() => undefined);
        checkClock();
        isChanged = true;
        wake();
      }
    })();
    try {
      while (!signal.aborted) {
        if (!isChanged) await new Promise<void>((resolve) => (wake = resolve));
        // What happens together is looked at once.
        await clock.sleep(settleMs, signal).catch(() => undefined);
        isChanged = false;
        if (!signal.aborted) await look(signal);
      }
    } finally {
      ended.abort();
      await Promise.allSettled([hearing, checking]);
    }
    await hearing;
  }

  return {
    containers: () => [...known.values()],
    async run(signal) {
      for (let attempt = 0; !signal.aborted; attempt += 1) {
        const began = clock.now().getTime();
        await session(signal).catch((error: unknown) => {
          if (!signal.aborted) log.debug({ error }, 'lines are not followed while the engine is away');
        });
        if (clock.now().getTime() - began > 10_000) attempt = 0;
        await clock.sleep(retryMs[Math.min(attempt, 3)] ?? 5000, signal).catch(() => undefined);
      }
    },
  };
}

function sentenceFor(reason: string): string {
  if (/logging driver|does not support reading/i.test(reason)) {
    return `Its log driver does not let anybody read back what it writes. Use json-file, local or journald. (${reason})`;
  }
  return reason;
}
