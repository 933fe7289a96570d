import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '@nebula/errors';
import { type StackFile, StackFileName } from './contract-shapes.ts';

/** A file as it was read. */
export interface ReadFile {
  name: string;
  text: string;
  sha256: string;
  bytes: number;
  modifiedAt: Date;
}

/** Names under which compose looks for its file, in its order (compose-spec.io, "The Compose application model"). */
export const composeNames = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const overrideNames = [
  'compose.override.yaml',
  'compose.override.yml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];
const largestFile = 262_144;
const mostFiles = 40;
const mostFolders = 500;

/** Folders below the roots that hold a compose file; links are not followed. */
export async function stackFolders(roots: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const root of roots) {
    for (const entry of await entriesOf(root)) {
      if (!entry.isDirectory() || entry.name.startsWith('.') || found.length >= mostFolders) continue;
      const folder = join(root, entry.name);
      if ((await composeFilesIn(folder)).length > 0) found.push(folder);
    }
  }
  return found;
}

/** The compose files of a folder in the order in which compose reads them; none when there is no compose file. */
export async function composeFilesIn(folder: string): Promise<string[]> {
  const names = new Set((await entriesOf(folder)).filter((entry) => entry.isFile()).map(({ name }) => name));
  const main = composeNames.find((name) => names.has(name));
  const override = overrideNames.find((name) => names.has(name));
  return main === undefined ? [] : override === undefined ? [main] : [main, override];
}

/** The files of a folder that may be opened here. */
export async function filesIn(folder: string, composeFiles: readonly string[]): Promise<StackFile[]> {
  const names = (await entriesOf(folder))
    .filter((entry) => entry.isFile() && StackFileName.safeParse(entry.name).success)
    .map(({ name }) => name)
    .sort((one, other) => rank(one, composeFiles) - rank(other, composeFiles) || (one < other ? -1 : 1));
  const files: StackFile[] = [];
  for (const name of names.slice(0, mostFiles)) {
    const file = await readInside(folder, name).catch(() => null);
    if (file === null) continue;
    const { sha256, bytes, modifiedAt } = file;
    files.push({
      name,
      sha256,
      bytes,
      modifiedAt: modifiedAt.toISOString(),
      kind: kindOf(name, composeFiles),
    });
  }
  return files;
}

/**
 * Reads a file of a folder; null when it is not there. A link, a device or a file of more than 256 KiB is refused, so that
 * nothing outside the folder can be read through it.
 */
export async function readInside(folder: string, name: string): Promise<ReadFile | null> {
  const handle = await openInside(join(folder, name));
  if (handle === null) return null;
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) throw refused(name, 'is not a plain file');
    if (facts.size > largestFile) throw refused(name, 'is larger than 256 KiB');
    const bytes = await handle.readFile();
    const text = textOf(name, bytes);
    return { name, text, sha256: digestOf(bytes), bytes: bytes.length, modifiedAt: facts.mtime };
  } finally {
    await handle.close();
  }
}

/** What is not UTF-8 would be written back as something else, and the original lost. */
function textOf(name: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { ignoreBOM: true, fatal: true }).decode(bytes);
  } catch {
    throw refused(name, 'is not text in UTF-8');
  }
}

/** SHA-256 in hexadecimal. */
export function digestOf(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Whether a folder is, links followed, a direct child of one of the roots. */
export async function isManaged(folder: string, roots: readonly string[]): Promise<boolean> {
  try {
    const real = await realpath(folder);
    for (const root of roots) {
      const realRoot = await realpath(root).catch(() => null);
      if (realRoot !== null && join(realRoot, basename(real)) === real) return true;
    }
    return false;
  } catch {
    // A folder that cannot be followed is nobody's to manage.
    return false;
  }
}

/** How a path looks from here. */
export async function lookAt(path: string): Promise<'there' | 'missing' | 'unreadable'> {
  try {
    await lstat(path);
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    await handle.close();
    return 'there';
  } catch (error) {
    return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR' ? 'missing' : 'unreadable';
  }
}

/** The code of a failed file operation, such as `ENOENT`. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

async function openInside(path: string) {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    if (codeOf(error) === 'ELOOP') throw refused(basename(path), 'is a link, which is not followed');
    if (codeOf(error) === 'EACCES') throw refused(basename(path), 'may not be read by our user');
    throw error;
  }
}

function refused(name: string, why: string): AppError {
  return new AppError('NOT_MANAGED', `${name} ${why}.`);
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(codeOf(error))) return [];
    throw error;
  }
}

function kindOf(name: string, composeFiles: readonly string[]): StackFile['kind'] {
  if (name === composeFiles[0]) return 'compose';
  if (composeFiles.includes(name) || overrideNames.includes(name)) return 'override';
  return name.endsWith('.env') ? 'env' : 'other';
}

function rank(name: string, composeFiles: readonly string[]): number {
  return ['compose', 'override', 'env', 'other'].indexOf(kindOf(name, composeFiles));
}
