import type { Memory } from '../../index.ts';
import { count } from './cpu.ts';

/** What a container's control group allows and uses, in bytes; null fields where there is no limit. */
export interface MemoryLimit {
  limit: number | null;
  used: number | null;
}

/** Reads `/proc/meminfo` (values in KiB) and, where there is ZFS, `arcstats`. */
export function parseMemory(
  meminfo: string,
  arcstats: string | null,
  limits: MemoryLimit,
): { memory: Memory; swap: { total: number; used: number } | null } {
  const values = new Map<string, number>();
  for (const [, name = '', amount] of meminfo.matchAll(/^([\w()]+):\s+(\d+)(?: kB)?$/gm)) {
    values.set(name, count(amount) * 1024);
  }
  const of = (name: string) => values.get(name) ?? 0;
  const total = of('MemTotal');
  const free = Math.min(of('MemFree'), total);
  const shared = of('Shmem');
  const buffers = of('Buffers');
  const cached = Math.max(0, of('Cached') - shared) + of('SReclaimable');
  const arc = valueOf(arcstats, 'size');
  const arcKept = valueOf(arcstats, 'c_min') ?? 0;
  const used = Math.max(0, total - free - buffers - cached - shared - (arc ?? 0));
  // Kernels before 3.14 have no estimate; what can be given back is then counted.
  const estimate = values.get('MemAvailable') ?? free + buffers + cached;
  const limit = limits.limit !== null && limits.limit < total ? limits.limit : null;
  const limitUsed = limit === null ? null : limits.used;
  const available = Math.min(
    total,
    // The kernel does not know that ZFS gives its cache back, down to a least size.
    estimate + Math.max(0, (arc ?? 0) - arcKept),
    limit === null ? total : Math.max(0, limit - (limitUsed ?? 0)),
  );
  const swapTotal = of('SwapTotal');
  const swap = swapTotal === 0 ? null : { total: swapTotal, used: Math.max(0, swapTotal - of('SwapFree')) };
  return {
    memory: { total, available, free, buffers, cached, arc, shared, used, limit, limitUsed },
    swap,
  };
}

/** A value of `/proc/spl/kstat/zfs/arcstats`, a table of name, type and value. */
function valueOf(text: string | null, name: string): number | null {
  const value = new RegExp(`^${name}\\s+\\d+\\s+(\\d+)$`, 'm').exec(text ?? '')?.[1];
  return value === undefined ? null : count(value);
}

/** A limit of a control group: `max`, or bytes; version 1 writes a number beyond all memory when there is none. */
export function parseLimit(text: string | null): number | null {
  const value = text?.trim() ?? '';
  return /^\d{1,18}$/.test(value) ? Number(value) : null;
}

/** Processors allowed by `cpu.max` (`200000 100000`), or by quota and period of version 1; null without a limit. */
export function parseCpuLimit(max: string | null): number | null {
  const [, quota, period] = /^(\d+)\s+(\d+)/.exec(max?.trim() ?? '') ?? [];
  if (quota === undefined || period === undefined || Number(period) === 0) return null;
  return Math.round((Number(quota) / Number(period)) * 100) / 100;
}
