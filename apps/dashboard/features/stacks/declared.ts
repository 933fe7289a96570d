import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@nebula/errors';
import type { Log } from '@nebula/log';
import type { Found } from './found.ts';
import type { Inspector } from './inspecting.ts';
import { imageOf } from './rendered.ts';
import type { Declared } from './state.ts';

/** What the files of stacks say, remembered until a file changes. */
export interface Declarations {
  /** What is known without asking compose; undefined when a file changed since. */
  known(found: Found): Promise<Declared | undefined>;
  /** The same, asking compose where it is not known. */
  of(found: Found, signal: AbortSignal): Promise<Declared | undefined>;
}

/** See {@link Declarations}. One stack after the other is asked for, since each is a program that runs. */
export function createDeclarations({ inspector, log }: { inspector: Inspector; log: Log }): Declarations {
  const remembered = new Map<string, { mark: string; declared: Declared }>();
  let last: Promise<unknown> = Promise.resolve();

  async function known(found: Found): Promise<Declared | undefined> {
    const kept = remembered.get(found.folder);
    return kept !== undefined && kept.mark === (await markOf(found)) ? kept.declared : undefined;
  }

  async function ask(found: Found, signal: AbortSignal): Promise<Declared | undefined> {
    const mark = await markOf(found);
    const kept = remembered.get(found.folder);
    if (kept?.mark === mark) return kept.declared;
    try {
      const { name, folder } = found;
      const { problems, rendered, hashes } = await inspector.read({ name, folder }, signal);
      const images = Object.entries(rendered?.services ?? {}).map(
        ([service, one]) => [service, imageOf(name, service, one)] as const,
      );
      const first = problems[0];
      const declared: Declared = {
        hashes: rendered === null ? null : hashes,
        problem: first === undefined ? null : `${first.file}: ${first.message}`,
        images: new Map(images),
      };
      remembered.set(folder, { mark, declared });
      return declared;
    } catch (error) {
      if (signal.aborted || !(error instanceof AppError)) throw error;
      // Without compose nobody can say what a file means; the stack is shown all the same.
      log.debug({ error, stack: found.name }, 'the files of a stack could not be looked at');
      return undefined;
    }
  }

  return {
    known,
    async of(found, signal) {
      if (found.place !== 'managed') return undefined;
      const own = last.then(() => ask(found, signal));
      last = own.catch(() => undefined);
      return await own;
    },
  };
}

const mostFolders = 50;

/** Changes when a file does that compose may read: those of the folder and of the folders in it, by size and time. */
async function markOf({ folder }: Found): Promise<string> {
  const facts: string[] = [];
  const look = async (dir: string, depth: number): Promise<void> => {
    const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
    let folders = 0;
    for (const entry of entries) {
      const path = join(dir, entry.name);
      if (entry.isDirectory() && depth === 0 && (folders += 1) <= mostFolders) await look(path, 1);
      if (!entry.isFile() || !/\.(?:ya?ml|env)$/.test(entry.name)) continue;
      const { mtimeMs, size, ino } = await stat(path);
      facts.push(`${path} ${mtimeMs} ${size} ${ino}`);
    }
  };
  await look(folder, 0);
  return facts.sort().join('\n');
}
