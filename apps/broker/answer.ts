import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { STATUS_CODES } from './engine.ts';
import { oneOfEvents } from './wire.ts';

/** How long a client that was answered may go on sending before its connection is cut. */
const lingering = 2_000;

/** Writes the head of an answer after which the connection closes. */
export function writeHead(socket: Socket, status: number, headers: Record<string, string>): void {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n${lines.join('')}\r\n`, 'latin1');
}

/**
 * The header that says so. Docker's client, when it asked for an upgrade, takes a refusal with this header for the
 * stream itself; without it, it reads the status.
 */
export function closing(wantsUpgrade: boolean | undefined): Record<string, string> {
  return wantsUpgrade === true ? {} : { Connection: 'close' };
}

/** Answers with JSON and closes; `headers` come from {@link closing} and the caller. */
export function answerJson(
  socket: Socket,
  status: number,
  body: unknown,
  headers: Record<string, string> = closing(false),
): void {
  if (socket.destroyed) return;
  const text = Buffer.from(`${JSON.stringify(body)}\n`);
  writeHead(socket, status, {
    'Content-Type': 'application/json',
    'Content-Length': String(text.length),
    ...headers,
  });
  socket.write(text);
  finish(socket);
}

/** Passes an answer of the engine on as it comes; the client's speed is the engine's speed. */
export async function passOn(
  socket: Socket,
  method: string,
  answer: IncomingMessage,
  headers: Record<string, string>,
): Promise<void> {
  const status = answer.statusCode ?? 502;
  const length = answer.headers['content-length'];
  const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
  const isChunked = hasBody && length === undefined;
  writeHead(socket, status, {
    ...engineHeaders(answer),
    ...(length === undefined ? {} : { 'Content-Length': length }),
    ...(isChunked ? { 'Transfer-Encoding': 'chunked' } : {}),
    ...headers,
  });
  for await (const chunk of answer) {
    if (!hasBody || !Buffer.isBuffer(chunk) || chunk.length === 0) continue;
    socket.cork();
    if (isChunked) socket.write(`${chunk.length.toString(16)}\r\n`);
    let isFlowing = socket.write(chunk);
    if (isChunked) isFlowing = socket.write('\r\n');
    socket.uncork();
    if (!isFlowing && !socket.destroyed) await oneOfEvents(socket, ['drain', 'close']);
  }
  if (isChunked) socket.write('0\r\n\r\n');
  finish(socket);
}

/** The headers of the engine that clients look at. */
export function engineHeaders(answer: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of [
    'Content-Type',
    'Api-Version',
    'Docker-Experimental',
    'Ostype',
    'Server',
    'Swarm',
    'Date',
  ]) {
    const value = answer.headers[name.toLowerCase()];
    if (typeof value === 'string') headers[name] = value;
  }
  // BuildKit needs sessions, which are refused: clients that ask are told to use the classic builder.
  if (answer.headers['builder-version'] !== undefined) headers['Builder-Version'] = '1';
  return headers;
}

/** Ends an answered connection; what the client still sends is read and thrown away for a moment, never judged. */
export function finish(socket: Socket): void {
  socket.end(() => setTimeout(() => socket.destroy(), lingering).unref());
  socket.on('end', () => socket.destroySoon());
  socket.resume();
}
