import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** What `ddclient-read` gives: the configuration of ddclient, passwords included, for who takes over from it. */
export type DdclientFile =
  | { state: 'absent' }
  | { state: 'unreadable'; path: string; why: string }
  | { state: 'found'; path: string; text: string };

/** Where packages put it; nothing else is read. */
export const ddclientPaths: readonly string[] = ['/etc/ddclient.conf', '/etc/ddclient/ddclient.conf'];

const largestBytes = 256 * 1024;

/**
 * Reads the first of these files that is there. Only a plain file is read: a link could lead elsewhere, a pipe would hold the
 * broker, and a large one is no configuration.
 */
export async function readDdclient(paths: readonly string[] = ddclientPaths): Promise<DdclientFile> {
  for (const path of paths) {
    const found = await readOne(path);
    if (found !== null) return found;
  }
  return { state: 'absent' };
}

async function readOne(path: string): Promise<DdclientFile | null> {
  const unreadable = (why: string): DdclientFile => ({ state: 'unreadable', path, why });
  try {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    await using file = await open(path, flags);
    if (!(await file.stat()).isFile()) return unreadable('It is no plain file.');
    const buffer = Buffer.alloc(largestBytes + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
      length += bytesRead;
      if (bytesRead === 0 || length === buffer.length) break;
    }
    if (length > largestBytes) return unreadable('It is larger than 256 KiB.');
    const bytes = buffer.subarray(0, length);
    if (bytes.includes(0)) return unreadable('It is no text.');
    return { state: 'found', path, text: bytes.toString('utf8') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code === 'ELOOP') return unreadable('It is a link.');
    if (code === 'EACCES') return unreadable('The broker may not read it.');
    throw error;
  }
}
