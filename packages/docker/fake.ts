import { DriverError } from '@nebula/errors';
import type {
  ContainerCounters,
  ContainerDetail,
  ContainerSummary,
  EngineEvent,
  NewContainer,
} from './container.ts';
import { blankDetail, blankSummary, summaryOfNew } from './fake-container.ts';
import { fakeExec, fakeLogs } from './fake-log.ts';
import { fakeObjects } from './fake-objects.ts';
import type { ImageSummary, NetworkSummary, VolumeSummary } from './image.ts';
import type { Docker } from './index.ts';
import type { LogLine } from './log.ts';

/** What {@link FakeDocker} knows of a container: what the list says, and what only an inspection does. */
export type FakeContainer = Partial<ContainerSummary> & {
  id: string;
  name: string;
  detail?: Partial<ContainerDetail>;
};

/** An engine in memory that tests can fill, stop and watch. */
export interface FakeDocker extends Docker {
  /** Adds or replaces a container and tells its event. */
  put(container: FakeContainer, action?: string): void;
  /** Takes a container away, as somebody else would. */
  drop(id: string): void;
  putImage(reference: string, image?: Partial<ImageSummary>): void;
  putVolume(name: string, volume?: Partial<VolumeSummary> & { bytes?: number | null }): void;
  putNetwork(name: string, network?: Partial<NetworkSummary>): void;
  /** Tells something that happened to an image, volume or network, as somebody else's change would. */
  happen(event: Omit<EngineEvent, 'at'> & { at?: Date }): void;
  /** An engine that is away refuses every call and ends its event streams. */
  setAway(isAway: boolean): void;
  /** A verb fails with this sentence from now on, for all containers or one; null lets it succeed again. */
  refuse(verb: string, sentence: string | null, id?: string): void;
  /** Called before each change with its verb and container; what it throws is what the caller gets. */
  onChange(hook: ((verb: string, id: string) => void | Promise<void>) | null): void;
  /** A container writes these lines. */
  say(id: string, lines: LogLine[]): void;
  /** Verbs that were done, such as `restart <id>`, oldest first. */
  readonly done: string[];
  readonly restarts: string[];
  /** How often each reading was asked for. */
  readonly reads: Map<string, number>;
}

