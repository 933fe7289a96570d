import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { Refusal } from './refusal.ts';

/**
 * One HTTP/1.1 request on one connection, read to the byte. The broker answers one request per connection and then
 * closes it or joins it to the engine, so a second request cannot hide behind the first; and the bytes after a request
 * that takes the connection over (with or without `Upgrade`) are still ours to hand on. A general server keeps neither.
 */
export interface Incoming {
  method: string;
  target: string;
  /** By lower-case name, each once. */
  headers: ReadonlyMap<string, string>;
  /** `Upgrade: tcp`, as Docker's clients ask for a stream. */
  wantsUpgrade: boolean;
  /** The whole body; refused with 413 when it is longer than `limit` bytes. */
  readBody(limit: number): Promise<Buffer>;
  /** The body as it comes, for tar streams. */
  streamBody(): AsyncGenerator<Buffer>;
  /** Bytes that followed the request; from now on the socket belongs to the caller. */
  rest(): Buffer;
}

const longestHead = 32_768;
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Reads the head of the request.
 *
 * @returns undefined when the client closes without sending any
 * @throws {Refusal} 400 and relatives for everything that two readers could read in two ways
 */
export async function readRequest(socket: Socket): Promise<Incoming | undefined> {
  let buffered: Buffer = Buffer.alloc(0);

  async function more(): Promise<boolean> {
    const chunk = await nextChunk(socket);
    if (chunk !== undefined) buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
    return chunk !== undefined;
  }

  async function until(end: string, limit: number): Promise<string | undefined> {
    for (let from = 0; ; ) {
      const index = buffered.indexOf(end, from, 'latin1');
      if (index > limit || (index < 0 && buffered.length >= limit + end.length))
        throw new Refusal(431, 'The head is too long.');
      if (index >= 0) {
        const text = buffered.toString('latin1', 0, index);
        buffered = buffered.subarray(index + end.length);
        return text;
      }
      from = Math.max(0, buffered.length - end.length + 1);
      if (!(await more())) return undefined;
    }
  }

  /** Up to `most` bytes of the body. */
  async function some(most: number): Promise<Buffer> {
    if (buffered.length === 0 && !(await more())) throw new Refusal(400, 'The body ends too early.');
    const part = buffered.subarray(0, most);
    buffered = buffered.subarray(part.length);
    return part;
  }

  async function* fixed(length: number): AsyncGenerator<Buffer> {
    for (let left = length; left > 0; ) {
      const part = await some(left);
      left -= part.length;
      yield part;
    }
  }

  async function* chunked(): AsyncGenerator<Buffer> {
    for (;;) {
      const size = await until('\r\n', 16);
      if (size === undefined || !/^[0-9a-fA-F]{1,8}$/.test(size))
        throw new Refusal(400, 'A chunk has no proper size.');
      yield* fixed(Number.parseInt(size, 16));
      if ((await until('\r\n', 0)) !== '') throw new Refusal(400, 'A chunk does not end where it says.');
      if (Number.parseInt(size, 16) === 0) return;
    }
  }

  const head = await until('\r\n\r\n', longestHead);
  if (head === undefined) {
    if (buffered.length > 0) throw new Refusal(400, 'The request ends too early.');
    return undefined;
  }
  const { method, target, headers } = parseHead(head);
  const length = framing(headers);

  async function* streamBody(): AsyncGenerator<Buffer> {
    if (headers.has('expect')) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    yield* length === 'chunked' ? chunked() : fixed(length);
  }

  return {
    method,
    target,
    headers,
    wantsUpgrade: wantsUpgrade(headers),
    streamBody,
    async readBody(limit) {
      const tooLong = () => new Refusal(413, `The body is longer than ${limit} bytes.`);
      if (length !== 'chunked' && length > limit) throw tooLong();
      const parts: Buffer[] = [];
      let total = 0;
      for await (const part of streamBody()) {
        total += part.length;
        if (total > limit) throw tooLong();
        parts.push(part);
      }
      return Buffer.concat(parts);
    },
    rest() {
      const rest = buffered;
      buffered = Buffer.alloc(0);
      return rest;
    },
  };
}

/** The next bytes, or undefined when the client sends no more. Reads on demand, so the kernel holds the rest back. */
async function nextChunk(socket: Socket): Promise<Buffer | undefined> {
  for (;;) {
    const chunk: unknown = socket.read();
    if (Buffer.isBuffer(chunk)) return chunk;
    if (socket.readableEnded || socket.destroyed) return undefined;
    await oneOfEvents(socket, ['readable', 'end', 'close']);
  }
}

/** Resolves at the first of these events and leaves no listener behind. */
export function oneOfEvents(emitter: EventEmitter, names: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const name of names) emitter.off(name, done);
      resolve();
    };
    for (const name of names) emitter.on(name, done);
  });
}

function parseHead(head: string): { method: string; target: string; headers: Map<string, string> } {
  const [first = '', ...lines] = head.split('\r\n');
  const [, method, target] = /^([A-Z]{3,10}) ([!-~]+) HTTP\/1\.1$/.exec(first) ?? [];
  if (method === undefined || target === undefined)
    throw new Refusal(400, 'The request line is not HTTP/1.1.');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '');
    if (colon < 1 || !token.test(name) || !/^[\t -~]*$/.test(value)) {
      throw new Refusal(400, 'A header is not well formed.');
    }
    if (headers.has(name)) throw new Refusal(400, `The header ${name} stands twice.`);
    headers.set(name, value);
  }
  if (!headers.has('host')) throw new Refusal(400, 'The header host is missing.');
  return { method, target, headers };
}

function framing(headers: ReadonlyMap<string, string>): number | 'chunked' {
  const length = headers.get('content-length');
  const coding = headers.get('transfer-encoding');
  if ((headers.get('expect') ?? '100-continue').toLowerCase() !== '100-continue') {
    throw new Refusal(417, 'The only expectation known here is 100-continue.');
  }
  if (coding !== undefined) {
    if (coding.toLowerCase() !== 'chunked')
      throw new Refusal(400, 'The only transfer coding known here is chunked.');
    if (length !== undefined) throw new Refusal(400, 'The body has two lengths.');
    return 'chunked';
  }
  if (length !== undefined && !/^\d{1,15}$/.test(length))
    throw new Refusal(400, 'The content length is not a number.');
  return Number(length ?? 0);
}

function wantsUpgrade(headers: ReadonlyMap<string, string>): boolean {
  const upgrade = headers.get('upgrade');
  const connection = (headers.get('connection') ?? '').toLowerCase().split(/[ \t]*,[ \t]*/);
  if (upgrade === undefined && !connection.includes('upgrade')) return false;
  if (upgrade?.toLowerCase() !== 'tcp' || !connection.includes('upgrade')) {
    throw new Refusal(400, 'The only upgrade known here is tcp, asked for in both Upgrade and Connection.');
  }
  return true;
}
