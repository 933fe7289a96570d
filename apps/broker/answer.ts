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

/** Answers with JSON and closes. */
export function answerJson(
  socket: Socket,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  if (socket.destroyed) return;
  const text = Buffer.from(`${JSON.stringify(body)}\n`);
  writeHead(socket, status, {
    'Content-Type': 'application/json',
    'Content-Length': String(text.length),
    Connection: 'close',
    ...headers,
  });
  socket.write(text);
  finish(socket);
}

/** Passes an answer of the engine on as it comes; the client's speed is the engine's speed. */
export async function passOn(socket: Socket, method: string, answer: IncomingMessage): Promise<void> {
  const status = answer.statusCode ?? 502;
  const length = answer.headers['content-length'];
  const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
  const isChunked = hasBody && length === undefined;
  writeHead(socket, status, {
    ...engineHeaders(answer),
    ...(length === undefined ? {} : { 'Content-Length': length }),
    ...(isChunked ? { 'Transfer-Encoding': 'chunked' } : {}),
    Connection: 'close',
  });
  for await (const chunk of answer) {
    if (!hasBody || !Buffer.isBuffer(chunk) || chunk.length === 0) continue;
    if (isChunked) socket.write(`${chunk.length.toString(16)}\r\n`);
    let isFlowing = socket.write(chunk);
    if (isChunked) isFlowing = socket.write('\r\n');
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
