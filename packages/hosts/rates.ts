import type { BlockCounters, CpuTimes, HostCounters, InterfaceCounters } from './index.ts';

/** Percent of one processor's (or all processors') time, by what it went to. */
export interface CpuShares {
  user: number;
  system: number;
  iowait: number;
  steal: number;
}

/** A disk between two readings. */
export interface DiskRates {
  name: string;
  readBytesPerSecond: number;
  writtenBytesPerSecond: number;
  /** Percent of the time in which it worked. */
  busyPercent: number;
}

/** An interface between two readings; errors and drops are those of this span. */
export interface InterfaceRates
  extends Pick<InterfaceCounters, 'name' | 'kind' | 'members' | 'state' | 'speed' | 'errors' | 'dropped'> {
  receivedBytesPerSecond: number;
  sentBytesPerSecond: number;
  newErrors: number;
}

/** What a machine did between two readings. */
export interface HostSample extends Omit<HostCounters, 'cpu' | 'disks' | 'interfaces'> {
  cpu: { total: CpuShares; cores: CpuShares[] };
  disks: DiskRates[];
  interfaces: InterfaceRates[];
}

/** Rates between two readings of one machine; null when no time has passed or the machine was started anew. */
export function sampleBetween(previous: HostCounters, current: HostCounters): HostSample | null {
  const seconds = current.uptimeSeconds - previous.uptimeSeconds;
  if (seconds <= 0) return null;
  const disksBefore = byName(previous.disks);
  const linksBefore = byName(previous.interfaces);
  const { cpu, disks, interfaces, ...rest } = current;
  return {
    ...rest,
    cpu: {
      total: sharesBetween(previous.cpu.total, cpu.total),
      cores: cpu.cores.map((core, index) => sharesBetween(previous.cpu.cores[index] ?? core, core)),
    },
    disks: disks.map((disk) => diskBetween(disksBefore.get(disk.name) ?? disk, disk, seconds)),
    interfaces: interfaces.map((link) => linkBetween(linksBefore.get(link.name) ?? link, link, seconds)),
  };
}

/** A core that was off has no time of its own; it then did nothing. */
function sharesBetween(previous: CpuTimes, current: CpuTimes): CpuShares {
  const spent = {
    user: grown(previous.user, current.user),
    system: grown(previous.system, current.system),
    iowait: grown(previous.iowait, current.iowait),
    steal: grown(previous.steal, current.steal),
  };
  const idle = grown(previous.idle, current.idle);
  const all = spent.user + spent.system + spent.iowait + spent.steal + idle;
  const share = (ticks: number) => (all === 0 ? 0 : oneDecimal((ticks / all) * 100));
  return {
    user: share(spent.user),
    system: share(spent.system),
    iowait: share(spent.iowait),
    steal: share(spent.steal),
  };
}

function diskBetween(previous: BlockCounters, current: BlockCounters, seconds: number): DiskRates {
  return {
    name: current.name,
    readBytesPerSecond: Math.round(grown(previous.readBytes, current.readBytes) / seconds),
    writtenBytesPerSecond: Math.round(grown(previous.writtenBytes, current.writtenBytes) / seconds),
    busyPercent: Math.min(100, oneDecimal(grown(previous.busyMs, current.busyMs) / seconds / 10)),
  };
}

function linkBetween(
  previous: InterfaceCounters,
  current: InterfaceCounters,
  seconds: number,
): InterfaceRates {
  const { receivedBytes, sentBytes, ...rest } = current;
  return {
    ...rest,
    receivedBytesPerSecond: Math.round(grown(previous.receivedBytes, receivedBytes) / seconds),
    sentBytesPerSecond: Math.round(grown(previous.sentBytes, sentBytes) / seconds),
    newErrors: grown(previous.errors, current.errors),
  };
}

/** A counter that fell began anew (a device that was plugged in again, a link to a container that went). */
function grown(previous: number, current: number): number {
  return Math.max(0, current - previous);
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}

function byName<T extends { name: string }>(rows: T[]): Map<string, T> {
  return new Map(rows.map((row) => [row.name, row]));
}
