import { DriverError } from '@nebula/errors';
import type { ContainerEvent, ContainerSummary, Docker } from './index.ts';

/** An engine in memory that tests can fill, stop and watch. */
export interface FakeDocker extends Docker {
  /** Adds or replaces a container and tells its event. */
  put(container: Partial<ContainerSummary> & { id: string; name: string }, action?: string): void;
  remove(id: string): void;
  /** An engine that is away refuses every call and ends its event streams. */
  setAway(isAway: boolean): void;
  /** Restarts fail with this sentence from now on; null lets them succeed again. */
  refuseRestarts(sentence: string | null): void;
  readonly restarts: string[];
}

/** See {@link FakeDocker}. Time stands at `now()`. */
export function fakeDocker(now: () => Date = () => new Date()): FakeDocker {
  const containers = new Map<string, ContainerSummary>();
  const started = new Map<string, Date>();
  const cpu = new Map<string, number>();
  const listeners = new Set<(event: ContainerEvent | null) => void>();
  const restarts: string[] = [];
  let isAway = false;
  let refusal: string | null = null;

  function reach(): void {
    if (isAway) throw new DriverError('unavailable', 'The container engine does not answer at fake.');
  }

  function tell(id: string, action: string): void {
    for (const listener of listeners) listener({ id, action, at: now() });
  }

  return {
    restarts,
    put(container, action = 'start') {
      const before = containers.get(container.id) ?? blank(now());
      containers.set(container.id, { ...before, ...container });
      started.set(container.id, now());
      tell(container.id, action);
    },
    remove(id) {
      containers.delete(id);
      tell(id, 'destroy');
    },
    setAway(value) {
      isAway = value;
      if (value) for (const listener of listeners) listener(null);
    },
    refuseRestarts(sentence) {
      refusal = sentence;
    },
    async version() {
      reach();
      return { version: '0.0-fake', apiVersion: '1.41' };
    },
    async list({ id } = {}) {
      reach();
      return [...containers.values()].filter((container) => id === undefined || container.id === id);
    },
    async inspect(id) {
      reach();
      const container = containers.get(id);
      if (container === undefined) return null;
      const { name, state, health } = container;
      const startedAt = started.get(id) ?? null;
      return {
        id,
        name,
        state,
        health,
        startedAt,
        finishedAt: null,
        exitCode: 0,
        isOutOfMemoryKilled: false,
        restartCount: 0,
      };
    },
    async counters(id) {
      reach();
      if (containers.get(id)?.state !== 'running') return null;
      const used = (cpu.get(id) ?? 0) + 1_000_000_000;
      cpu.set(id, used);
      return { at: now(), cpuNanoseconds: used, memoryBytes: 10_485_760, memoryLimitBytes: null };
    },
    async restart(id) {
      reach();
      if (!containers.has(id)) throw new DriverError('rejected', 'There is no such container any more.');
      if (refusal !== null) throw new DriverError('rejected', refusal);
      restarts.push(id);
      started.set(id, now());
      tell(id, 'restart');
    },
    async *events(signal) {
      reach();
      const queue: (ContainerEvent | null)[] = [];
      let wake = () => undefined as void;
      const listener = (event: ContainerEvent | null) => {
        queue.push(event);
        wake();
      };
      listeners.add(listener);
      signal.addEventListener('abort', () => wake(), { once: true });
      try {
        while (!signal.aborted) {
          const event = queue.shift();
          if (event === null) throw new DriverError('unavailable', 'The container engine went away.');
          if (event !== undefined) yield event;
          else await new Promise<void>((resolve) => (wake = resolve));
        }
      } finally {
        listeners.delete(listener);
      }
    },
  };
}

function blank(now: Date): ContainerSummary {
  return {
    id: '',
    name: '',
    image: 'fake:1',
    imageId: `sha256:${'0'.repeat(64)}`,
    state: 'running',
    status: 'Up 1 second',
    health: 'none',
    createdAt: now,
    labels: {},
    ports: [],
  };
}
