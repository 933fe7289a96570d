import { setTimeout as sleep } from 'node:timers/promises';
import type { Filesystem } from '../../index.ts';
import type { Mount } from './mounts.ts';

/** Figures of statfs(2) that are used. */
export interface Space {
  bsize: number;
  blocks: number;
  bfree: number;
  bavail: number;
  files: number;
  ffree: number;
}

/** Asks a mounted file system for its space. */
export type AskSpace = (mountPoint: string) => Promise<Space>;

/**
 * Questions open at a time. One that hangs holds a thread of the process's four until the mount answers; two are left for
 * everything else, and one of these for the disks of the machine itself.
 */
const lanes = 2;
const networkLanes = 1;

/** Asks mounts for their space, each at most once at a time. `patienceMs` is how long a mount may take to answer. */
export function createSpaceReader(ask: AskSpace, patienceMs: number) {
  const open = new Map<string, Promise<Space | null>>();

  async function read(mount: Mount): Promise<Filesystem> {
    if (open.has(mount.mountPoint)) return unknown(mount, 'silent');
    if (open.size >= (mount.kind === 'network' ? networkLanes : lanes)) return unknown(mount, 'not-asked');
    const asking = ask(mount.mountPoint)
      .catch((error: unknown) => nullUnlessBroken(error))
      .finally(() => open.delete(mount.mountPoint));
    open.set(mount.mountPoint, asking);
    const patience = new AbortController();
    const silence = sleep(patienceMs, 'silent' as const, { signal: patience.signal, ref: false }).catch(
      () => 'silent' as const,
    );
    const answer = await Promise.race([asking, silence]);
    patience.abort();
    if (answer === 'silent') return unknown(mount, 'silent');
    return answer === null ? unknown(mount, 'denied') : known(mount, answer);
  }

  /** One after the other, those that hang at the end: local disks are told even when every share of the network is away. */
  return async (mounts: readonly Mount[]): Promise<Filesystem[]> => {
    const rows: Filesystem[] = [];
    for (const kind of ['disk', 'container-root', 'network'] as const) {
      for (const mount of mounts.filter((one) => one.kind === kind)) rows.push(await read(mount));
    }
    return rows;
  };
}

function known(mount: Mount, space: Space): Filesystem {
  const { bsize, blocks, bfree, bavail, files, ffree } = space;
  return {
    ...mount,
    status: 'ok',
    totalBytes: blocks * bsize,
    usedBytes: Math.max(0, blocks - bfree) * bsize,
    availableBytes: bavail * bsize,
    inodes: files > 0 ? { total: files, used: Math.max(0, files - ffree) } : null,
  };
}

function unknown(mount: Mount, status: Filesystem['status']): Filesystem {
  return { ...mount, status, totalBytes: null, usedBytes: null, availableBytes: null, inodes: null };
}

/** A mount that went, is not ours to see or answers with an error (a stale handle of NFS) is told, not thrown. */
function nullUnlessBroken(error: unknown): null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (
    /^(?:ENOENT|EACCES|EPERM|ENOTDIR|ESTALE|EIO|ENOTCONN|EHOSTDOWN|EHOSTUNREACH|ETIMEDOUT|ENODEV|ELOOP)$/.test(
      code,
    )
  )
    return null;
  throw error;
}
