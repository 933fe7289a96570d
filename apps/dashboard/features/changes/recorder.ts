import type { Clock } from '@nebula/clock';
import type { Database } from '@nebula/db';
import type { Docker, EngineEvent } from '@nebula/docker';
import { DriverError } from '@nebula/errors';
import type { Hub } from '@nebula/events';
import type { Host } from '@nebula/hosts';
import type { Log } from '@nebula/log';
import { images } from '../images/contract.ts';
import { networks } from '../networks/contract.ts';
import { volumes } from '../volumes/contract.ts';
import { changes } from './contract.ts';
import { insertMarkers, lastImageOf, lastSeen, type NewMarker, newestOf } from './store.ts';
import { createTranslator } from './translate.ts';

interface Deps {
  docker: Docker;
  host: Host;
  database: Database;
  hub: Hub;
  clock: Clock;
  log: Log;
  hostId: string;
  version: string;
}

/** Follows the engine and keeps what changed. */
export interface Recorder {
  run(signal: AbortSignal): Promise<void>;
}

/** Markers that wait while the database takes none; the oldest go first. */
const mostWaiting = 2000;
const writeAfterMs = 500;
const writeAgainMs = 5000;
const tellEveryMs = 1000;
const retryMs = [500, 1000, 2000, 5000];
/** Events that are known when the engine tells them again after a break. */
const mostKnown = 512;

/** Which pages something that happened to a part of the engine concerns; a container changes who uses what. */
const concerned = {
  container: [images.events.changed, volumes.events.changed, networks.events.changed],
  image: [images.events.changed],
  volume: [volumes.events.changed],
  network: [networks.events.changed],
} as const;
const usage = new Set(['create', 'destroy', 'start', 'die', 'rename']);

/** See {@link Recorder}. */
export function createRecorder({ docker, host, database, hub, clock, log, hostId, version }: Deps): Recorder {
  const translator = createTranslator(hostId);
  const waiting: NewMarker[] = [];
  const known = new Set<string>();
  const touched = new Set<(typeof concerned)[EngineEvent['type']][number]>();
  let seenUntil: Date | null = null;
  let isAway = false;
  let wake = () => undefined as void;

  function put(marker: NewMarker): void {
    waiting.push(marker);
    if (waiting.length > mostWaiting) waiting.splice(0, waiting.length - mostWaiting);
    wake();
  }

  function own(kind: NewMarker['kind'], at: Date, detail: string): NewMarker {
    return {
      ...{ hostId, kind, at, detail, app: null, containerId: null, containerName: '', exitCode: null },
      ...{ image: null, imageId: null, imageDigest: null },
    };
  }

  /** What the event alone does not say. */
  async function completed(marker: NewMarker, signal: AbortSignal): Promise<NewMarker> {
    const { kind, containerId, exitCode, app } = marker;
    if (containerId === null || (kind !== 'created' && !(kind === 'died' && exitCode === 137))) return marker;
    const detail = await docker.inspect(containerId, signal);
    if (detail === null) return marker;
    if (kind === 'died') return detail.isOutOfMemoryKilled ? { ...marker, kind: 'out-of-memory' } : marker;
    const before = app === null ? null : await imageBefore(app);
    const digest = (await docker.image(detail.imageId, signal))?.digests[0]?.split('@')[1] ?? null;
    const isOther = before !== null && before !== detail.imageId;
    return {
      ...marker,
      kind: isOther ? 'updated' : 'created',
      imageId: detail.imageId,
      imageDigest: digest,
    };
  }

  async function imageBefore(app: string): Promise<string | null> {
    const unwritten = waiting.findLast((one) => one.app === app && one.imageId !== null);
    return unwritten?.imageId ?? (await lastImageOf(database.sql, hostId, app));
  }

  async function take(event: EngineEvent, signal: AbortSignal): Promise<void> {
    const identity = `${event.type} ${event.action} ${event.id} ${event.at.getTime()}`;
    if (known.has(identity)) return;
    known.add(identity);
    for (const oldest of known) {
      if (known.size <= mostKnown) break;
      known.delete(oldest);
    }
    seenUntil = event.at;
    if (event.type !== 'container' || usage.has(event.action)) {
      for (const one of concerned[event.type]) touched.add(one);
      wake();
    }
    const marker = translator.take(event);
    if (marker === null) return;
    try {
      put(await completed(marker, signal));
    } catch (error) {
      // It happened, whether or not more can be asked about it; the event does not come a second time.
      put(marker);
      throw error;
    }
  }

  async function session(signal: AbortSignal): Promise<void> {
    const { version: engine } = await docker.version(signal);
    if (isAway) put(own('engine-back', clock.now(), `Docker ${engine}`));
    isAway = false;
    const now = clock.now();
    // An engine whose clock was set back has nothing from the time before.
    const since = seenUntil === null || seenUntil > now ? null : seenUntil;
    for await (const event of docker.happenings(signal, since)) await take(event, signal);
  }

  async function follow(signal: AbortSignal): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        await session(signal);
        attempt = 0;
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof DriverError)) log.error({ error }, 'what changed could not be followed');
      }
      if (signal.aborted) return;
      if (!isAway && seenUntil !== null) put(own('engine-lost', clock.now(), ''));
      isAway ||= seenUntil !== null;
      await clock
        .sleep(retryMs[Math.min(attempt, retryMs.length - 1)] ?? 5000, signal)
        .catch(() => undefined);
    }
  }

  async function write(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (waiting.length === 0) await somethingWaits(signal);
      const isWritten = await writeOnce();
      await clock.sleep(isWritten ? writeAfterMs : writeAgainMs, signal).catch(() => undefined);
    }
  }

  async function writeOnce(): Promise<boolean> {
    const batch = waiting.slice(0, 200);
    if (batch.length === 0) return true;
    try {
      await database.transaction((sql) => insertMarkers(sql, batch));
    } catch (error) {
      log.warn({ error, waiting: waiting.length }, 'what changed could not be kept yet');
      return false;
    }
    for (const one of batch) {
      const at = waiting.indexOf(one);
      if (at !== -1) waiting.splice(at, 1);
    }
    const { name, access } = changes.events.recorded;
    hub.publish({ topic: name, access, data: { apps: [...new Set(batch.map(({ app }) => app))] } });
    return true;
  }

  /** Pages that list parts of the engine are told that something changed, not what: at most once a second. */
  async function tell(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (const { name, access } of touched) hub.publish({ topic: name, access, data: {} });
      touched.clear();
      await clock.sleep(tellEveryMs, signal).catch(() => undefined);
      if (touched.size === 0) await somethingWaits(signal);
    }
  }

  const sleepers = new Set<() => void>();
  wake = () => {
    for (const one of sleepers) one();
    sleepers.clear();
  };

  async function somethingWaits(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      sleepers.add(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** What happened before us: a start of the machine, and our own. */
  async function begin(): Promise<void> {
    const { bootId, bootedAt } = host.identity();
    const last = await newestOf(database.sql, hostId, 'booted');
    if (bootId !== null && last?.detail !== bootId) put(own('booted', bootedAt ?? clock.now(), bootId));
    put(own('server-started', clock.now(), version));
    const seen = await lastSeen(database.sql, hostId);
    // The last event itself is there already.
    seenUntil = seen === null ? null : new Date(seen.getTime() + 1);
  }

  return {
    async run(signal) {
      await begin();
      await Promise.all([follow(signal), write(signal), tell(signal)]);
    },
  };
}
