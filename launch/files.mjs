import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folders that never hold sources. */
const skipped = new Set(['node_modules', 'dist', '.cache', 'coverage', '.git']);

/**
 * Paths of the source files below some folders, sorted, relative to `root`.
 * @param {string} root
 * @param {string[]} folders
 * @returns {string[]}
 */
export function sourceFiles(root, folders) {
  /** @type {string[]} */
  const found = [];
  const pending = folders.filter((folder) => existsSync(join(root, folder)));
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory() && !skipped.has(entry.name)) pending.push(path);
      else if (entry.isFile()) found.push(path);
    }
  }
  return found.sort();
}

/**
 * SHA-256 over names and contents; missing files count as empty.
 * @param {string} root
 * @param {string[]} paths
 * @returns {string} hex
 */
export function digestOf(root, paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    const content = existsSync(join(root, path)) ? readFileSync(join(root, path)) : '';
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