/** See {@link FakeDocker}. Time stands at `now()`. */
export function fakeDocker(now: () => Date = () => new Date()): FakeDocker {
  const containers = new Map<string, ContainerSummary>();
  const details = new Map<string, Partial<ContainerDetail>>();
  const cpu = new Map<string, number>();
  const refusals = new Map<string, string>();
  const listeners = new Set<(event: EngineEvent | null) => void>();
  const written = fakeLogs();
  const done: string[] = [];
  const restarts: string[] = [];
  const reads = new Map<string, number>();
  let hook: ((verb: string, id: string) => void | Promise<void>) | null = null;
  let isAway = false;
  let made = 0;

  function reach(): void {
    if (isAway) throw new DriverError('unavailable', 'The container engine does not answer at fake.');
  }

  function read(what: string): void {
    reads.set(what, (reads.get(what) ?? 0) + 1);
    reach();
  }

  function happen(event: Omit<EngineEvent, 'at'> & { at?: Date }): void {
    for (const listener of listeners) listener({ at: now(), ...event });
  }

  /** The engine names a container also when it tells that it went. */
  function tell(id: string, action: string, container = containers.get(id)): void {
    const { name = '', image = '', labels = {} } = container ?? {};
    happen({ type: 'container', id, action, attributes: { ...labels, name, image } });
  }

  function refusalOf(verb: string, id: string): string | undefined {
    return refusals.get(`${verb} ${id}`) ?? refusals.get(verb);
  }

  /** Everything that runs uses one second of a processor between two readings. */
  function countersOf(id: string): ContainerCounters {
    const used = (cpu.get(id) ?? 0) + 1_000_000_000;
    cpu.set(id, used);
    return {
      at: now(),
      cpuNanoseconds: used,
      memoryBytes: 10_485_760,
      memoryLimitBytes: null,
      receivedBytes: used / 1000,
      sentBytes: used / 2000,
      readBytes: used / 4000,
      writtenBytes: null,
    };
  }

  /** What changes of images, volumes and networks have in common. */
  async function changeObject(verb: string, id: string): Promise<void> {
    await hook?.(verb, id);
    reach();
    const refusal = refusalOf(verb, id);
    if (refusal !== undefined) throw new DriverError('rejected', refusal);
    done.push(`${verb} ${id}`);
  }

  /** Does what every change has in common: the engine is there, the container too, nobody refuses. */
  async function change(
    verb: string,
    id: string,
    next: (before: ContainerSummary) => Partial<ContainerSummary> | null,
    detail: Partial<ContainerDetail> = {},
  ): Promise<void> {
    await hook?.(verb, id);
    reach();
    const before = containers.get(id);
    if (before === undefined) throw new DriverError('rejected', 'There is no such container any more.');
    const refusal = refusalOf(verb, id);
    if (refusal !== undefined) throw new DriverError('rejected', refusal);
    done.push(`${verb} ${id}`);
    const after = next(before);
    if (after === null) {
      containers.delete(id);
      details.delete(id);
    } else {
      containers.set(id, { ...before, ...after });
      details.set(id, { ...details.get(id), ...detail });
    }
    tell(id, after === null ? 'destroy' : verb, before);
    if (after?.state !== undefined && after.state !== 'running') written.end(id, false);
  }

  function withoutNetwork(id: string, network: string): Partial<ContainerDetail> {
    const name = objects.networkName(network);
    return { networks: (details.get(id)?.networks ?? []).filter((one) => one.name !== name) };
  }

  function withNetwork(id: string, network: string): Partial<ContainerDetail> {
    const one = {
      ...{ name: objects.networkName(network), address: '172.30.0.2', addressV6: null },
      ...{ gateway: null, macAddress: null, aliases: [] },
    };
    return { networks: [...(withoutNetwork(id, network).networks ?? []), one] };
  }

  const objects = fakeObjects({
    now,
    reach,
    read,
    happen,
    change: changeObject,
    containers: () =>
      [...containers.values()].map((summary) => ({ summary, detail: details.get(summary.id) ?? {} })),
  });

  const running = () => ({ state: 'running' as const, status: 'Up 1 second' });

  return {
    done,
    restarts,
    reads,
    put({ detail, ...container }, action = 'start') {
      containers.set(container.id, {
        ...(containers.get(container.id) ?? blankSummary(now())),
        ...container,
      });
      details.set(container.id, { startedAt: now(), ...details.get(container.id), ...detail });
      tell(container.id, action);
      if (containers.get(container.id)?.state !== 'running') written.end(container.id, false);
    },
    say: (id, lines) => written.add(id, lines),
    drop(id) {
      const before = containers.get(id);
      containers.delete(id);
      details.delete(id);
      written.end(id, false);
      written.forget(id);
      tell(id, 'destroy', before);
    },
    putImage: objects.putImage,
    putVolume: objects.putVolume,
    putNetwork: objects.putNetwork,
    happen,
    setAway(value) {
      isAway = value;
      if (!value) return;
      for (const listener of listeners) listener(null);
      written.end(null, true);
    },
    refuse(verb, sentence, id) {
      const key = id === undefined ? verb : `${verb} ${id}`;
      if (sentence === null) refusals.delete(key);
      else refusals.set(key, sentence);
    },
    onChange(next) {
      hook = next;
    },
    async version() {
      reach();
      return { version: '0.0-fake', apiVersion: '1.41' };
    },
    async list({ id, label } = {}) {
      read('list');
      const [key = '', value] = label?.split('=') ?? [];
      return [...containers.values()].filter(
        (container) =>
          (id === undefined || container.id === id) &&
          (label === undefined || container.labels[key] === value),
      );
    },
    async inspect(id) {
      read('inspect');
      const container = containers.get(id);
      return container === undefined ? null : { ...blankDetail(container), ...details.get(id) };
    },
    async describe(id) {
      read('describe');
      const container = containers.get(id);
      if (container === undefined) return null;
      const detail = { ...blankDetail(container), ...details.get(id) };
      return {
        Id: id,
        Name: `/${container.name}`,
        Config: { Env: detail.environment, Labels: detail.labels },
      };
    },
    async counters(ids) {
      read('counters');
      const running = ids.filter((id) => containers.get(id)?.state === 'running');
      return new Map(running.map((id) => [id, countersOf(id)]));
    },
    async lastLines() {
      reach();
      return 'the last line\n';
    },
    async *logs(id, request, signal) {
      read('logs');
      if (!containers.has(id)) throw new DriverError('rejected', 'There is no such container any more.');
      const refusal = refusalOf('logs', id);
      if (refusal !== undefined) throw new DriverError('rejected', refusal);
      yield* written.read(id, request, () => containers.get(id)?.state === 'running', signal);
    },
    async exec(id, request) {
      read('exec');
      if (containers.get(id)?.state !== 'running')
        throw new DriverError('rejected', 'The container does not run.');
      const program = request.argv[0] ?? '';
      const refusal = refusals.get(`exec ${program}`) ?? refusals.get('exec');
      if (refusal !== undefined) throw new DriverError('rejected', refusal);
      done.push(`exec ${id}`);
      return fakeExec(request, () => void done.push(`exec-end ${id}`));
    },
    start: (id) => change('start', id, running, { startedAt: now() }),
    stop: (id) =>
      change('stop', id, () => ({ state: 'exited', status: 'Exited (0) 1 second ago' }), {
        finishedAt: now(),
      }),
    restart: (id) =>
      change(
        'restart',
        id,
        () => {
          restarts.push(id);
          return {};
        },
        { startedAt: now() },
      ),
    pause: (id) => change('pause', id, () => ({ state: 'paused' })),
    unpause: (id) => change('unpause', id, running),
    kill: (id, signalName) =>
      change('kill', id, () =>
        signalName === 'SIGKILL' ? { state: 'exited', status: 'Exited (137) 1 second ago' } : {},
      ),
    rename: (id, name) => change('rename', id, () => ({ name })),
    remove: (id, isForced) =>
      change('remove', id, ({ state }) => {
        if (state === 'running' && !isForced)
          throw new DriverError('rejected', 'The container runs; stop it first.');
        return null;
      }),
    async create(container: NewContainer) {
      await hook?.('create', container.name);
      reach();
      const refusal = refusals.get('create');
      if (refusal !== undefined) throw new DriverError('rejected', refusal);
      if ([...containers.values()].some(({ name }) => name === container.name)) {
        throw new DriverError('rejected', `The container name "/${container.name}" is already in use.`);
      }
      if ((await objects.port.image(container.image)) === null)
        throw new DriverError('rejected', `No such image: ${container.image}`);
      made += 1;
      const id = `fa${made.toString(16).padStart(62, '0')}`;
      const summary = { ...summaryOfNew(container, now()), id };
      const mounts = container.mounts.map((mount) => ({
        ...mount,
        name: mount.type === 'volume' ? mount.source : null,
      }));
      containers.set(id, summary);
      details.set(id, { environment: container.environment, startedAt: null, mounts });
      done.push(`create ${id}`);
      tell(id, 'create');
      return id;
    },
    connect: (network, id) => change(`connect ${network}`, id, () => ({}), withNetwork(id, network)),
    disconnect: (network, id) => change(`disconnect ${network}`, id, () => ({}), withoutNetwork(id, network)),
    ...objects.port,
    events: (signal) =>
      heard(signal, ({ type, id, action, at }) => (type === 'container' ? { id, action, at } : null)),
    happenings: (signal) => heard(signal, (event) => event),
  };

  async function* heard<T>(signal: AbortSignal, take: (event: EngineEvent) => T | null): AsyncGenerator<T> {
    read('event-streams');
    const queue: (EngineEvent | null)[] = [];
    let wake = () => undefined as void;
    const listener = (event: EngineEvent | null) => {
      queue.push(event);
      wake();
    };
    listeners.add(listener);
    signal.addEventListener('abort', () => wake(), { once: true });
    try {
      while (!signal.aborted) {
        const event = queue.shift();
        if (event === null) throw new DriverError('unavailable', 'The container engine went away.');
        const taken = event === undefined ? null : take(event);
        if (taken !== null) yield taken;
        else if (event === undefined) await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      listeners.delete(listener);
    }
  }
}
