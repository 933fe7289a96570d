import { on } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Socket } from '@nebula/contract';
import { AppError } from '@nebula/errors';
import type { SocketEnd } from '@nebula/runtime';
import type { FastifyRequest } from 'fastify';
import { factsOf } from '../facts.ts';
import { parseInput } from '../input.ts';
import type { AnyHandler, MountOptions } from '../mount.ts';

/** The part of a `ws` WebSocket that is used here. */
export interface WebSocketLike {
  readonly bufferedAmount: number;
  /** 0 connecting, 1 open, 2 closing, 3 closed (WHATWG). */
  readonly readyState: number;
  send(data: string): void;
  close(code: number, reason: string): void;
  terminate(): void;
  on(event: string, listener: (...args: never[]) => void): unknown;
  once(event: string, listener: (...args: never[]) => void): unknown;
}

const maxWaiting = 1024 * 1024;
const lookAgainMs = 20;

/**
 * Serves a socket endpoint: JSON messages, each proven by the contract. A message that is not proven ends the connection
 * with 1008 and the reason; so does the end of the session or of the role it was opened with (4401) and of the server (1001). Codes: RFC 6455 §7.4.
 */
export async function serveSocket(
  socket: WebSocketLike,
  request: FastifyRequest,
  endpoint: Socket,
  handler: AnyHandler,
  options: MountOptions,
): Promise<void> {
  const gone = new AbortController();
  const log = options.log.child({ requestId: request.id });
  const close = (code: number, reason: string) => {
    gone.abort();
    socket.close(code, reason.slice(0, 120));
    setTimeout(() => socket.terminate(), 2000).unref();
  };
  socket.once('close', () => gone.abort());
  if (socket.readyState > 1) gone.abort();
  socket.on('error', (error: never) => log.debug({ error }, 'socket broke'));
  options.stopping.addEventListener('abort', () => close(1001, 'the server stops'), {
    once: true,
    signal: gone.signal,
  });
  const look = async () => {
    const isValid = await options.isStillValid(request);
    if (!isValid) close(4401, 'signed out');
  };
  const left = options.connections.add(request.sender.actor, look);
  // What was revoked since it was let in was told to nobody; messages are not waited with.
  look().catch((error: unknown) => {
    log.warn({ error }, 'a new socket could not be looked at');
    close(1011, 'INTERNAL');
  });
  const { expiresAt, actor } = request.sender;
  const expiry =
    expiresAt === null
      ? undefined
      : setTimeout(() => close(4401, 'signed out'), Math.min(2 ** 31 - 1, expiresAt.getTime() - Date.now()));
  try {
    const input = { ...parseInput(endpoint, request), request: factsOf(request) };
    const context = options.makeContext({ actor, log, signal: gone.signal, requestId: request.id });
    const end: SocketEnd<unknown, unknown> = {
      messages: messagesOf(socket, endpoint, gone.signal),
      send(message) {
        if (gone.signal.aborted) return false;
        socket.send(JSON.stringify(options.checksOutput ? endpoint.sends.parse(message) : message));
        return socket.bufferedAmount <= maxWaiting;
      },
      async ready() {
        while (!gone.signal.aborted && socket.bufferedAmount > maxWaiting / 2) await sleep(lookAgainMs);
      },
      close: (reason) => close(1000, reason),
      signal: gone.signal,
    };
    await handler(context, input, end);
    if (!gone.signal.aborted) close(1000, 'done');
  } catch (error) {
    if (gone.signal.aborted) return;
    const isCallers = error instanceof AppError;
    if (!isCallers) log.error({ error }, 'socket failed');
    close(isCallers ? 1008 : 1011, isCallers ? `${error.code}: ${error.message}` : 'INTERNAL');
  } finally {
    clearTimeout(expiry);
    left();
  }
}

async function* messagesOf(
  socket: WebSocketLike,
  endpoint: Socket,
  signal: AbortSignal,
): AsyncGenerator<unknown> {
  try {
    for await (const [data] of on(asEmitter(socket), 'message', { signal })) {
      const parsed = endpoint.receives.safeParse(parseJson(String(data)));
      if (!parsed.success) {
        throw new AppError(
          'BAD_INPUT',
          parsed.error.issues[0]?.message ?? 'The message is not one this endpoint takes.',
        );
      }
      yield parsed.data;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('BAD_INPUT', 'Messages must be JSON.', { cause });
  }
}

/** `ws` sockets are EventEmitters; the interface above names only what we call. */
function asEmitter(socket: WebSocketLike): NodeJS.EventEmitter {
  return socket as unknown as NodeJS.EventEmitter;
}
