import { constants } from 'node:fs';
import { chmod, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '@nebula/errors';
import { z } from 'zod';
import { StackVersion } from './contract-shapes.ts';
import { codeOf, digestOf } from './folders.ts';

const Kept = z.object({
  id: z.uuid(),
  at: z.iso.datetime(),
  by: z.string(),
  why: StackVersion.shape.why,
  files: z.array(z.object({ name: z.string(), text: z.string() })),
});
/** Files of a stack as they were before a change. */
export type Kept = z.infer<typeof Kept>;

/** Of each stack; the oldest go first. */
const mostVersions = 50;

/** Versions of the files of stacks, on disk for our user only, since they hold secrets. */
export interface Versions {
  /** Keeps one; keeping it again changes nothing. */
  keep(stack: string, version: Kept): Promise<void>;
  /** Newest first. */
  list(stack: string): Promise<Kept[]>;
  /** Throws NOT_FOUND. */
  get(stack: string, id: string): Promise<Kept>;
  find(stack: string, id: string): Promise<Kept | null>;
}

/** Opens the versions in a directory, which is made when the first is kept. */
export function openVersions(dir: string): Versions {
  const place = (stack: string) => join(dir, stack);

  async function idsOf(stack: string): Promise<string[]> {
    try {
      const names = await readdir(place(stack));
      const ids = names.filter((name) => /^[0-9a-f-]{36}\.json$/.test(name)).map((name) => name.slice(0, 36));
      return ids.sort().reverse();
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    }
  }

  async function find(stack: string, id: string): Promise<Kept | null> {
    try {
      return Kept.parse(JSON.parse(await readFile(join(place(stack), `${id}.json`), 'utf8')));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    }
  }

  return {
    find,
    async keep(stack, version) {
      if ((await find(stack, version.id)) !== null) return;
      await mkdir(place(stack), { recursive: true, mode: 0o700 });
      await writeWhole(join(place(stack), `${version.id}.json`), JSON.stringify(version), 0o600);
      for (const id of (await idsOf(stack)).slice(mostVersions)) await rm(join(place(stack), `${id}.json`));
    },
    async list(stack) {
      const versions = await Promise.all((await idsOf(stack)).map((id) => find(stack, id)));
      return versions.flatMap((version) => version ?? []);
    },
    async get(stack, id) {
      const version = await find(stack, id);
      if (version === null) throw new AppError('NOT_FOUND', 'There is no such version any more.');
      return version;
    },
  };
}

/** A version without its texts. */
export function versionOf({ files, ...version }: Kept): StackVersion {
  return {
    ...version,
    files: files.map(({ name, text }) => ({ name, sha256: digestOf(text), bytes: Buffer.byteLength(text) })),
  };
}

/**
 * Replaces a file as a whole: whoever reads it, and a machine that loses power, sees the old one or the new one. A file that
 * is there keeps its mode.
 *
 * @param mode of a new file
 */
export async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  const before = await stat(path).catch(() => null);
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}-${Date.now().toString(36)}.new`);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const handle = await open(temporary, flags, 0o600);
  try {
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await chmod(temporary, before === null ? mode : before.mode & 0o777);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  const folder = await open(dirname(path), constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
