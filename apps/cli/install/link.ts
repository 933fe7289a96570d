import { lstat, mkdir, readlink, realpath, rename, rm, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { exitCodes, Failure } from '../failure.ts';
import { programRoot } from '../local/installation.ts';

/** What became of the link to the command. */
export interface LinkState {
  path: string;
  directory: string;
  state: 'linked' | 'already' | 'removed' | 'absent';
}

/** Where the command is linked for whoever runs this. */
export function linkPath(isRoot = process.geteuid?.() === 0, home = homedir()): string {
  return isRoot ? '/usr/local/bin/nebula' : join(home, '.local', 'bin', 'nebula');
}

/**
 * Links the command to this copy of the program; a link to another copy, also one that is gone, is replaced.
 *
 * @throws {Failure} when something that is not ours has that name
 */
export async function linkCommand(path: string = linkPath(), root: string = programRoot): Promise<LinkState> {
  const directory = dirname(path);
  const target = join(root, 'bin', 'nebula.mjs');
  const found = await linkedTo(path);
  if (found === target) return { path, directory, state: 'already' };
  try {
    await mkdir(directory, { recursive: true });
    const draft = `${path}.${process.pid}.new`;
    await symlink(target, draft);
    await rename(draft, path);
  } catch (cause) {
    throw notWritten(directory, cause);
  }
  return { path, directory, state: 'linked' };
}

/** Removes the link again. Throws a failure when the name belongs to something that is not ours. */
export async function unlinkCommand(path: string = linkPath()): Promise<LinkState> {
  const directory = dirname(path);
  if ((await linkedTo(path)) === null) return { path, directory, state: 'absent' };
  await rm(path).catch((cause: unknown) => {
    throw notWritten(directory, cause);
  });
  return { path, directory, state: 'removed' };
}

/** Where the link leads, whole; null when nothing has that name. */
async function linkedTo(path: string): Promise<string | null> {
  const found = await lstat(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (found === null) return null;
  const target = found.isSymbolicLink() ? await readlink(path) : '';
  if (!target.endsWith('/bin/nebula.mjs')) {
    throw new Failure(exitCodes.busy, `${path} is something else and stays.`, {
      next: 'Rename it, or start nebula by its whole path.',
    });
  }
  return await realpath(target).catch(() => target);
}

function notWritten(directory: string, cause: unknown): Failure {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Failure(exitCodes.denied, `${directory} cannot be changed: ${why}.`, { cause });
}
