import { createHash } from 'node:crypto';
import type { ContainerSummary } from '@nebula/docker';

const longestPart = 255;

/** The name under which a container's lines are kept: it stays when the container is made anew. */
export function appOf({ name, labels }: Pick<ContainerSummary, 'name' | 'labels'>): string {
  const project = clean(labels['com.docker.compose.project'] ?? '');
  const service = clean(labels['com.docker.compose.service'] ?? '');
  return project === '' || service === '' ? clean(name) : `${project}/${service}`;
}

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

/** Labels are free text; a name that is shown and asked for is one line. */
function clean(part: string): string {
  return part
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim()
    .slice(0, longestPart);
}
