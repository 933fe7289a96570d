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

/** What of the machine, of a volume or of memory stands inside a container. */
export interface ContainerMount {
  type: 'bind' | 'volume' | 'tmpfs' | 'other';
  /** Name of the volume; null for others. */
  name: string | null;
  /** Path on the machine; empty for tmpfs. */
  source: string;
  target: string;
  isReadOnly: boolean;
}

/** A network that a container is on. */
export interface ContainerNetwork {
  name: string;
  address: string | null;
  addressV6: string | null;
  gateway: string | null;
  macAddress: string | null;
  aliases: string[];
}

/** When the engine starts a container again by itself. */
export interface RestartPolicy {
  name: 'no' | 'always' | 'unless-stopped' | 'on-failure';
  /** Most tries of `on-failure`; 0 is no limit. */
  maximumRetries: number;
}

/** One run of a container's health check. */
export interface HealthCheckResult {
  at: Date;
  exitCode: number;
  output: string;
}

/** What a container may do beyond an ordinary one, as it was made. */
export interface ContainerPower {
  isPrivileged: boolean;
  networkMode: string;
  pidMode: string;
  ipcMode: string;
  utsMode: string;
  usernsMode: string;
  addedCapabilities: string[];
  droppedCapabilities: string[];
  /** Devices of the machine, as paths or kinds (`gpu`). */
  devices: string[];
  securityOptions: string[];
  isRootReadOnly: boolean;
}

/** What only an inspection tells. */
export interface ContainerDetail {
  id: string;
  name: string;
  state: ContainerSummary['state'];
  health: ContainerSummary['health'];
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  exitCode: number;
  isOutOfMemoryKilled: boolean;
  /** The engine's own words when it could not start it; empty otherwise. */
  error: string;
  /** How often the engine has restarted it by itself. */
  restartCount: number;
  image: string;
  imageId: string;
  /** Program and arguments. */
  command: string[];
  /** `NAME=value`, as it was made; holds secrets. */
  environment: string[];
  user: string;
  workingDir: string;
  labels: Record<string, string>;
  restartPolicy: RestartPolicy;
  mounts: ContainerMount[];
  networks: ContainerNetwork[];
  ports: ContainerPort[];
  /** Newest run of its health check; null when there is none. */
  lastHealthCheck: HealthCheckResult | null;
  /** Null means no limit. */
  limits: { memoryBytes: number | null; cpus: number | null; processes: number | null };
  power: ContainerPower;
}

/** Counters of a running container at one instant; those of input and output are sums since its start. */
export interface ContainerCounters {
  at: Date;
  /** Processor time used since its start, in nanoseconds, over all cores. */
  cpuNanoseconds: number;
  /** Memory in use without page cache that can be given back. */
  memoryBytes: number;
  /** Null when there is no limit below the machine's memory. */
  memoryLimitBytes: number | null;
  /** Over all its networks; null when it has none of its own. */
  receivedBytes: number | null;
  sentBytes: number | null;
  /** On disks; null when the kernel does not count it. */
  readBytes: number | null;
  writtenBytes: number | null;
}

/** Something that happened to a container. */
export interface ContainerEvent {
  id: string;
  action: string;
  at: Date;
  /** Of `die`: how it ended. */
  exitCode?: number;
}

/** What a container, running or not, keeps in use. */
export interface ContainerHoldings {
  id: string;
  name: string;
  state: ContainerSummary['state'];
  labels: Record<string, string>;
  image: string;
  imageId: string;
  /** Names of volumes. */
  volumes: string[];
  /** The id of a network is empty while the container has never run. */
  networks: { id: string; name: string; address: string | null; addressV6: string | null }[];
}

/** Something that happened to a part of the engine. */
export interface EngineEvent {
  type: 'container' | 'image' | 'volume' | 'network';
  /** Such as `die`; what stands behind a colon is left out. */
  action: string;
  /** Id of a container, image or network, name of a volume. */
  id: string;
  at: Date;
  /** What the engine tells besides, such as `name`, `image` and `exitCode`, with the labels. */
  attributes: Record<string, string>;
}

/** A container to be made. */
export interface NewContainer {
  name: string;
  image: string;
  /** Instead of the image's own when it is not empty. */
  command: string[];
  /** `NAME=value`. */
  environment: string[];
  labels: Record<string, string>;
  ports: { container: number; protocol: 'tcp' | 'udp'; published: number | null; address: string }[];
  mounts: { type: 'bind' | 'volume'; source: string; target: string; isReadOnly: boolean }[];
  /** The network it starts on; the engine's own bridge when null. */
  network: string | null;
  restartPolicy: RestartPolicy;
  memoryBytes: number | null;
  cpus: number | null;
  healthCheck: NewHealthCheck | null;
}

/** A health check to be made: a program with its arguments, started inside the container. */
export interface NewHealthCheck {
  command: string[];
  intervalSeconds: number;
  timeoutSeconds: number;
  retries: number;
  startPeriodSeconds: number;
}
