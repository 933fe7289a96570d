import { type Attention, mattersOf } from '@nebula/runtime';
import { systemMatters } from './contract-matters.ts';
import type { Filesystem, Sample, Temperature, Unit } from './contract.ts';

/** Of what it is judged whether a person should look. */
export interface SystemFacts {
  sample: Pick<Sample, 'memory'> | null;
  filesystems: readonly Filesystem[];
  temperatures: readonly Temperature[];
  units: readonly Unit[];
}

const matter = mattersOf('system', systemMatters);
const fullPercent = 85;
const almostFullPercent = 95;
/** Units listed by name; more are told as a number. */
const mostUnits = 5;

/** What a person should look at, in sentences; the gravest first. */
export function systemAttention(facts: SystemFacts): Attention[] {
  const found = [
    ...facts.filesystems.flatMap(ofFilesystem),
    ...ofMemory(facts.sample),
    ...facts.temperatures.flatMap(ofTemperature),
    ...ofUnits(facts.units),
  ];
  return found.sort((one, other) => weight(other) - weight(one));
}

/** Percent of a file system in use as df(1) counts it: of what ordinary users can use; null when it is not known. */
export function usedPercent({ usedBytes, availableBytes }: Filesystem): number | null {
  if (usedBytes === null || availableBytes === null || usedBytes + availableBytes === 0) return null;
  return (usedBytes / (usedBytes + availableBytes)) * 100;
}

/** That nobody could say how the units are. */
export function unitsUnknown(why: string): Attention {
  return matter('broker', { why }, { id: 'system.broker', severity: 'warning', path: '/system?tab=units' });
}

function ofFilesystem(row: Filesystem): Attention[] {
  const { mountPoint, device } = row;
  const at = (what: string, severity: Attention['severity']) => ({
    id: `system.${what}.${mountPoint}`,
    severity,
    path: '/system',
  });
  if (row.status === 'silent') return [matter('silent', { mountPoint, device }, at('silent', 'critical'))];
  // A read-only file system, such as a disc, is always full.
  if (row.isReadOnly) return [];
  const found: Attention[] = [];
  const space = usedPercent(row);
  if (space !== null && space > fullPercent)
    found.push(matter('space', { mountPoint, percent: whole(space) }, at('space', severityOf(space))));
  const inodes = row.inodes === null ? 0 : (row.inodes.used / row.inodes.total) * 100;
  if (inodes > fullPercent)
    found.push(matter('inodes', { mountPoint, percent: whole(inodes) }, at('inodes', severityOf(inodes))));
  return found;
}

function ofMemory(sample: SystemFacts['sample']): Attention[] {
  if (sample === null) return [];
  const { available, total, limit } = sample.memory;
  const share = (available / (limit ?? total)) * 100;
  if (total === 0 || share >= 5) return [];
  const severity = share < 2 ? 'critical' : 'warning';
  return [matter('memory', { percent: whole(share) }, { id: 'system.memory', severity, path: '/system' })];
}

function ofTemperature({ id, chip, label, celsius, high, critical }: Temperature): Attention[] {
  const name = label === chip ? chip : `${label} (${chip})`;
  const at = { id: `system.temperature.${id}`, path: '/system' };
  if (critical !== null && celsius >= critical)
    return [matter('too-hot', { name, celsius, limit: critical }, { ...at, severity: 'critical' })];
  if (high === null || celsius < high) return [];
  return [matter('hot', { name, celsius, limit: high }, { ...at, severity: 'warning' })];
}

function ofUnits(units: readonly Unit[]): Attention[] {
  const failed = units.filter(({ active }) => active === 'failed');
  const at = { severity: 'warning', path: '/system?tab=units&active=failed' } as const;
  const listed = failed
    .slice(0, mostUnits)
    .map(({ name }) => matter('unit', { name }, { id: `system.unit.${name}`, ...at }));
  const count = failed.length - listed.length;
  return count <= 0 ? listed : [...listed, matter('units', { count }, { id: 'system.units', ...at })];
}

function severityOf(percent: number): Attention['severity'] {
  return percent > almostFullPercent ? 'critical' : 'warning';
}

/** Rounded down, so that 99.9 % full is not told as full. */
function whole(value: number): number {
  return Math.floor(value);
}

function weight({ severity }: Attention): number {
  return { critical: 2, warning: 1, notice: 0 }[severity];
}
