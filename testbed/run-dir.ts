import { existsSync, lstatSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, ownIdentity, readIdentity, signalProcess } from './processes.ts';
import { removeControlGroups } from './control-groups.ts';

/** Kinds of temporary folders this module makes and, once their owner is dead, removes. */
export type RunDirKind = 'tests' | 'engine';

const namePattern = /^nebula-(?:tests|engine)-[A-Za-z0-9]{6}$/;

/** Makes a private temporary folder that says which process owns it, so that a later run can clean up after a kill. */
export function createRunDir(kind: RunDirKind): string {
  const dir = mkdtempSync(join(shortTmpdir(), `nebula-${kind}-`));
  writeFileSync(join(dir, 'owner.json'), JSON.stringify(ownIdentity()));
  return dir;
}

/** The temporary folder, or /tmp when its path leaves no room for the sockets inside: unix(7) allows 107 bytes. */
function shortTmpdir(): string {
  return Buffer.byteLength(tmpdir()) <= 50 ? tmpdir() : '/tmp';
}

/** Where an engine notes the first process of its namespaces, whose end is the end of all others in them. */
export const engineIdentityFile = 'engine.json';

/**
 * Removes what killed runs of this user left under the temporary folder: engines still running, their control groups
 * and files. Folders of living owners, of other users and of other makers stay.
 */
export async function sweepRunDirs(base: string = shortTmpdir()): Promise<string[]> {
  const removed: string[] = [];
  for (const name of readdirSync(base)) {
    const dir = join(base, name);
    if (!namePattern.test(name) || !isOurs(dir)) continue;
    const owner = readIdentity(join(dir, 'owner.json'));
    if (owner === null ? !isForgotten(dir) : isAlive(owner)) continue;
    await removeRunDir(dir);
    removed.push(dir);
  }
  return removed;
}

/** Removes a folder of {@link createRunDir} with everything in it, engines that still run included. */
export async function removeRunDir(dir: string): Promise<void> {
  for (const engine of enginesIn(dir, 3)) await stopLeftover(engine);
  await rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

/** Folders of engines: the folder itself, or some below it, where tests make theirs. */
function enginesIn(dir: string, depth: number): string[] {
  if (existsSync(join(dir, engineIdentityFile))) return [dir];
  if (depth === 0) return [];
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => enginesIn(join(dir, entry.name), depth - 1));
}

async function stopLeftover(dir: string): Promise<void> {
  const first = readIdentity(join(dir, engineIdentityFile));
  if (first !== null && signalProcess(first, 'SIGKILL')) {
    for (let waited = 0; isAlive(first) && waited < 10_000; waited += 50) await sleep(50);
  }
  await removeControlGroups(dir);
}

function isOurs(dir: string): boolean {
  const seen = lstatSync(dir, { throwIfNoEntry: false });
  return seen?.isDirectory() === true && seen.uid === process.getuid?.();
}

/** A folder whose owner died before it could write its name; the minute is the time it may still do so. */
function isForgotten(dir: string): boolean {
  const seen = lstatSync(dir, { throwIfNoEntry: false });
  return seen !== undefined && Date.now() - seen.mtimeMs > 60_000;
}
