import { composeOf, type ContainerHoldings, type VolumeSummary } from '@nebula/docker';
import { holdersBy } from '../images/index.ts';
import type { Volume, VolumeDetail } from './contract.ts';

/** What the list is narrowed to. */
export interface VolumeFilter {
  search?: string | undefined;
  use?: 'used' | 'unused' | 'anonymous' | undefined;
}

const masked = '••••••';

/** The volumes of a machine with who uses them, by name. */
export function volumesOf(
  rows: readonly VolumeSummary[],
  holdings: readonly ContainerHoldings[],
  sizeOf: (name: string) => number | null,
  hostId: string,
): VolumeDetail[] {
  const holders = holdersBy(holdings, ({ volumes }) => volumes);
  return rows
    .map(({ name, driver, createdAt, mountPoint, labels, options }) => ({
      ...{ name, driver, mountPoint, labels, hostId },
      createdAt: createdAt?.toISOString() ?? null,
      // The engine says so by a label since 24; before, only by a name that nobody would choose.
      isAnonymous: Object.hasOwn(labels, 'com.docker.volume.anonymous') || /^[0-9a-f]{64}$/.test(name),
      project: composeOf(labels).project,
      options: withoutPasswords(options),
      sizeBytes: sizeOf(name),
      usedBy: holders.get(name) ?? [],
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Whether a volume is among those asked for. */
export function isWanted(
  { name, project, isAnonymous, usedBy }: Volume,
  { search, use }: VolumeFilter,
): boolean {
  if (use === 'used' && usedBy.length === 0) return false;
  if (use === 'unused' && usedBy.length > 0) return false;
  if (use === 'anonymous' && !isAnonymous) return false;
  const wanted = search?.toLowerCase() ?? '';
  return wanted === '' || [name, project ?? ''].some((text) => text.toLowerCase().includes(wanted));
}

/** Shares are mounted with `o=username=…,password=…`. */
function withoutPasswords(options: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      /pass|secret|token|key/i.test(name)
        ? masked
        : value.replaceAll(/((?:^|,)\s*\w*(?:pass|secret|token|key|cred)\w*=)[^,]*/gi, `$1${masked}`),
    ]),
  );
}
