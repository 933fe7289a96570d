import type { Clock } from '@nebula/clock';
import { appOf, composeOf, type ContainerEvent, type ContainerSummary, type Docker } from '@nebula/docker';
import { DriverError } from '@nebula/errors';
import type { Hub } from '@nebula/events';
import type { Log } from '@nebula/log';
import type { UpdateState } from '../images/contract.ts';
import { hear } from './changed.ts';
import type { Container, EngineStatus } from './contract.ts';

/** What is known of the containers of one engine, kept current by its events. */
export interface Inventory {
  /** By name, then id. */
  all(): Container[];
  get(id: string): Container | undefined;
  /** Rises with every change of {@link Inventory.all}. */
  generation(): number;
  engine(): EngineStatus;
  /** Shows anew what {@link Deps.updateOf} says of every container. */
  updatesChanged(): void;
  /** Follows the engine until the signal aborts; waits and tries again while it is away. */
  follow(signal: AbortSignal): Promise<void>;
}

interface Deps {
  docker: Docker;
  hub: Hub;
  clock: Clock;
  log: Log;
  hostId: string;
  /** What is known of a newer image of a container's. */
  updateOf(image: string, imageId: string): UpdateState;
  /** Hears each event of the engine as it comes. */
  onEvent?: (event: ContainerEvent) => void;
  /** Where it is kept until when events were heard, so that what happened while nobody listened is asked for. */
  heard?: { until(): Promise<Date | null>; keep(at: Date): Promise<void> };
}

/** From so many changed containers on, one list of all is cheaper than one each. */
const manyChanged = 8;
const access = 'containers:read';
/** Words such as "Up 3 hours" change without an event. */
const refreshEveryMs = 60_000;
const retryMs = [500, 1000, 2000, 5000];

