import { once } from 'node:events';
import { connect } from 'node:net';
import { createLog } from '@nebula/log';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createConnections } from '../connections.ts';
import type { Served } from '../mount.ts';
import { sendDownload } from './download.ts';

const patience = { timeout: 30_000, interval: 20 };
const lines: string[] = [];
let server: FastifyInstance;
let port: number;
/** Makes the bytes of the file. */
let bytes: () => AsyncGenerator<Buffer>;
let stopping: AbortController;
/** Whether the sender is done with the file. */
let isOver: boolean;

beforeEach(async () => {
  lines.length = 0;
  isOver = false;
  stopping = new AbortController();
  server = Fastify();
  server.get('/', async (request, reply) => {
    const log = createLog({ service: 'test', level: 'debug', write: (line) => lines.push(line) });
    const actor = { kind: 'apiKey', id: 'k', name: 'key', userId: null };
    // What a download uses of a request on its way.
    const served = {
      ...{ reply, request, input: {}, context: { log }, sender: { actor } },
      options: {
        connections: createConnections(),
        isStillValid: async () => true,
        stopping: stopping.signal,
      },
    } as unknown as Served;
    const sent = await sendDownload(served, async () => ({
      name: 'a.txt',
      type: 'text/plain',
      bytes: bytes(),
    }));
    isOver = true;
    return sent;
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  port = (server.server.address() as { port: number }).port;
});
afterEach(() => server.close());

function ask() {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  return socket;
}

test('a reader who leaves while the first bytes are made ends the making of the file', async () => {
  const { promise: left, resolve: leave } = Promise.withResolvers<void>();
  let isMaking = false;
  let isEnded = false;
  bytes = async function* () {
    isMaking = true;
    try {
      await left;
      for (;;) yield Buffer.alloc(1_000_000);
    } finally {
      isEnded = true;
    }
  };
  const closed = new Promise<void>((resolve) => {
    server.server.on('connection', (socket) => void socket.on('close', () => resolve()));
  });
  const socket = ask();
  await expect.poll(() => isMaking, patience).toBe(true);
  socket.destroy();
  await closed;
  leave();

  await expect.poll(() => [isEnded, isOver], patience).toEqual([true, true]);
});

test('a reader who leaves in the middle, reading no more, ends the making of the file', async () => {
  let made = 0;
  let isEnded = false;
  bytes = async function* () {
    try {
      for (;;) {
        made += 1;
        yield Buffer.alloc(1_000_000);
      }
    } finally {
      isEnded = true;
    }
  };
  const socket = ask();
  await once(socket, 'data');
  socket.pause();
  // No faster than it is read: at some time no more is made.
  let before = -1;
  await expect
    .poll(
      () => {
        const isStill = before === made;
        before = made;
        return isStill;
      },
      { timeout: 30_000, interval: 300 },
    )
    .toBe(true);
  socket.destroy();

  await expect.poll(() => [isEnded, isOver], patience).toEqual([true, true]);
  expect(lines.join('\n')).not.toContain('a download failed');
});

test('a file that fails in the middle breaks the connection, so that half of it is never taken for the whole', async () => {
  bytes = async function* () {
    yield Buffer.from('first');
    throw new Error('the disk is gone');
  };
  const read = async () => await (await fetch(`http://127.0.0.1:${port}/`)).text();
  await expect(read()).rejects.toThrow();
  await expect.poll(() => lines.join('\n'), patience).toContain('a download failed');
});
