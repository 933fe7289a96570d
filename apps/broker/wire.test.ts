import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerJson } from './answer.ts';
import { Refusal } from './refusal.ts';
import { sendRaw } from './testing/send.ts';
import { readRequest } from './wire.ts';

let directory: string;
let path: string;
let server: Server;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nb-wire-'));
  path = join(directory, 's');
  server = createServer({ allowHalfOpen: true }, (socket) => void echo(socket)).listen(path);
  await once(server, 'listening');
});
afterAll(async () => {
  server.close();
  await rm(directory, { recursive: true });
});

/** Answers with what was read: the body, and what followed it. */
async function echo(socket: Socket): Promise<void> {
  try {
    const request = await readRequest(socket);
    if (request === undefined) return void socket.destroy();
    const body = (await request.readBody(1_000)).toString('latin1');
    answerJson(socket, 200, {
      method: request.method,
      target: request.target,
      body,
      rest: request.rest().toString('latin1'),
    });
  } catch (error) {
    answerJson(socket, error instanceof Refusal ? error.status : 500, { message: String(error) });
  }
}

const payload = fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 200 });

test('a body with a length is read to the byte, and what follows is kept apart', async () => {
  await fc.assert(
    fc.asyncProperty(payload, payload, async (body, rest) => {
      const answer = await sendRaw(
        path,
        `POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}${rest}`,
      );
      const read = JSON.parse(answer.body);
      expect(read.body).toBe(body);
      // The rest may still be on its way; what has come is its beginning.
      expect(rest.startsWith(read.rest)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('a body in chunks of any size is read whole', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(payload, { maxLength: 4 }), async (chunks) => {
      const coded = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('');
      const answer = await sendRaw(
        path,
        `POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${coded}0\r\n\r\n`,
      );
      expect(JSON.parse(answer.body).body).toBe(chunks.join(''));
    }),
    { numRuns: 50 },
  );
});

test('a request that arrives byte by byte is the same request', async () => {
  const socket = connect(path);
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk;
  });
  const closed = once(socket, 'close');
  for (const byte of 'POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n') {
    socket.write(byte);
    await new Promise(setImmediate);
  }
  await closed;

  expect(received).toContain('"body":"abc"');
});

test('a body over the limit is refused, announced or not', async () => {
  const long = 'x'.repeat(1_001);
  const announced = await sendRaw(path, `POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n${long}`);
  const chunked = await sendRaw(
    path,
    `POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n${long}\r\n0\r\n\r\n`,
  );

  expect([announced.status, chunked.status]).toEqual([413, 413]);
});

test('a client that expects 100-continue gets it before its body is read', async () => {
  const answer = await sendRaw(
    path,
    'POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nz',
  );

  expect(answer.status).toBe(100);
  expect(answer.body).toContain('"body":"z"');
});