/** Starts knowing nothing; {@link Inventory.follow} fills it and publishes changes as live state. */
export function createInventory(deps: Deps): Inventory {
  const { docker, hub, clock, log, hostId, updateOf, onEvent = () => undefined } = deps;
  const known = new Map<string, Container>();
  /** Whether those that were killed were so for lack of memory, which only an inspection tells; forgotten when they run. */
  const kills = new Map<string, boolean>();
  let order: Container[] | null = null;
  let heardUntil: Date | null = null;
  let isHeardKept = true;
  let generation = 0;
  let engine: EngineStatus = {
    hostId,
    isReachable: false,
    version: null,
    apiVersion: null,
    detail: 'Looking for the container engine.',
    since: clock.now().toISOString(),
  };

  function put(container: Container): void {
    known.set(container.id, container);
    order = null;
    generation += 1;
    hub.setState('containers.container', container.id, access, container);
  }

  function remove(id: string): void {
    kills.delete(id);
    if (!known.delete(id)) return;
    order = null;
    generation += 1;
    hub.setState('containers.container', id, access, null);
    hub.setState('containers.usage', id, access, null);
  }

  function setEngine(change: Omit<EngineStatus, 'hostId' | 'since'>): void {
    const isSame = engine.isReachable === change.isReachable && engine.detail === change.detail;
    engine = { hostId, ...change, since: isSame ? engine.since : clock.now().toISOString() };
    hub.setState('containers.engine', hostId, access, engine);
  }

  let last: Promise<void> = Promise.resolve();

  /** One look after the other: a list that took long must not cover what a later look has found. */
  function inTurn(look: () => Promise<void>): Promise<void> {
    const own = last.then(look);
    last = own.catch(() => undefined);
    return own;
  }

  const refreshAll = (signal: AbortSignal) => inTurn(() => lookAtAll(signal));

  async function lookAtAll(signal: AbortSignal): Promise<void> {
    const rows = await docker.list({ signal });
    const ids = new Set(rows.map((row) => row.id));
    for (const id of [...known.keys()]) if (!ids.has(id)) remove(id);
    for (const row of rows) put(await shown(row, signal));
  }

  const refreshOne = (id: string, signal: AbortSignal) =>
    inTurn(async () => {
      const [row] = await docker.list({ id, signal });
      if (row === undefined) remove(id);
      else put(await shown(row, signal));
    });

  async function refresh(ids: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    if (ids.size >= manyChanged) return await refreshAll(signal);
    for (const id of ids) await refreshOne(id, signal);
  }

  async function shown(row: ContainerSummary, signal: AbortSignal): Promise<Container> {
    const exitCode = exitCodeIn(row);
    if (exitCode !== 137 || row.state === 'restarting') kills.delete(row.id);
    return {
      ...containerOf(row, hostId),
      exitCode,
      isOutOfMemory: exitCode === 137 && (await wasOutOfMemory(row, signal)),
      update: updateOf(row.image, row.imageId),
    };
  }

  async function wasOutOfMemory({ id }: ContainerSummary, signal: AbortSignal): Promise<boolean> {
    const judged = kills.get(id);
    if (judged !== undefined) return judged;
    const isOutOfMemory = (await docker.inspect(id, signal))?.isOutOfMemoryKilled ?? false;
    kills.set(id, isOutOfMemory);
    return isOutOfMemory;
  }

  /** From when on the engine is asked what happened while nobody listened. */
  async function sinceWhen(): Promise<Date | null> {
    try {
      heardUntil ??= (await deps.heard?.until()) ?? null;
    } catch (cause) {
      // To begin now would lose what happened since then.
      throw new OwnTrouble('It is not known until when events were heard.', { cause });
    }
    if (heardUntil === null) {
      heardUntil = clock.now();
      isHeardKept = false;
      return null;
    }
    // The last one itself was heard. An engine whose clock was set back has nothing from the time before.
    return heardUntil > clock.now() ? null : new Date(heardUntil.getTime() + 1);
  }

  async function keepHeard(): Promise<void> {
    if (isHeardKept || heardUntil === null) return;
    isHeardKept = true;
    try {
      await deps.heard?.keep(heardUntil);
    } catch (error) {
      isHeardKept = false;
      log.warn({ error }, 'until when events were heard could not be kept');
    }
  }

  async function session(stop: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const signal = AbortSignal.any([stop, ended.signal]);
    const { version, apiVersion } = await docker.version(signal);
    const since = await sinceWhen().catch((error: unknown) => {
      setEngine({ isReachable: true, version, apiVersion, detail: ownTroubleText });
      throw error;
    });
    // Events first, the list second: what changes in between is then heard, not missed.
    const events = docker.events(signal, since)[Symbol.asyncIterator]();
    const heard = hear(events, (event) => {
      heardUntil = event.at;
      isHeardKept = false;
      onEvent(event);
    });
    await refreshAll(signal);
    setEngine({ isReachable: true, version, apiVersion, detail: `Docker ${version} answers.` });
    const refreshing = keepFresh(signal);
    try {
      for (;;) {
        const ids = await heard.changed();
        if (ids === null) break;
        await refresh(ids, signal);
      }
    } finally {
      ended.abort();
      await refreshing;
    }
  }

  async function keepFresh(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await clock.sleep(refreshEveryMs, signal);
        await keepHeard();
        await refreshAll(signal);
      } catch (error) {
        // The event stream ends too when the engine goes, and that is where it is told.
        if (!signal.aborted) log.debug({ error }, 'containers could not be listed');
      }
    }
  }

  return {
    all() {
      order ??= [...known.values()].sort(byName);
      return order;
    },
    get: (id) => known.get(id),
    generation: () => generation,
    engine: () => engine,
    updatesChanged() {
      for (const container of known.values()) {
        const update = updateOf(container.image, container.imageId);
        if (update !== container.update) put({ ...container, update });
      }
    },
    async follow(signal) {
      await followUntil(signal);
      await keepHeard();
    },
  };

  async function followUntil(signal: AbortSignal): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        await session(signal);
        attempt = -1;
      } catch (error) {
        if (signal.aborted) return;
        const level = attempt === 0 ? 'warn' : 'debug';
        if (error instanceof OwnTrouble) {
          log[level]({ error }, 'the container engine cannot be followed');
        } else {
          const reason = error instanceof Error ? error.message : String(error);
          log[level]({ reason }, 'container engine is away');
          setEngine({ isReachable: false, version: null, apiVersion: null, detail: sentenceFor(error) });
        }
      }
      await clock
        .sleep(retryMs[Math.min(Math.max(attempt, 0), retryMs.length - 1)] ?? 5000, signal)
        .catch(() => undefined);
    }
  }
}

/** What keeps us from following an engine that is not the engine's fault. */
class OwnTrouble extends Error {}

const ownTroubleText =
  'Docker answers, but the database of NebulaCommand does not: what changes is shown as soon as it does.';

type Listed = Omit<Container, 'exitCode' | 'isOutOfMemory' | 'update'>;

function containerOf(row: ContainerSummary, hostId: string): Listed {
  const { id, name, image, imageId, state, status, health, labels, ports } = row;
  return {
    ...{ id, hostId, name, image, imageId, state, status, health },
    createdAt: row.createdAt.toISOString(),
    ...composeOf(labels),
    app: appOf({ name, ...composeOf(labels) }),
    ports,
  };
}

/** The list tells the code only inside its status text, such as `Exited (137) 3 minutes ago`. */
function exitCodeIn({ state, status }: ContainerSummary): number | null {
  if (state !== 'exited' && state !== 'restarting' && state !== 'dead') return null;
  const found = /^(?:Exited|Restarting) \((\d{1,3})\)/.exec(status);
  return found === null ? null : Number(found[1]);
}

function byName(a: Container, b: Container): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

function sentenceFor(error: unknown): string {
  if (error instanceof DriverError && error.kind === 'unavailable') {
    return 'Docker does not answer. Is it installed and running? `nebula doctor` says what is missing; this page recovers by itself.';
  }
  return error instanceof DriverError
    ? error.message
    : 'The container engine sent an answer that is not understood.';
}
