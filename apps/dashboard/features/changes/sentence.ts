import type { ChangeMarker } from './contract.ts';
import { type ChangeValues, changeWords, repeatedWords } from './contract-words.ts';
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
  const values = valuesOf(row);
  return {
    ...{ id, hostId, app, kind, exitCode, image, imageDigest, count, values, path: null },
    at: at.toISOString(),
    until: until?.toISOString() ?? null,
    severity: severities[kind] ?? 'info',
    sentence: [changeWords[kind](values), ...(count > 1 ? [repeatedWords.times(count)] : [])].join(' '),
    source: containerId === null ? (kind === 'server-started' ? 'nebula' : 'host') : 'engine',
    container: containerId?.slice(0, 12) ?? null,
  };
}

function valuesOf({
  containerName,
  containerId,
  exitCode,
  image,
  imageDigest,
  kind,
  detail,
}: MarkerRow): ChangeValues {
  return {
    name: containerName === '' ? (containerId?.slice(0, 12) ?? '') : containerName,
    from: `${image ?? '?'}${imageDigest === null ? '' : ` (${imageDigest.slice(0, 19)})`}`,
    exitCode: exitCode ?? 0,
    // That of a start of the machine only tells one from another.
    detail: kind === 'booted' ? '' : detail,
  };
}
