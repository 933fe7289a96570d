import { lstat, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Liftable } from './liftable.ts';
import { refuse } from './refusal.ts';

/** Where binds may live, and whether a given path is there. */
export interface PathJudge {
  /**
   * Judges the source of a bind and answers the path to send on, with every symbolic link followed.
   *
   * @param path as the caller wrote it
   * @param readOnly whether the container can only read it
   * @param needs called with the rule that a grant would have to lift
   */
  bind(
    path: string,
    readOnly: boolean,
    at: string,
    needs: (rule: Liftable, at: string) => void,
  ): Promise<string>;
  /** Tells whether a path that is written as if below an app root really leads there. */
  leadsAway(path: string): Promise<boolean>;
}

/** Files of the machine that any container may read: time zone data, which half of all compose files mount. */
const harmless = ['/etc/localtime', '/etc/timezone'];

/** Makes the judge for these app directories (absolute paths, which need not exist yet). */
export function createPathJudge(roots: readonly string[]): PathJudge {
  return {
    async bind(path, readOnly, at, needs) {
      const clean = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
      if (!isPlain(clean)) {
        refuse(`${at} names ${JSON.stringify(path)}, which is not a plain absolute path.`, at);
      }
      const real = await followLinks(clean, at);
      if (real.includes(':'))
        refuse(`${at} leads to a path with a colon, which the engine reads in two ways.`, at);
      if (await isSpecial(real)) needs('engine-socket', at);
      if (readOnly && harmless.includes(clean)) return clean;
      if (!(await isBelow(real, roots))) needs('bind-outside-roots', at);
      return real;
    },
    async leadsAway(path) {
      const real = await Promise.all(roots.map((root) => followLinks(root, 'The app directory')));
      if (![...roots, ...real].some((root) => contains(root, path))) return false;
      return !(await isBelow(await followLinks(path, 'The container'), roots));
    },
  };
}

/** Tells whether `path` is `root` or lies below it; both plain absolute paths. */
export function contains(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith('/') ? root : `${root}/`);
}

/** An absolute path without `.`, `..`, empty parts or control characters. */
export function isPlain(path: string): boolean {
  if (path === '/') return true;
  const parts = path.split('/');
  return (
    parts[0] === '' &&
    parts.length > 1 &&
    parts.slice(1).every((part) => part !== '' && part !== '.' && part !== '..') &&
    !/\p{Cc}/u.test(path)
  );
}

/**
 * The path the kernel would reach: symbolic links of the longest part that exists are followed, the rest is kept.
 * A link to nothing is refused, since the engine would create what it points at.
 */
export async function followLinks(path: string, at: string): Promise<string> {
  const missing: string[] = [];
  for (let prefix = path; ; prefix = dirname(prefix)) {
    try {
      return join(await realpath(prefix), ...missing);
    } catch (error) {
      if (!isMissing(error) || prefix === '/')
        refuse(`${at}: ${path} cannot be followed (${codeOf(error)}).`, at);
      if (await exists(prefix)) refuse(`${at}: ${path} is a symbolic link to nothing.`, at);
      missing.unshift(prefix.slice(prefix.lastIndexOf('/') + 1));
    }
  }
}

async function isBelow(real: string, roots: readonly string[]): Promise<boolean> {
  for (const root of roots) {
    if (contains(await followLinks(root, 'The app directory'), real)) return true;
  }
  return false;
}

/** Sockets, pipes and devices are doors to other programs, wherever they lie and whatever they are called. */
async function isSpecial(path: string): Promise<boolean> {
  try {
    const found = await stat(path);
    return !found.isDirectory() && !found.isFile();
  } catch (error) {
    if (isMissing(error)) return false;
    return true;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
