import { basename, dirname, isAbsolute, join } from 'node:path';
import type { ContainerSummary, Docker } from '@nebula/docker';
import { DriverError } from '@nebula/errors';
import type { StackPlace } from './contract-shapes.ts';
import { composeFilesIn, isManaged, lookAt, stackFolders } from './folders.ts';

/** A stack as it was found: by its folder, by the labels of its containers, or both. */
export interface Found {
  name: string;
  folder: string;
  place: StackPlace;
  reason: string;
  /** Its compose files, absolute; as labels say for stacks that are not ours. */
  composeFiles: string[];
  containers: ContainerSummary[];
}

/** Finds stacks on disk and among containers; keeps nothing, so files and labels are all the truth there is. */
export interface Finder {
  /** By name. */
  all(signal: AbortSignal): Promise<Found[]>;
  /** One of them; undefined when neither files nor containers have the name. */
  one(name: string, signal: AbortSignal): Promise<Found | undefined>;
  /** Where the files of a new stack go. */
  newFolder(name: string): string;
}

const label = (key: string) => `com.docker.compose.${key}`;

/** See {@link Finder}. While the engine is away, stacks on disk are still found. */
export function createFinder({
  docker,
  roots,
}: {
  docker: Docker;
  roots: readonly [string, ...string[]];
}): Finder {
  async function containersByProject(signal: AbortSignal): Promise<Map<string, ContainerSummary[]>> {
    try {
      const rows = await docker.list({ signal });
      const own = rows.filter(
        ({ labels }) => (labels[label('project')] ?? '') !== '' && labels[label('oneoff')] !== 'True',
      );
      return Map.groupBy(own, ({ labels }) => labels[label('project')] ?? '');
    } catch (error) {
      if (error instanceof DriverError && error.kind === 'unavailable') return new Map();
      throw error;
    }
  }

  async function all(signal: AbortSignal): Promise<Found[]> {
    const projects = await containersByProject(signal);
    const folders = await stackFolders(roots);
    const found = new Map<string, Found>();
    for (const [name, containers] of projects) found.set(name, await ofLabels(name, containers));
    for (const folder of folders) {
      const owner = [...found.values()].find((one) => one.folder === folder);
      const name = owner?.name ?? projectName(basename(folder));
      const holder = found.get(name);
      // Of two folders with one name the first has it; a folder of ours goes before one elsewhere, whose copy it is.
      if (name === '' || (holder?.place === 'managed' && holder.folder !== folder)) continue;
      const composeFiles = (await composeFilesIn(folder)).map((file) => join(folder, file));
      const containers = holder?.containers ?? [];
      found.set(name, { ...{ name, folder, composeFiles, containers }, place: 'managed', reason: '' });
    }
    return [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  async function ofLabels(name: string, containers: ContainerSummary[]): Promise<Found> {
    const newest = containers.toSorted(
      (one, other) => other.createdAt.getTime() - one.createdAt.getTime(),
    )[0];
    const files = (newest?.labels[label('project.config_files')] ?? '')
      .split(',')
      .filter((path) => isAbsolute(path));
    const folder =
      newest?.labels[label('project.working_dir')] ?? (files[0] === undefined ? '' : dirname(files[0]));
    const known = { name, folder: isAbsolute(folder) ? folder : '', composeFiles: files, containers };
    const { place, reason } = await placeOf(known.folder, files);
    return { ...known, place, reason };
  }

  async function placeOf(folder: string, files: string[]): Promise<{ place: StackPlace; reason: string }> {
    if (folder === '') return { place: 'missing', reason: 'Its containers do not say where its files are.' };
    if ((await isManaged(folder, roots)) && (await composeFilesIn(folder)).length > 0)
      return { place: 'managed', reason: '' };
    const path = files[0] ?? folder;
    switch (await lookAt(path)) {
      case 'missing':
        return { place: 'missing', reason: `${path} is not there any more.` };
      case 'unreadable':
        return { place: 'unreadable', reason: `${path} may not be read by the user NebulaCommand runs as.` };
      default:
        return { place: 'elsewhere', reason: `${path} is outside ${roots.join(', ')}.` };
    }
  }

  return {
    all,
    one: async (name, signal) => (await all(signal)).find((found) => found.name === name),
    newFolder: (name) => join(roots[0], name),
  };
}

/** The service of a container, and the hash of what it was made from. */
export function madeFrom({ labels }: ContainerSummary): { service: string; hash: string } {
  return { service: labels[label('service')] ?? '', hash: labels[label('config-hash')] ?? '' };
}

/** The project that compose makes of a folder's name. */
export function projectName(folder: string): string {
  return folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '')
    .slice(0, 63);
}
