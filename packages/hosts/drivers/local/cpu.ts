import type { CpuTimes, PressureOf } from '../../index.ts';

/** What `/proc/stat` tells. */
export interface Stat {
  total: CpuTimes;
  cores: CpuTimes[];
  running: number;
  blocked: number;
  bootedAt: Date | null;
}

const nothing: CpuTimes = { user: 0, system: 0, idle: 0, iowait: 0, steal: 0 };

/** Reads `/proc/stat` (proc_stat(5)). Guest time is part of user time there; cores that are off have no line and count as idle. */
export function parseStat(text: string): Stat {
  const stat: Stat = { total: nothing, cores: [], running: 0, blocked: 0, bootedAt: null };
  for (const line of text.split('\n')) {
    const [name = '', ...values] = line.split(/\s+/);
    if (name === 'cpu') stat.total = timesOf(values);
    else if (/^cpu\d{1,5}$/.test(name)) {
      const index = Number(name.slice(3));
      while (stat.cores.length < Math.min(index, 4096)) stat.cores.push(nothing);
      if (index < 4096) stat.cores[index] = timesOf(values);
    } else if (name === 'procs_running') stat.running = count(values[0]);
    else if (name === 'procs_blocked') stat.blocked = count(values[0]);
    else if (name === 'btime' && count(values[0]) > 0) stat.bootedAt = new Date(count(values[0]) * 1000);
  }
  return stat;
}

function timesOf(values: string[]): CpuTimes {
  const [user, nice, system, idle, iowait, irq, softirq, steal] = values.map(count);
  return {
    user: (user ?? 0) + (nice ?? 0),
    system: (system ?? 0) + (irq ?? 0) + (softirq ?? 0),
    idle: idle ?? 0,
    iowait: iowait ?? 0,
    steal: steal ?? 0,
  };
}

/** Reads `/proc/loadavg`. */
export function parseLoad(text: string): [number, number, number] {
  const [one, five, fifteen] = text.split(/\s+/).map(decimal);
  return [one ?? 0, five ?? 0, fifteen ?? 0];
}

/** Seconds since the start, from `/proc/uptime`. */
export function parseUptime(text: string): number {
  return decimal(text.split(/\s+/)[0]);
}

/** Reads a file of `/proc/pressure` (Documentation/accounting/psi.rst); null when there is none. */
export function parsePressure(text: string | null): PressureOf | null {
  const some = /^some avg10=([\d.]+) avg60=([\d.]+)/m.exec(text ?? '');
  if (some === null) return null;
  const full = /^full avg10=([\d.]+)/m.exec(text ?? '');
  return {
    some10: decimal(some[1]),
    some60: decimal(some[2]),
    full10: full === null ? null : decimal(full[1]),
  };
}

/** The first processor's name from `/proc/cpuinfo`; null where it has none, as on most ARM. */
export function parseCpuModel(text: string | null): string | null {
  const name = /^(?:model name|Model|Hardware)\s*:\s*(.+)$/m.exec(text ?? '')?.[1]?.trim();
  return name === undefined || name === '' ? null : name.slice(0, 200);
}

/** A whole number at or above zero; 0 for anything else. */
export function count(text: string | undefined): number {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? Math.round(value) : 0;
}

function decimal(text: string | undefined): number {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : 0;
}
