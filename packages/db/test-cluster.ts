import { existsSync } from 'node:fs';
import { chmod, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@nebula/log';
import { type EmbeddedOptions, type EmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts';
import { embeddedPostgres, type PostgresBinaries } from './postgres-binaries.ts';

/** A user without rights, as which PostgreSQL runs when the tests run as root. */
export const unprivileged = { uid: 65_534, gid: 65_534 };

/** A place for a cluster that PostgreSQL may use as whoever we are, with programs it can reach. Dispose it to remove it. */
export async function clusterPlace(): Promise<Omit<EmbeddedOptions, 'log'> & AsyncDisposable> {
  const isRoot = process.getuid?.() === 0;
  const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const dir = await mkdtemp(join(base, 'nebula-pg-'));
  await chmod(dir, 0o755);
  return {
    dataDir: join(dir, 'data'),
    socketDir: join(dir, 's'),
    binaries: isRoot ? await reachableBinaries(dir) : embeddedPostgres(),
    ...(isRoot ? unprivileged : {}),
    async [Symbol.asyncDispose]() {
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Starts a throw-away cluster: fast, since it need not survive a power cut. */
export async function startTestCluster(): Promise<{ postgres: EmbeddedPostgres } & AsyncDisposable> {
  const place = await clusterPlace();
  const log = createLog({ service: 'test-cluster', level: 'warn' });
  const fast = [
    'fsync=off',
    'synchronous_commit=off',
    'full_page_writes=off',
    'max_connections=200',
    'shared_buffers=64MB',
  ];
  const postgres = await startEmbeddedPostgres({ ...place, log, settings: fast });
  return {
    postgres,
    async [Symbol.asyncDispose]() {
      await postgres.stop();
      await place[Symbol.asyncDispose]();
    },
  };
}

/** A folder below one that is closed to others (such as /root) cannot be executed by another user; a copy can. */
async function reachableBinaries(dir: string): Promise<PostgresBinaries> {
  const { binDir, major } = embeddedPostgres();
  const copy = join(dir, 'native');
  await cp(join(binDir, '..'), copy, { recursive: true, verbatimSymlinks: true });
  return { binDir: join(copy, 'bin'), major };
}
