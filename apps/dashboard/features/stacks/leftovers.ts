import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Places that are there only while something is looked at or done. */
export interface PassingPlaces {
  /** Directory for texts that are not on disk; files in it hold secrets. */
  stagingDir: string;
  /** Directory for the sockets of relays: a socket's path may have 107 characters, and data directories lie deep. */
  relayDir: string;
}

/** The passing places of an installation; both directories are its own, which nobody else may write to. */
export function passingPlaces({
  dataDir,
  runtimeDir,
}: {
  dataDir: string;
  runtimeDir: string;
}): PassingPlaces {
  return { stagingDir: join(dataDir, 'stacks', 'staging'), relayDir: join(runtimeDir, 'relay') };
}

/** Removes what a server that was killed left there: texts with their secrets, and sockets that nobody listens on. */
export function removeLeftovers({ stagingDir, relayDir }: PassingPlaces): void {
  rmSync(stagingDir, { recursive: true, force: true });
  mkdirSync(relayDir, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(relayDir)) rmSync(join(relayDir, name), { recursive: true, force: true });
}
