import { openAsBlob, statSync } from 'node:fs';
import type { Upload } from '@nebula/contract';
import type { UploadFile } from '@nebula/contract/client';
import { exitCodes, Failure, usage } from '../failure.ts';

/** Bytes between two words about how far an upload is. */
const step = 262_144;

/**
 * The bytes to upload: a file, or standard input for `-`. Throws a usage failure before anything is sent when the file cannot be
 * read or is larger than the endpoint takes; a stream that turns out to be too large fails while it is read.
 *
 * @param progress hears of bytes sent so far and of all, null when that is not known; left out when nobody looks
 */
export async function fileToSend(
  path: string,
  { maxBytes }: Pick<Upload, 'maxBytes'>,
  progress?: (sent: number, total: number | null) => void,
): Promise<UploadFile> {
  if (path === '-') return counted(process.stdin, null, maxBytes, progress);
  const file = await blobOf(path);
  if (file.size > maxBytes) throw tooLarge(maxBytes);
  return progress === undefined ? file : counted(file.stream(), file.size, maxBytes, progress);
}

/**
 * The text of a file, or of standard input for `-`, for a field of a body. Throws a usage failure when it cannot be read, is
 * larger than the call takes, or is no text in UTF-8.
 */
export async function textOfFile(path: string, maxBytes: number): Promise<string> {
  const bytes = await new Response(await fileToSend(path, { maxBytes })).arrayBuffer();
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw usage(`${path === '-' ? 'Standard input' : path} is no text in UTF-8.`);
  }
}

async function blobOf(path: string): Promise<Blob> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    throw usage(`${path} is a directory.`);
  try {
    return await openAsBlob(path);
  } catch (cause) {
    throw usage(`${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`);
  }
}

function counted(
  source: AsyncIterable<Uint8Array>,
  total: number | null,
  maxBytes: number,
  progress: ((sent: number, total: number | null) => void) | undefined,
): ReadableStream<Uint8Array> {
  async function* read(): AsyncGenerator<Uint8Array> {
    let sent = 0;
    let told = 0;
    for await (const chunk of source) {
      sent += chunk.length;
      if (sent > maxBytes) throw tooLarge(maxBytes);
      yield chunk;
      if (sent - told < step && sent !== total) continue;
      told = sent;
      progress?.(sent, total);
    }
    progress?.(sent, sent);
  }
  return ReadableStream.from(read());
}

function tooLarge(maxBytes: number): Failure {
  return new Failure(exitCodes.usage, `This is larger than the ${maxBytes} bytes that are taken.`);
}
