import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ApiError, problemOf, reach } from '@nebula/contract/client';
import { exitCodes, Failure, usage } from '../failure.ts';
import type { Server } from './server.ts';

/**
 * Writes the bytes of a download to a file, or to standard output for `-`. Answers what to tell about it; null when the bytes went
 * to standard output. A file of that name that is there is not written over.
 *
 * @throws {ApiError} when the server refuses
 * @throws {Failure} when it breaks in the middle; what came is left for who wants it
 */
export async function saveFile(
  server: Server,
  url: string,
  path: string,
  signal: AbortSignal,
): Promise<string | null> {
  if (path === '-' && process.stdout.isTTY) {
    throw usage('A file on a screen helps nobody.', {
      next: 'Say where to write it: --file PATH, or > PATH.',
    });
  }
  const response = await reach(server.fetch, url, { headers: { accept: '*/*' }, signal });
  if (!response.ok || response.body === null) throw new ApiError(problemOf(response, await response.text()));
  let count = 0;
  async function* counted(source: AsyncIterable<Uint8Array>) {
    for await (const chunk of source) {
      count += chunk.length;
      yield chunk;
    }
  }
  const target = path === '-' ? process.stdout : createWriteStream(path, { flags: 'wx', mode: 0o600 });
  try {
    await pipeline(Readable.from(response.body), counted, target, { signal, end: path !== '-' });
  } catch (cause) {
    if (signal.aborted) return null;
    throw failureOf(cause, path);
  }
  return path === '-' ? null : `${count} bytes are in ${path}.`;
}

function failureOf(cause: unknown, path: string): Failure {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EEXIST') return usage(`${path} is there already, and is left as it is.`);
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR') return usage(`${path} cannot be written.`);
  // Who reads has enough, as `head` does.
  if (code === 'EPIPE') return new Failure(exitCodes.ok, 'The reader has gone.');
  return new Failure(exitCodes.unreachable, 'The download broke in the middle; what came is not whole.', {
    cause,
  });
}
