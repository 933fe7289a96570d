import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@nebula/clock';
import type { Log } from '@nebula/log';
import { folderOf } from './app.ts';
import type { Storage } from './contract.ts';
import { openRing, type Ring } from './ring.ts';
import { type SegmentFiles, segmentFiles } from './segment.ts';

/** The rings of all apps. */
export interface Archive {
  /** Apps with a ring, by name; complete once {@link load} is done. */
  apps(): string[];
  /** Opens the ring of an app, or makes one. */
  ring(app: string): Promise<Ring>;
  /** The ring, when the app has one. */
  existing(app: string): Promise<Ring | null>;
  storage(): Storage;
  /** Finds what is on the disk. */
  load(): Promise<void>;
  /** Writes what waits, and keeps all within their limit, until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

interface Deps {
  dir: string;
  clock: Clock;
  log: Log;
  bytesPerApp: number;
  bytesInAll: number;
  /** Called when the store begins or ceases to keep. */
  onStorage(storage: Storage): void;
  files?: SegmentFiles;
}

const flushAfterMs = 500;
const retryAfterMs = 5000;

/** See {@link Archive}. */
export function createArchive({
  dir,
  clock,
  log,
  bytesPerApp,
  bytesInAll,
  onStorage,
  files = segmentFiles,
}: Deps): Archive {
  const known = new Set<string>();
  const rings = new Map<string, Promise<Ring>>();
  const open = new Map<string, Ring>();
  let detail: string | null = null;
  let wake = (): void => undefined;
  const dirty = new Set<string>();

  function storage(): Storage {
    const bytes = [...open.values()].reduce((total, ring) => total + ring.bytes(), 0);
    return { isKeeping: detail === null, detail, bytes, bytesPerApp, bytesInAll };
  }

  function setDetail(next: string | null): void {
    if (next === detail) return;
    detail = next;
    onStorage(storage());
  }

  async function openOne(app: string): Promise<Ring> {
    const folder = join(dir, folderOf(app));
    const ring = await openRing({
      app,
      dir: folder,
      files,
      mostBytes: bytesPerApp,
      onWaiting() {
        dirty.add(app);
        wake();
      },
    });
    if (!known.has(app)) {
      // Its folder's name does not say the app's; this file does.
      await writeFile(join(folder, 'app'), app, { mode: 0o600 }).catch((error: unknown) => tell(error));
      known.add(app);
    }
    open.set(app, ring);
    return ring;
  }

  function ringOf(app: string): Promise<Ring> {
    const found = rings.get(app) ?? openOne(app);
    rings.set(app, found);
    found.catch(() => rings.delete(app));
    return found;
  }

  function tell(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (detail === null) log.warn({ reason }, 'lines of containers cannot be kept');
    const isFull = /ENOSPC|EDQUOT/.test(reason);
    setDetail(
      isFull
        ? 'The disk is full, so new lines are shown but not kept.'
        : `New lines are shown but not kept: ${reason}`,
    );
  }

  async function flush(): Promise<boolean> {
    for (const app of [...dirty]) {
      dirty.delete(app);
      try {
        await open.get(app)?.flush();
      } catch (error) {
        dirty.add(app);
        tell(error);
        return false;
      }
    }
    await keepWithin();
    setDetail(null);
    return true;
  }

  async function keepWithin(): Promise<void> {
    while (storage().bytes > bytesInAll) {
      const oldest = [...open.values()]
        .filter((ring) => ring.oldestKey() !== null)
        .sort((a, b) => ((a.oldestKey() ?? '') < (b.oldestKey() ?? '') ? -1 : 1));
      let isDropped = false;
      for (const ring of oldest) {
        isDropped = await ring.dropOldest();
        if (isDropped) break;
      }
      if (!isDropped) return;
    }
  }

  return {
    apps: () => [...known].sort(),
    ring: ringOf,
    existing: async (app) => (known.has(app) ? await ringOf(app) : null),
    storage,
    async load() {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      for (const folder of await readdir(dir)) {
        const app = await readFile(join(dir, folder, 'app'), 'utf8').catch(() => null);
        if (app === null || folderOf(app) !== folder) continue;
        known.add(app);
        await ringOf(app);
      }
    },
    async run(signal) {
      while (!signal.aborted) {
        if (dirty.size === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
          wake = () => undefined;
        }
        await clock.sleep(detail === null ? flushAfterMs : retryAfterMs, signal).catch(() => undefined);
        await flush();
      }
    },
  };
}
