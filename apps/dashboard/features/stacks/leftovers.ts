import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** Places that are there only while something is looked at or done. */
export interface PassingPlaces {
  /** Directory for texts that are not on disk; files in it hold secrets. */
  stagingDir: string;
  /** Beginning of the directories of relays. A socket's path may have 107 characters, and data directories lie deep. */
  relayPrefix: string;
}

/** The passing places of an installation, told apart from those of others on this machine by its data directory. */
export function passingPlaces(dataDir: string): PassingPlaces {
  const own = createHash('sha256').update(dataDir).digest('hex').slice(0, 8);
  return {
    stagingDir: join(dataDir, 'stacks', 'staging'),
    relayPrefix: join(tmpdir(), `nebula-relay-${own}-`),
  };
}

/** Removes what a server that was killed left there: texts with their secrets, and sockets that nobody listens on. */
export function removeLeftovers({ stagingDir, relayPrefix }: PassingPlaces): void {
  rmSync(stagingDir, { recursive: true, force: true });
  const [dir, beginning] = [dirname(relayPrefix), basename(relayPrefix)];
  for (const name of readdirSync(dir))
    if (name.startsWith(beginning)) rmSync(join(dir, name), { recursive: true, force: true });
}
