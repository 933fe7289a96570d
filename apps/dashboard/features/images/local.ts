import type { ContainerHoldings, ImageSummary } from '@nebula/docker';
import type { Image, ImageTotals } from './contract.ts';
import { holdersBy } from './holders.ts';

/** What the list is narrowed to. */
export interface ImageFilter {
  search?: string | undefined;
  use?: 'used' | 'unused' | 'dangling' | 'only-copy' | undefined;
}

/**
 * The images of a machine with who uses them, by name. `isLost` says whether the registry of an image was found to have it no
 * more.
 */
export function imagesOf(
  rows: readonly ImageSummary[],
  holdings: readonly ContainerHoldings[],
  isLost: (id: string) => boolean,
  hostId: string,
): Image[] {
  const holders = holdersBy(holdings, ({ imageId }) => [imageId]);
  return rows
    .map(({ createdAt, ...row }) => ({
      ...row,
      hostId,
      name: nameOf(row),
      createdAt: createdAt.toISOString(),
      isDangling: row.tags.length === 0,
      isOnlyCopy: row.digests.length === 0 || isLost(row.id),
      usedBy: holders.get(row.id) ?? [],
    }))
    .sort(byName);
}

/** What an image is called: by its first name, a digest, or the beginning of its id. */
export function nameOf({ id, tags, digests }: Pick<ImageSummary, 'id' | 'tags' | 'digests'>): string {
  return tags[0] ?? digests[0] ?? id.slice(0, 'sha256:'.length + 12);
}

/** Whether an image is among those asked for. */
export function isWanted(
  { id, tags, digests, isDangling, isOnlyCopy, usedBy }: Image,
  filter: ImageFilter,
): boolean {
  const { search, use } = filter;
  if (use === 'used' && usedBy.length === 0) return false;
  if (use === 'unused' && usedBy.length > 0) return false;
  if (use === 'dangling' && !isDangling) return false;
  if (use === 'only-copy' && !isOnlyCopy) return false;
  const wanted = search?.toLowerCase() ?? '';
  return wanted === '' || [id, ...tags, ...digests].some((name) => name.toLowerCase().includes(wanted));
}

/** What all images take together, as far as it can be told. */
export function totalsOf(images: readonly Image[]): ImageTotals {
  const unused = images.filter(({ usedBy }) => usedBy.length === 0);
  const isKnown = images.every(({ sharedBytes }) => sharedBytes !== null);
  return {
    images: images.length,
    unused: unused.length,
    reclaimableBytes: isKnown
      ? unused.reduce((sum, { sizeBytes, sharedBytes }) => sum + sizeBytes - (sharedBytes ?? 0), 0)
      : null,
  };
}

/** Where an image stands in the list. */
export function placeOf({ name, id }: Pick<Image, 'name' | 'id'>): string {
  return `${name} ${id}`;
}

function byName(one: Image, other: Image): number {
  return placeOf(one) < placeOf(other) ? -1 : 1;
}
