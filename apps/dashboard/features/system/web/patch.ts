import type { HostIdentity } from '../../hosts/contract.ts';
import type { CpuShares, Point, Sample, Storage } from '../contract.ts';

/** What the page shows of the machine. */
export interface SystemState {
  hostId: string;
  identity: HostIdentity;
  sample: Sample;
  storage: Storage | null;
}

/** The last minutes, oldest first. */
export interface History {
  hostId: string;
  everySeconds: number;
  points: Point[];
}

const minutes = 5;

/** How many readings fit in the last minutes. */
export function capacityOf({ everySeconds }: Pick<History, 'everySeconds'>): number {
  return Math.max(2, Math.ceil((minutes * 60) / everySeconds));
}

/** Adds a reading; one that is not newer than the last is not taken again. */
export function addPoint(history: History, sample: Sample): History {
  const last = history.points.at(-1);
  if (last !== undefined && sample.at <= last.at) return history;
  return { ...history, points: [...history.points, pointOf(sample)].slice(-capacityOf(history)) };
}

/** Percent of the time in which processors worked; waiting for disks is not work. */
export function busyPercent({ user, system, steal }: CpuShares): number {
  return user + system + steal;
}

function pointOf({ at, cpu, memory, interfaces, disks }: Sample): Point {
  const outside = interfaces.filter(({ kind }) => kind === 'wired' || kind === 'wireless');
  const sum = <T>(rows: readonly T[], of: (row: T) => number) => rows.reduce((all, row) => all + of(row), 0);
  return {
    at,
    cpuPercent: busyPercent(cpu.total),
    memoryUsedBytes: memory.total - memory.available,
    receivedBytesPerSecond: sum(outside, (link) => link.receivedBytesPerSecond),
    sentBytesPerSecond: sum(outside, (link) => link.sentBytesPerSecond),
    readBytesPerSecond: sum(disks, (disk) => disk.readBytesPerSecond),
    writtenBytesPerSecond: sum(disks, (disk) => disk.writtenBytesPerSecond),
  };
}
