import type { Clock } from '@nebula/clock';
import type { Hub } from '@nebula/events';
import { type Host, type HostCounters, type HostSample, sampleBetween } from '@nebula/hosts';
import type { Log } from '@nebula/log';
import type { Point, Sample, Storage } from './contract.ts';

/** The newest figures of one machine and those of the last minutes. */
export interface HostSampler {
  /** Null until two readings were taken. */
  sample(): Sample | null;
  storage(): Storage | null;
  history(): Point[];
  /** Reads until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

interface Deps {
  host: Host;
  hub: Hub;
  clock: Clock;
  log: Log;
  hostId: string;
  everyMs: number;
}

const access = 'system:read';
const historyMs = 5 * 60_000;
/** Disks fill and chips warm slowly, and asking them costs more. */
const storageEveryMs = 15_000;
/** The second reading comes soon, so that there are figures to show. */
const soonMs = 1000;

/** Takes figures as differences of counters; keeps five minutes of them. */
export function createHostSampler({ host, hub, clock, log, hostId, everyMs }: Deps): HostSampler {
  const most = Math.max(2, Math.ceil(historyMs / everyMs));
  const points: Point[] = [];
  let before: HostCounters | null = null;
  let newest: Sample | null = null;
  let storage: Storage | null = null;
  let storageAt = Number.NEGATIVE_INFINITY;
  let isReadingStorage = false;
  let isPublished = false;

  function read(): void {
    const counters = host.counters();
    const sample = before === null ? null : sampleBetween(before, counters);
    before = counters;
    if (sample === null) return;
    newest = { ...sample, at: sample.at.toISOString() };
    points.push(pointOf(sample, newest.at));
    if (points.length > most) points.shift();
  }

  /** Not waited for: a share of the network that is away must not hold up the other figures. */
  function readStorage(): void {
    const now = clock.now().getTime();
    if (isReadingStorage || now - storageAt < storageEveryMs) return;
    isReadingStorage = true;
    storageAt = now;
    Promise.all([host.filesystems(), host.temperatures()])
      .then(([filesystems, temperatures]) => {
        storage = { at: clock.now().toISOString(), filesystems, temperatures };
        publish();
      })
      .catch((error: unknown) => log.warn({ error }, 'disks and temperatures could not be read'))
      .finally(() => {
        isReadingStorage = false;
      });
  }

  /** Nobody looks most of the time; then nothing is made into text and kept for those who resume. */
  function publish(): void {
    if (hub.readers === 0) {
      if (isPublished) {
        hub.setState('system.sample', hostId, access, null);
        hub.setState('system.storage', hostId, access, null);
      }
      isPublished = false;
      return;
    }
    isPublished = true;
    if (newest !== null) hub.setState('system.sample', hostId, access, newest);
    if (storage !== null) hub.setState('system.storage', hostId, access, storage);
  }

  return {
    sample: () => newest,
    storage: () => storage,
    history: () => [...points],
    async run(signal) {
      before = null;
      while (!signal.aborted) {
        read();
        readStorage();
        publish();
        await clock
          .sleep(newest === null ? Math.min(soonMs, everyMs) : everyMs, signal)
          .catch(() => undefined);
      }
    },
  };
}

function pointOf({ cpu, memory, interfaces, disks }: HostSample, at: string): Point {
  const { user, system, steal } = cpu.total;
  const outside = interfaces.filter(({ kind }) => kind === 'wired' || kind === 'wireless');
  return {
    at,
    cpuPercent: Math.round((user + system + steal) * 10) / 10,
    memoryUsedBytes: memory.total - memory.available,
    receivedBytesPerSecond: sum(outside, (link) => link.receivedBytesPerSecond),
    sentBytesPerSecond: sum(outside, (link) => link.sentBytesPerSecond),
    readBytesPerSecond: sum(disks, (disk) => disk.readBytesPerSecond),
    writtenBytesPerSecond: sum(disks, (disk) => disk.writtenBytesPerSecond),
  };
}

function sum<T>(rows: readonly T[], of: (row: T) => number): number {
  return rows.reduce((all, row) => all + of(row), 0);
}
