import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A root directory with `/proc`, `/sys` and `/etc` below it. */
export interface Tree {
  /** Text of a file; null when it is not there or does not tell. */
  text(path: string): string | null;
  /** Like {@link text}, without waiting for it: some sensors take their time. */
  textLater(path: string): Promise<string | null>;
  /** The first bytes of a file that would be long. */
  start(path: string, bytes: number): string | null;
  names(path: string): string[];
}

/** Reads below `root`. Files of the kernel are read at once: they are made in memory, in microseconds. */
export function openTree(root: string): Tree {
  return {
    text: (path) => orNull(() => readFileSync(join(root, path), 'utf8')),
    async textLater(path) {
      try {
        return await readFile(join(root, path), 'utf8');
      } catch (error) {
        return nullUnlessBroken(error);
      }
    },
    start: (path, bytes) =>
      orNull(() => {
        const file = openSync(join(root, path), 'r');
        try {
          const buffer = Buffer.alloc(bytes);
          return buffer.toString('utf8', 0, readSync(file, buffer));
        } finally {
          closeSync(file);
        }
      }),
    names: (path) => orNull(() => readdirSync(join(root, path))) ?? [],
  };
}

/** What the kernel answers for something that is not there, ended, is not ours to see, or has no value just now. */
const absent =
  /^(?:ENOENT|ENOTDIR|EACCES|EPERM|ESRCH|EINVAL|ENODEV|ENXIO|ENODATA|EIO|EAGAIN|EBUSY|EOPNOTSUPP|ETIMEDOUT|EISDIR)$/;

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    return nullUnlessBroken(error);
  }
}

function nullUnlessBroken(error: unknown): null {
  if (error instanceof Error && 'code' in error && absent.test(String(error.code))) return null;
  throw error;
}
