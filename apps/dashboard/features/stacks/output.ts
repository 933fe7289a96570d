import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { maskOutput } from '../containers/index.ts';
import { codeOf } from './folders.ts';
import { writeWhole } from './versions.ts';

/** What compose wrote in runs: kept with a limit, and told to who listens. */
export interface Outputs {
  /** Adds text; secrets known by their look, or given as `secrets`, are left out. */
  append(runId: string, text: string, secrets?: readonly string[]): void;
  /** Everything kept of a run, and whether its beginning is gone. */
  read(runId: string): Promise<{ text: string; isCut: boolean }>;
  /** Calls `listener` for each piece that is added from now on; answers how to stop. */
  listen(runId: string, listener: (text: string) => void): () => void;
  /** Writes what waits to disk, and lets go of what nobody adds to any more. */
  flush(): Promise<void>;
  /** Removes what was kept of runs that ended before an instant. */
  removeBefore(instant: Date): Promise<void>;
}

/** Characters kept of a run; its last ones say how it ended. */
const most = 262_144;
const flushAfterMs = 500;

interface Live {
  text: string;
  isCut: boolean;
  isDirty: boolean;
  /** What was there before this process; null until it was read. */
  before: Promise<void>;
}

/** Opens them in a directory, which is made when the first is kept. */
export function openOutputs(dir: string): Outputs {
  const lives = new Map<string, Live>();
  const listeners = new Map<string, Set<(text: string) => void>>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  const place = (runId: string) => join(dir, `${runId}.txt`);

  function liveOf(runId: string): Live {
    const known = lives.get(runId);
    if (known !== undefined) return known;
    const live: Live = { text: '', isCut: false, isDirty: false, before: Promise.resolve() };
    live.before = readFrom(place(runId)).then((text) => {
      live.text = text + live.text;
    });
    lives.set(runId, live);
    return live;
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    for (const [runId, live] of lives) {
      await live.before;
      if (!live.isDirty) {
        lives.delete(runId);
        continue;
      }
      live.isDirty = false;
      await mkdir(dir, { recursive: true, mode: 0o700 });
      await writeWhole(place(runId), `${live.isCut ? cutMark : ''}${live.text}`, 0o600);
    }
    if (lives.size > 0) schedule();
  }

  function schedule(): void {
    timer ??= setTimeout(() => {
      writing = writing.then(flush).catch(() => undefined);
    }, flushAfterMs).unref();
  }

  return {
    append(runId, text, secrets = []) {
      const clean = tidy(text, secrets);
      if (clean === '') return;
      const live = liveOf(runId);
      live.text += clean;
      if (live.text.length > most) {
        live.text = live.text.slice(-Math.floor(most / 2));
        live.isCut = true;
      }
      live.isDirty = true;
      schedule();
      for (const listener of listeners.get(runId) ?? []) listener(clean);
    },
    async read(runId) {
      const live = lives.get(runId);
      await live?.before;
      const text = live?.text ?? (await readFrom(place(runId)));
      const isCut = live?.isCut === true || text.startsWith(cutMark);
      return { text: text.startsWith(cutMark) ? text.slice(cutMark.length) : text, isCut };
    },
    listen(runId, listener) {
      const own = listeners.get(runId) ?? new Set();
      listeners.set(runId, own.add(listener));
      return () => {
        own.delete(listener);
        if (own.size === 0) listeners.delete(runId);
      };
    },
    async flush() {
      writing = writing.then(flush);
      await writing;
    },
    async removeBefore(instant) {
      for (const name of await readdir(dir).catch(() => [])) {
        const { mtime } = await stat(join(dir, name));
        if (mtime < instant) await rm(join(dir, name), { force: true });
      }
    },
  };
}

const cutMark = '\u0000';

/** One line after the other, without escapes of terminals and without secrets. */
export function tidy(text: string, secrets: readonly string[]): string {
  let plain = text
    .replaceAll(/\u001b(?:\[[0-?]*[ -/]*[@-~]|[@-_])/g, '')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, '');
  for (const secret of secrets) if (secret.length > 3) plain = plain.replaceAll(secret, '••••••');
  return maskOutput(plain);
}

async function readFrom(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}
