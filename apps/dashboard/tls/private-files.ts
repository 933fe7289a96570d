import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A directory of small files that are replaced as a whole or not at all. */
export interface PrivateFiles {
  read(name: string): Promise<string | null>;
  write(name: string, text: string, mode: number): Promise<void>;
  /** Gives a file another name; the old content is kept. */
  move(from: string, to: string): Promise<void>;
}

/** Opens the directory, making it 0700 when it is missing. */
export async function openPrivateFiles(folder: string): Promise<PrivateFiles> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    async read(name) {
      try {
        return await readFile(join(folder, name), 'utf8');
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    write: (name, text, mode) => replaceFile(join(folder, name), text, mode),
    move: (from, to) => rename(join(folder, from), join(folder, to)),
  };
}

async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  // The rename itself survives a power cut only when the directory is written too.
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
