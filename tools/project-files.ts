import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Root of the project. */
export const root = join(import.meta.dirname, '..');

const skipped = new Set(['node_modules', 'dist', '.git', '.cache', 'coverage']);

/** Files of the project: what git tracks or would track; without git (an unpacked archive) all but installed ones. */
export function projectFiles(base: string = root): string[] {
  const listed = existsSync(join(base, '.git'))
    ? listedByGit(base)
    : readdirSync(base).flatMap((name) => walk(base, name));
  // The fixtures break the rules on purpose.
  return listed.filter((path) => !path.startsWith('tools/fixtures/') && existsSync(join(base, path)));
}

function listedByGit(base: string): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  return [...new Set(execFileSync('git', args, { cwd: base, encoding: 'utf8' }).split('\0').filter(Boolean))];
}

function walk(base: string, path: string): string[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (skipped.has(name)) return [];
  const entries = readdirSync(join(base, path, '..'), { withFileTypes: true });
  const entry = entries.find((candidate) => candidate.name === name);
  if (entry?.isDirectory() !== true) return entry?.isFile() === true ? [path] : [];
  return readdirSync(join(base, path)).flatMap((child) => walk(base, `${path}/${child}`));
}
