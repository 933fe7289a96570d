/** Who a machine is; changes only with a restart. */
export interface HostIdentity {
  hostname: string;
  /** Such as `Ubuntu 25.10`. */
  os: string;
  kernel: string;
  architecture: string;
  cpuModel: string | null;
  cores: number;
  bootedAt: Date | null;
  /** Different after every start of the machine, whatever its clock says; null where the kernel does not tell. */
  bootId: string | null;
  /** What we run in ourselves (`docker`, `podman`, `lxc`, `container`); null on the machine itself. */
  container: string | null;
}

/** Processor time since the start in clock ticks (1/100 s), by what it went to. */
export interface CpuTimes {
  user: number;
  system: number;
  idle: number;
  iowait: number;
  steal: number;
}

/** Memory in bytes; the parts are disjoint and `used` is what is left of `total`. */
export interface Memory {
  total: number;
  /** What programs can still get without swapping; the kernel's estimate, bounded by the container's limit. */
  available: number;
  free: number;
  buffers: number;
  /** Page cache and reclaimable kernel memory. */
  cached: number;
  /** ZFS cache (ARC); null where there is no ZFS. */
  arc: number | null;
  /** Files in memory (tmpfs) and shared memory. */
  shared: number;
  used: number;
  /** The container's own limit; null when there is none below the machine's memory. */
  limit: number | null;
  /** What the container uses of it. */
  limitUsed: number | null;
}

/** Share of time (percent, last ten seconds and minute) in which something, or everything, waited for a resource. */
export interface PressureOf {
  some10: number;
  some60: number;
  full10: number | null;
}

/** Pressure stall information; a resource the kernel does not measure is null. */
export interface Pressure {
  cpu: PressureOf | null;
  memory: PressureOf | null;
  io: PressureOf | null;
}

/** Bytes and time of a disk since the start. */
export interface BlockCounters {
  name: string;
  readBytes: number;
  writtenBytes: number;
  /** Milliseconds in which at least one request was under way. */
  busyMs: number;
}

/** What sort of interface it is; `containers` is the sum of all links to containers. */
export type InterfaceKind = 'wired' | 'wireless' | 'loopback' | 'bridge' | 'vpn' | 'virtual' | 'containers';

/** Counters of a network interface since it came up. */
export interface InterfaceCounters {
  name: string;
  kind: InterfaceKind;
  /** How many interfaces are in it: 1, or the number of links to containers. */
  members: number;
  state: 'up' | 'down' | 'unknown';
  /** Megabits per second; null when it does not say. */
  speed: number | null;
  receivedBytes: number;
  sentBytes: number;
  /** Errors and dropped packets, both ways. */
  errors: number;
  dropped: number;
}

/** Everything that counts up, at one instant. */
export interface HostCounters {
  at: Date;
  uptimeSeconds: number;
  cpu: { total: CpuTimes; cores: CpuTimes[] };
  /** Processors that a container may use; null when there is no limit. */
  cpuLimit: number | null;
  load: [number, number, number];
  tasks: { running: number; blocked: number };
  memory: Memory;
  /** Null when there is no swap. */
  swap: { total: number; used: number } | null;
  pressure: Pressure;
  disks: BlockCounters[];
  interfaces: InterfaceCounters[];
  /** Open files of the whole machine and how many there may be; null where the kernel does not say. */
  files: { open: number; limit: number } | null;
}

/** Space of one device. All figures are null unless `status` is `ok`. */
export interface Filesystem {
  device: string;
  mountPoint: string;
  type: string;
  kind: 'disk' | 'network' | 'container-root';
  isReadOnly: boolean;
  /** `silent`: it does not answer; `denied`: we may not look; `not-asked`: too many others are silent. */
  status: 'ok' | 'silent' | 'denied' | 'not-asked';
  totalBytes: number | null;
  usedBytes: number | null;
  /** What an ordinary user may still write. */
  availableBytes: number | null;
  /** Null for file systems without a fixed number, such as btrfs. */
  inodes: { total: number; used: number } | null;
}

/** A sensor in degrees Celsius; limits as its chip tells them. */
export interface Temperature {
  id: string;
  chip: string;
  label: string;
  celsius: number;
  high: number | null;
  critical: number | null;
}

/** A process with what it has used since its start. */
export interface ProcessCounters {
  pid: number;
  /** Tells apart two processes that had the same id: clock ticks from boot to its start. */
  startTicks: number;
  name: string;
  state: string;
  cpuTicks: number;
  residentBytes: number;
  threads: number;
}

/** All processes at one instant. */
export interface ProcessTable {
  uptimeSeconds: number;
  processes: ProcessCounters[];
  zombies: number;
}

/** What is read only of processes that are shown. */
export interface ProcessOwner {
  /** File name of its program; null when it does not say (threads of the kernel, programs that write their own title). */
  program: string | null;
  user: string;
  /** Full id of the container it runs in. */
  containerId: string | null;
}

/** A machine. What it does not have is null or missing; a figure that cannot be read is never 0. */
export interface Host {
  identity(): HostIdentity;
  counters(): HostCounters;
  filesystems(): Promise<Filesystem[]>;
  temperatures(): Promise<Temperature[]>;
  processes(): Promise<ProcessTable>;
  /** Null when the process has ended. */
  processOwner(pid: number): ProcessOwner | null;
}

export { type LocalHostOptions, openLocalHost } from './drivers/local/local.ts';
export {
  type CpuShares,
  type DiskRates,
  type HostSample,
  type InterfaceRates,
  sampleBetween,
} from './rates.ts';
