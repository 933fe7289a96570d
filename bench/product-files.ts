import { globSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Absolute paths of the product's own sources, without tests. */
export function productFiles(): string[] {
  return globSync(['{apps,packages,launch,bin}/**/*.{ts,tsx,mjs}', 'start.mjs'], {
    cwd: root,
    exclude: (path) => /(^|\/)(node_modules|dist|fixtures|e2e)(\/|$)|\.(test|e2e)\.ts$/.test(path),
  }).map((path) => join(root, path));
}
