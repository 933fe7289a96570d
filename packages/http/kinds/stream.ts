import type { StreamSink } from '@nebula/runtime';
import type { AnyHandler, Served } from '../mount.ts';

/** Bytes that may wait for a slow reader before it is given up; it reconnects and resumes. */
const maxWaiting = 256 * 1024;
const keepAliveMs = 15_000;

/**
 * Serves a stream as server-sent events (WHATWG HTML §9.2): a comment every 15 s keeps proxies from closing it and lets the
 * page notice silence. Ends when the reader leaves, is too slow, its session or key ends, or the server stops.
 */
export async function serveStream(served: Served, handler: AnyHandler): Promise<unknown> {
  const { reply, request, context, input, sender, options } = served;
  const raw = reply.raw;
  const gone = new AbortController();
  const end = () => {
    gone.abort();
    raw.end();
  };
  reply.hijack();
  raw.writeHead(200, {
    ...Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)])),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
    connection: 'keep-alive',
  });
  raw.write('retry: 2000\n\n');
  raw.once('close', () => gone.abort());
  raw.on('error', (error) => context.log.debug({ error }, 'stream broke'));
  const keepAlive = setInterval(() => raw.write(': still here\n\n'), keepAliveMs);
  const expiry = sender.expiresAt === null ? undefined : setTimeout(end, timerMs(sender.expiresAt));
  options.stopping.addEventListener('abort', end, { once: true });
  const look = async () => {
    const isValid = await options.isStillValid(request);
    if (!isValid) end();
  };
  const left = options.connections.add(sender.actor, look);
  // What was revoked since it was let in was told to nobody.
  look().catch((error: unknown) => {
    context.log.warn({ error }, 'a new stream could not be looked at');
    end();
  });

  let allowance = maxWaiting;
  raw.on('drain', () => {
    allowance = maxWaiting;
  });
  // The caller may have left while its key was looked up; then 'close' has been and will not come again.
  if (raw.destroyed || raw.closed || request.raw.socket.destroyed) gone.abort();

  const sink: StreamSink = {
    write(frames, isStart = false) {
      if (gone.signal.aborted) return false;
      raw.write(frames);
      if (isStart) allowance += raw.writableLength;
      return raw.writableLength <= allowance;
    },
    end() {
      gone.abort();
      // A reader too slow to take what waits would keep it in memory until it does.
      if (raw.writableLength > maxWaiting) raw.destroy();
      else raw.end();
    },
    signal: gone.signal,
    lastEventId: lastEventIdOf(request.headers['last-event-id'], request.query),
  };
  try {
    await handler(context, input, sink);
    if (!gone.signal.aborted) raw.end();
  } catch (error) {
    context.log.warn({ error }, 'stream failed');
    raw.destroy();
  } finally {
    clearInterval(keepAlive);
    clearTimeout(expiry);
    left();
    options.stopping.removeEventListener('abort', end);
  }
  return reply;
}

function lastEventIdOf(header: string | string[] | undefined, query: unknown): string | null {
  if (typeof header === 'string' && header !== '') return header;
  const given =
    typeof query === 'object' && query !== null && 'lastEventId' in query ? query.lastEventId : undefined;
  return typeof given === 'string' && given !== '' ? given : null;
}

/** Timers hold at most 2^31 - 1 ms; a longer life is checked again by the reader's next connection. */
function timerMs(at: Date): number {
  return Math.min(2 ** 31 - 1, Math.max(0, at.getTime() - Date.now()));
}
