import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Root of the project. */
export const root = join(import.meta.dirname, '..');

const skipped = new Set(['node_modules', 'dist', '.git', '.cache', 'coverage']);

/** Files of the project: what git tracks or would track; without git (an unpacked archive) all but installed ones. */
export function projectFiles(base: string = root): string[] {
  const listed = listedByGit(base) ?? walk(base);
  // The fixtures break the rules on purpose.
  return listed.filter((path) => !path.startsWith('tools/fixtures/') && existsSync(join(base, path)));
}

/** What git says, or null where there is no repository or no git. */
function listedByGit(base: string): string[] | null {
  if (!existsSync(join(base, '.git'))) return null;
  // A repository that belongs to another user is read all the same: listing names runs nothing of it.
  const args = ['-c', 'safe.directory=*', 'ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const { status, stdout, stderr, error } = spawnSync('git', args, {
    cwd: base,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (error !== undefined && 'code' in error && error.code === 'ENOENT') return null;
  if (status !== 0) throw new Error(`git ls-files: ${stderr || error?.message}`);
  return [...new Set(stdout.split('\0').filter(Boolean))];
}

function walk(base: string, folder = ''): string[] {
  return readdirSync(join(base, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (skipped.has(entry.name)) return [];
    return entry.isDirectory() ? walk(base, path) : entry.isFile() ? [path] : [];
  });
}
