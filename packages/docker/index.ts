import type {
  ContainerCounters,
  ContainerDetail,
  ContainerEvent,
  ContainerHoldings,
  ContainerSummary,
  EngineEvent,
  NewContainer,
} from './container.ts';
import type { ExecRequest, ExecStream } from './exec.ts';
import type {
  ImageDescription,
  ImageDetail,
  ImageSummary,
  NetworkSummary,
  NewNetwork,
  NewVolume,
  PullProgress,
  RegistryCredentials,
  VolumeSummary,
} from './image.ts';
import type { LogLine, LogRequest } from './log.ts';

export type {
  ContainerCounters,
  ContainerDetail,
  ContainerEvent,
  ContainerHoldings,
  ContainerMount,
  ContainerNetwork,
  ContainerPort,
  ContainerPower,
  ContainerSummary,
  EngineEvent,
  HealthCheckResult,
  NewContainer,
  NewHealthCheck,
  RestartPolicy,
} from './container.ts';
export type {
  ImageDescription,
  ImageDetail,
  ImageSummary,
  NetworkSummary,
  NewNetwork,
  NewVolume,
  PullProgress,
  RegistryCredentials,
  VolumeSummary,
} from './image.ts';
export { appOf, composeOf } from './app.ts';
export type { ExecRequest, ExecStream } from './exec.ts';
export type { LogLine, LogRequest } from './log.ts';

/** The engine's identity. */
export interface EngineVersion {
  version: string;
  apiVersion: string;
}

/** Who asked for what a guard before the engine lets through only when asked for, and why. */
export interface GrantWord {
  actor: string;
  reason: string;
}

/** Signs one request past the guard; answers the header that carries it. Throws DriverError `unsupported` when it cannot. */
export type SignGrant = (
  request: GrantWord & { method: string; target: string; body?: unknown; rules: readonly string[] },
) => Record<string, string>;

/**
 * A container engine. Every call takes a signal and has a timeout; failures are DriverErrors: `unavailable` when the engine
 * does not answer, `rejected` when it (or the broker before it) refuses, with its sentence. Verbs about a container that is
 * not there are `rejected`; those whose end is already so (start what runs) do nothing.
 */
export interface Docker {
  version(signal?: AbortSignal): Promise<EngineVersion>;
  /** All containers, running or not; only `id`, or those with `label` (`key=value`), when given. */
  list(options?: { id?: string; label?: string; signal?: AbortSignal }): Promise<ContainerSummary[]>;
  /** Null when there is no such container. */
  inspect(id: string, signal?: AbortSignal): Promise<ContainerDetail | null>;
  /** The engine's own description, unread; it holds secrets. Null when there is no such container. */
  describe(id: string, signal?: AbortSignal): Promise<Record<string, unknown> | null>;
  /** What the engine counts of containers, by id; those that do not run or could not be read are missing. */
  counters(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, ContainerCounters>>;
  /** The last lines of what it wrote, output and errors together, at most 16 KiB. */
  lastLines(id: string, lines: number, signal?: AbortSignal): Promise<string>;
  /**
   * What a container wrote, in pieces as they come, each with its lines in order. Ends with the log, or with the container when
   * it is followed. The engine's refusal of a log that cannot be read is `rejected`.
   */
  logs(id: string, request: LogRequest, signal: AbortSignal): AsyncIterable<LogLine[]>;
  /** Starts a program with a terminal of its own inside a running container; it ends with the stream. */
  exec(id: string, request: ExecRequest, signal?: AbortSignal): Promise<ExecStream>;
  start(id: string, signal?: AbortSignal): Promise<void>;
  /** Asks it to end and ends it after `graceSeconds`; its own grace when null. Resolves when it has ended. */
  stop(id: string, graceSeconds: number | null, signal?: AbortSignal): Promise<void>;
  /** Stops and starts; resolves when the engine has done it. */
  restart(id: string, graceSeconds: number | null, signal?: AbortSignal): Promise<void>;
  pause(id: string, signal?: AbortSignal): Promise<void>;
  unpause(id: string, signal?: AbortSignal): Promise<void>;
  /** Sends a signal such as `SIGTERM` to its main process. */
  kill(id: string, signalName: string, signal?: AbortSignal): Promise<void>;
  rename(id: string, name: string, signal?: AbortSignal): Promise<void>;
  /** Removes a container, running ones only when `isForced`; its volumes stay. */
  remove(id: string, isForced: boolean, signal?: AbortSignal): Promise<void>;
  /** Makes a container and answers its id; it does not run yet. */
  create(container: NewContainer, signal?: AbortSignal): Promise<string>;
  /** What each container keeps in use, also those that do not run. */
  holdings(signal?: AbortSignal): Promise<ContainerHoldings[]>;
  /** Joins a container to a further network. */
  connect(network: string, containerId: string, signal?: AbortSignal): Promise<void>;
  /** Takes a container off a network. */
  disconnect(network: string, containerId: string, signal?: AbortSignal): Promise<void>;
  /** Null when the image is not on the machine. */
  image(reference: string, signal?: AbortSignal): Promise<ImageDetail | null>;
  /** All images but those that are only layers of others. */
  images(signal?: AbortSignal): Promise<ImageSummary[]>;
  /** Null when the image is not on the machine. */
  describeImage(reference: string, signal?: AbortSignal): Promise<ImageDescription | null>;
  /** Gives an image a further name, `repository` and `tag`. */
  tagImage(id: string, repository: string, tag: string, signal?: AbortSignal): Promise<void>;
  /** Fetches an image; `onProgress` is called as it goes. */
  pull(
    reference: string,
    options: {
      credentials?: RegistryCredentials | undefined;
      onProgress?: (progress: PullProgress) => void;
      signal?: AbortSignal;
    },
  ): Promise<void>;
  /** Takes a name off an image, and the image away when that was the last and nobody uses it. */
  removeImage(reference: string, signal?: AbortSignal): Promise<void>;
  volumes(signal?: AbortSignal): Promise<VolumeSummary[]>;
  /** Bytes of each volume by name, counted file by file, which takes long; null where its driver does not say. */
  volumeSizes(signal?: AbortSignal): Promise<Map<string, number | null>>;
  /** Makes an empty volume; one of that name that is there is left as it is. */
  createVolume(volume: NewVolume, signal?: AbortSignal): Promise<void>;
  /** Removes a volume with its data, on the word of whoever is named; `rejected` while a container uses it. */
  removeVolume(name: string, word: GrantWord, signal?: AbortSignal): Promise<void>;
  networks(signal?: AbortSignal): Promise<NetworkSummary[]>;
  /** Makes a network and answers its id. */
  createNetwork(network: NewNetwork, signal?: AbortSignal): Promise<string>;
  /** Removes a network; `rejected` while a container is on it, and for those of the engine itself. */
  removeNetwork(id: string, signal?: AbortSignal): Promise<void>;
  /**
   * Events of containers, from `since` on as far as the engine remembers (256 events), else from now on; ends when the engine
   * goes or the signal aborts.
   */
  events(signal: AbortSignal, since?: Date | null): AsyncIterable<ContainerEvent>;
  /**
   * What happens to every part of the engine, from `since` on as far as the engine remembers (256 events), else from now on;
   * ends when the engine goes or the signal aborts.
   */
  happenings(signal: AbortSignal, since?: Date | null): AsyncIterable<EngineEvent>;
}

export { openEngine } from './drivers/engine/engine.ts';
