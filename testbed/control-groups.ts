import { readdirSync, rmdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = '/sys/fs/cgroup';

/** Name of the control group that holds the containers of the engine in this folder. */
export function controlGroupOf(engineDir: string): string {
  return basename(engineDir);
}

/**
 * Removes the control groups of a stopped engine, in the one tree of version 2 or in each controller's of version 1.
 * The kernel refuses while a dying process is still in one, so this tries for two seconds.
 */
export async function removeControlGroups(engineDir: string): Promise<void> {
  const name = controlGroupOf(engineDir);
  for (let tries = 0; tries < 40; tries += 1) {
    const left = [root, ...subfolders(root)]
      .map((parent) => join(parent, name))
      .filter((path) => !removeTree(path));
    if (left.length === 0) return;
    await sleep(50);
  }
}

function removeTree(path: string): boolean {
  for (const child of subfolders(path)) removeTree(child);
  try {
    rmdirSync(path);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT';
  }
}

function subfolders(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(path, entry.name));
  } catch {
    // The group vanished, or this machine has no control groups here.
    return [];
  }
}
