import type { ChangeMarker } from './contract.ts';
import type { MarkerRow } from './store.ts';

const severities: Partial<Record<MarkerRow['kind'], ChangeMarker['severity']>> = {
  started: 'good',
  healthy: 'good',
  died: 'critical',
  'out-of-memory': 'critical',
  unhealthy: 'warning',
  'engine-lost': 'critical',
  'engine-back': 'good',
  booted: 'warning',
};

/** A stored marker as it is told. */
export function shown(row: MarkerRow): ChangeMarker {
  const { id, at, until, hostId, app, kind, containerId, exitCode, image, imageDigest, count } = row;
  return {
    ...{ id, hostId, app, kind, exitCode, image, imageDigest, count, path: null },
    at: at.toISOString(),
    until: until?.toISOString() ?? null,
    severity: severities[kind] ?? 'info',
    sentence: `${sentenceOf(row)}${count > 1 ? `, ${count} times in a row` : ''}.`,
    source: containerId === null ? (kind === 'server-started' ? 'nebula' : 'host') : 'engine',
    container: containerId?.slice(0, 12) ?? null,
  };
}

function sentenceOf(row: MarkerRow): string {
  const { kind, exitCode, image, imageDigest, detail } = row;
  const name = row.containerName === '' ? (row.containerId?.slice(0, 12) ?? '') : row.containerName;
  const from = `${image ?? 'an image'}${imageDigest === null ? '' : ` (${imageDigest.slice(0, 19)})`}`;
  switch (kind) {
    case 'created':
      return `${name} was made from ${from}`;
    case 'updated':
      return `${name} was made anew from another image: ${from}`;
    case 'started':
      return `${name} started`;
    case 'stopped':
      return `${name} was stopped and ended with exit code ${exitCode ?? 0}`;
    case 'ended':
      return `${name} ended by itself`;
    case 'died':
      return `${name} died with exit code ${exitCode ?? 0}`;
    case 'out-of-memory':
      return `${name} was killed because it ran out of memory`;
    case 'paused':
      return `${name} was paused`;
    case 'unpaused':
      return `${name} goes on`;
    case 'renamed':
      return `${detail} is now called ${name}`;
    case 'removed':
      return `${name} was removed`;
    case 'unhealthy':
      return `The health check of ${name} fails`;
    case 'healthy':
      return `The health check of ${name} is good again`;
    case 'engine-lost':
      return 'The container engine went away';
    case 'engine-back':
      return `The container engine answers again (${detail})`;
    case 'booted':
      return 'The machine started';
    case 'server-started':
      return `NebulaCommand started (${detail})`;
    default:
      return kind satisfies never;
  }
}
