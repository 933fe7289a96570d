import type { Attention } from '@nebula/runtime';
import type { Filesystem, Sample, Temperature, Unit } from './contract.ts';

/** Of what it is judged whether a person should look. */
export interface SystemFacts {
  sample: Pick<Sample, 'memory'> | null;
  filesystems: readonly Filesystem[];
  temperatures: readonly Temperature[];
  units: readonly Unit[];
}

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

function ofFilesystem(row: Filesystem): Attention[] {
  const at = (what: string) => ({ id: `system.${what}.${row.mountPoint}`, path: '/system' });
  if (row.status === 'silent') {
    const sentence = `${row.mountPoint} (${row.device}) does not answer.`;
    return [{ ...at('silent'), severity: 'critical', sentence }];
  }
  // A read-only file system, such as a disc, is always full.
  if (row.isReadOnly) return [];
  const found: Attention[] = [];
  const space = usedPercent(row);
  if (space !== null && space > fullPercent) {
    const sentence = `${row.mountPoint} is ${whole(space)} % full.`;
    found.push({ ...at('space'), severity: severityOf(space), sentence });
  }
  const inodes = row.inodes === null ? 0 : (row.inodes.used / row.inodes.total) * 100;
  if (inodes > fullPercent) {
    const sentence = `${row.mountPoint} has used ${whole(inodes)} % of its inodes: soon no file can be made there.`;
    found.push({ ...at('inodes'), severity: severityOf(inodes), sentence });
  }
  return found;
}

function ofMemory(sample: SystemFacts['sample']): Attention[] {
  if (sample === null) return [];
  const { available, total, limit } = sample.memory;
  const share = (available / (limit ?? total)) * 100;
  if (total === 0 || share >= 5) return [];
  const sentence = `Only ${whole(share)} % of the memory is left for programs.`;
  return [{ id: 'system.memory', severity: share < 2 ? 'critical' : 'warning', sentence, path: '/system' }];
}

function ofTemperature({ id, chip, label, celsius, high, critical }: Temperature): Attention[] {
  const name = label === chip ? chip : `${label} (${chip})`;
  const at = { id: `system.temperature.${id}`, path: '/system' };
  if (critical !== null && celsius >= critical) {
    const sentence = `${name} is ${celsius} °C hot; ${critical} °C is its critical limit.`;
    return [{ ...at, severity: 'critical', sentence }];
  }
  if (high === null || celsius < high) return [];
  return [{ ...at, severity: 'warning', sentence: `${name} is ${celsius} °C hot; ${high} °C is its limit.` }];
}

function ofUnits(units: readonly Unit[]): Attention[] {
  const failed = units.filter(({ active }) => active === 'failed');
  const path = '/system?tab=units&active=failed';
  const listed = failed.slice(0, mostUnits).map(({ name }): Attention => {
    return { id: `system.unit.${name}`, severity: 'warning', sentence: `${name} has failed.`, path };
  });
  const rest = failed.length - listed.length;
  if (rest <= 0) return listed;
  const sentence = `${rest} more ${rest === 1 ? 'unit has' : 'units have'} failed.`;
  return [...listed, { id: 'system.units', severity: 'warning', sentence, path }];
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
