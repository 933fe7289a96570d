import { once } from 'node:events';
import type { OutgoingFile } from '@nebula/runtime';
import type { AnyHandler, Served } from '../mount.ts';

/**
 * Sends a file as it is made, no faster than its reader takes it. What fails before the first byte is a problem as with any call;
 * after that the connection breaks, so that half a file is never taken for a whole one. Ends when the reader leaves, its session
 * or key ends, or the server stops.
 */
export async function sendDownload(served: Served, handler: AnyHandler): Promise<unknown> {
  const { reply, request, context, input, sender, options } = served;
  const file = outgoing(await handler(context, input));
  const bytes = file.bytes[Symbol.asyncIterator]();
  let next = await bytes.next();
  const raw = reply.raw;
  const gone = new AbortController();
  const breakOff = () => {
    gone.abort();
    raw.destroy();
  };
  reply.hijack();
  raw.once('close', () => gone.abort());
  // The reader may have left while the first bytes were made.
  if (raw.destroyed) gone.abort();
  raw.on('error', (error) => context.log.debug({ error }, 'a download broke'));
  raw.writeHead(200, {
    ...Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)])),
    'content-type': file.type,
    'content-disposition': `attachment; filename="${safeName(file.name)}"`,
    'cache-control': 'no-store',
  });
  const left = options.connections.add(sender.actor, async () => {
    if (!(await options.isStillValid(request))) breakOff();
  });
  options.stopping.addEventListener('abort', breakOff, { once: true });
  try {
    for (; next.done !== true && !gone.signal.aborted; next = await bytes.next()) {
      if (!raw.write(next.value)) await once(raw, 'drain', { signal: gone.signal });
    }
    raw.end();
  } catch (error) {
    if (!gone.signal.aborted) context.log.warn({ error }, 'a download failed');
    raw.destroy();
  } finally {
    left();
    options.stopping.removeEventListener('abort', breakOff);
    await bytes.return?.();
  }
  return reply;
}

function outgoing(value: unknown): OutgoingFile {
  if (isOutgoing(value)) return value;
  throw new TypeError('A download answers a file with its name, type and bytes.');
}

function isOutgoing(value: unknown): value is OutgoingFile {
  if (typeof value !== 'object' || value === null) return false;
  const { name, type, bytes } = value as Partial<OutgoingFile>;
  return typeof name === 'string' && typeof type === 'string' && bytes !== undefined;
}

/** A name stands in a header and on a disk of somebody else's. */
function safeName(name: string): string {
  return (
    name
      .replaceAll(/[^\w.-]+/g, '-')
      .replace(/^[.-]+/, '')
      .slice(0, 100) || 'file'
  );
}
