import type { Clock } from '@nebula/clock';
import type { ContainerCounters, Docker } from '@nebula/docker';
import type { Hub } from '@nebula/events';
import type { Log } from '@nebula/log';
import type { Usage } from './contract.ts';
import type { Inventory } from './inventory.ts';

/** Live figures of running containers. */
export interface Sampler {
  usage(id: string): Usage | null;
  /** Rises with every change of a figure. */
  generation(): number;
  /** Reads all running containers every interval until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

interface Deps {
  docker: Docker;
  inventory: Inventory;
  hub: Hub;
  clock: Clock;
  log: Log;
  everyMs: number;
}

/** A container that was read once has no figures yet; the second reading of it comes soon. */
const soonMs = 1000;

/** Takes figures as differences of counters; the first reading of a container gives none. */
export function createSampler({ docker, inventory, hub, clock, log, everyMs }: Deps): Sampler {
  const before = new Map<string, ContainerCounters>();
  const latest = new Map<string, Usage>();
  let generation = 0;

  function take(id: string, counters: ContainerCounters | undefined): void {
    const previous = before.get(id);
    if (counters === undefined) return forget(id);
    before.set(id, counters);
    const usage = previous === undefined ? null : usageBetween(previous, counters);
    if (usage === null) return;
    latest.set(id, usage);
    generation += 1;
    hub.setState('containers.usage', id, 'containers:read', usage);
  }

  function forget(id: string): void {
    before.delete(id);
    if (!latest.delete(id)) return;
    generation += 1;
    hub.setState('containers.usage', id, 'containers:read', null);
  }

  /** Reads all that run, or only those that have no figures yet. */
  async function sampleRunning(which: 'all' | 'new', signal: AbortSignal): Promise<void> {
    const running = inventory.all().filter((container) => container.state === 'running');
    const ids = new Set(running.map((container) => container.id));
    for (const id of [...before.keys()]) if (!ids.has(id)) forget(id);
    const waiting = which === 'all' ? [...ids] : [...ids].filter((id) => !latest.has(id));
    try {
      const counters = await docker.counters(waiting, signal);
      for (const id of waiting) take(id, counters.get(id));
    } catch (error) {
      if (!signal.aborted) log.debug({ error }, 'figures could not be read');
    }
  }

  return {
    usage: (id) => latest.get(id) ?? null,
    generation: () => generation,
    async run(signal) {
      let allAt = clock.now().getTime();
      while (!signal.aborted) {
        const untilAll = allAt - clock.now().getTime();
        // A clock that was put back must not stop the readings until it has caught up.
        const which = untilAll <= 0 || untilAll > everyMs ? 'all' : 'new';
        if (inventory.engine().isReachable) await sampleRunning(which, signal);
        const now = clock.now().getTime();
        if (which === 'all') allAt = now + everyMs;
        // One that ends and starts again and again is always new; the others are not read more often for its sake.
        const isNew = [...before.keys()].some((id) => !latest.has(id)) || !inventory.engine().isReachable;
        const restMs = Math.max(1, allAt - now);
        await clock.sleep(isNew ? Math.min(soonMs, restMs) : restMs, signal).catch(() => undefined);
      }
    },
  };
}

/** Use between two readings; null when the counters began anew (the container was restarted). */
export function usageBetween(previous: ContainerCounters, current: ContainerCounters): Usage | null {
  const elapsedMs = current.at.getTime() - previous.at.getTime();
  const used = current.cpuNanoseconds - previous.cpuNanoseconds;
  if (elapsedMs <= 0 || used < 0) return null;
  const rate = (field: 'receivedBytes' | 'sentBytes' | 'readBytes' | 'writtenBytes') =>
    perSecond(previous[field], current[field], elapsedMs);
  return {
    at: current.at.toISOString(),
    cpuPercent: Math.round((used / 1e6 / elapsedMs) * 1000) / 10,
    memoryBytes: current.memoryBytes,
    memoryLimitBytes: current.memoryLimitBytes,
    receivedPerSecond: rate('receivedBytes'),
    sentPerSecond: rate('sentBytes'),
    readPerSecond: rate('readBytes'),
    writtenPerSecond: rate('writtenBytes'),
  };
}

/** A sum that fell is one of fewer parts (a network was left), and says nothing of the time between. */
function perSecond(before: number | null, after: number | null, elapsedMs: number): number | null {
  if (before === null || after === null || after < before) return null;
  return Math.round(((after - before) / elapsedMs) * 1000);
}
