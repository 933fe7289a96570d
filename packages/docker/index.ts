/** A published or exposed port of a container. */
export interface ContainerPort {
  container: number;
  protocol: 'tcp' | 'udp' | 'sctp';
  published: number | null;
  address: string | null;
}

/** What the engine says of a container in its list. */
export interface ContainerSummary {
  id: string;
  name: string;
  image: string;
  imageId: string;
  state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
  status: string;
  health: 'none' | 'starting' | 'healthy' | 'unhealthy';
  createdAt: Date;
  labels: Record<string, string>;
  ports: ContainerPort[];
}

/** What only an inspection tells. */
export interface ContainerDetail {
  id: string;
  name: string;
  state: ContainerSummary['state'];
  health: ContainerSummary['health'];
  startedAt: Date | null;
  finishedAt: Date | null;
  exitCode: number;
  isOutOfMemoryKilled: boolean;
  restartCount: number;
}

/** Counters of a running container at one instant. */
export interface ContainerCounters {
  at: Date;
  /** Processor time used since its start, in nanoseconds, over all cores. */
  cpuNanoseconds: number;
  /** Memory in use without page cache that can be given back. */
  memoryBytes: number;
  /** Null when there is no limit below the machine's memory. */
  memoryLimitBytes: number | null;
}

/** Something that happened to a container. */
export interface ContainerEvent {
  id: string;
  action: string;
  at: Date;
}

/** The engine's identity. */
export interface EngineVersion {
  version: string;
  apiVersion: string;
}

/**
 * A container engine. Every call takes a signal and has a timeout; failures are DriverErrors: `unavailable` when the engine
 * does not answer, `rejected` when it (or the broker before it) refuses, with its sentence.
 */
export interface Docker {
  version(signal?: AbortSignal): Promise<EngineVersion>;
  /** All containers, running or not; only `id` when given. */
  list(options?: { id?: string; signal?: AbortSignal }): Promise<ContainerSummary[]>;
  /** Null when there is no such container. */
  inspect(id: string, signal?: AbortSignal): Promise<ContainerDetail | null>;
  /** Null when the container does not run. */
  counters(id: string, signal?: AbortSignal): Promise<ContainerCounters | null>;
  /** Stops (10 s of grace) and starts; resolves when the engine has done it. */
  restart(id: string, signal?: AbortSignal): Promise<void>;
  /** Events of containers from now on; ends when the engine goes or the signal aborts. */
  events(signal: AbortSignal): AsyncIterable<ContainerEvent>;
}

export { openEngine } from './drivers/engine/engine.ts';
