import { createHash } from 'node:crypto';

/** The folder of an app: readable, of any name's letters only safe ones, and no two apps share one. */
export function folderOf(app: string): string {
  const readable = app
    .replaceAll(/[^a-zA-Z0-9_.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 60);
  return `${readable}.${digestOf(app)}`;
}

/** A short name of an app for positions in a stream. */
export function digestOf(app: string): string {
  return createHash('sha256').update(app).digest('hex').slice(0, 12);
}
