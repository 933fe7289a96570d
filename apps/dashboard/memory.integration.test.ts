import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Product, startEngine, startProduct, type TestEngine } from '@nebula/testbed';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { json, until } from './testing.ts';

const readers = 200;
/** A person may have fewer streams open than there are readers here. */
const people = 4;
let engine: TestEngine;
let product: Product;
let cookies: string[];

beforeAll(async () => {
  engine = await startEngine();
  for (let n = 0; n < 10; n += 1) {
    await engine.docker([
      'run',
      '-d',
      '--name',
      `busy-${n}`,
      engine.busyboxImage,
      '/bin/busybox',
      'sleep',
      '3600',
    ]);
  }
  product = await startProduct({ engine: engine.socket, env: { NEBULA_SAMPLE_SECONDS: '1' } });
  const token = product.setUpUrl?.split('#')[1];
  const account = { token, email: 'evin@example.com', name: 'Evin', password: 'correct horse battery' };
  const response = await fetch(`${product.url}/api/account/set-up`, json('POST', account));
  const { csrfToken } = (await response.json()) as { csrfToken: string };
  cookies = [cookieOf(response)];
  while (cookies.length < people) cookies.push(await join(cookies[0] ?? '', csrfToken));
}, 120_000);
afterAll(async () => {
  await product.stop();
  await engine.stop();
}, 60_000);

function cookieOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
}

/** Another person who is invited by the first, signed in. */
async function join(cookie: string, csrfToken: string): Promise<string> {
  const post = async (path: string, body: object, headers: Record<string, string>) => {
    const { headers: usual, ...init } = json('POST', body);
    const response = await fetch(`${product.url}/api/account${path}`, {
      ...init,
      headers: { ...Object.fromEntries(new Headers(usual)), ...headers },
    });
    expect(response.ok).toBe(true);
    return response;
  };
  const invitation = { email: `reader-${cookies.length}@example.com`, role: 'admin' };
  const invited = await post('/invitations', invitation, { cookie, 'x-csrf-token': csrfToken });
  const token = ((await invited.json()) as { url: string }).url.split('#')[1];
  const person = { token, name: 'Reader', password: 'correct horse battery' };
  return cookieOf(await post('/invitations/accept', person, {}));
}

/** Memory of the server that is its own, in MiB. */
function ownMemory(): number {
  const text = readFileSync(`/proc/${product.processes().server}/smaps_rollup`, 'utf8');
  const kilobytes = [...text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm)].map(([, size]) =>
    Number(size),
  );
  return kilobytes.reduce((sum, size) => sum + size, 0) / 1024;
}

function openReader(at: number): { socket: Socket; received(): number } {
  const { port } = new URL(product.url);
  const socket = connect(Number(port), '127.0.0.1');
  let received = 0;
  socket.on('data', (chunk) => (received += chunk.length));
  socket.on('error', () => undefined);
  socket.write(
    `GET /api/events HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncookie: ${cookies[at % people]}\r\n\r\n`,
  );
  return { socket, received: () => received };
}

test('memory stays flat while 200 pages read the live stream, and comes back when they leave', async () => {
  const before = ownMemory();
  const open = Array.from({ length: readers }, (_, at) => openReader(at));
  await until(() => open.every((reader) => reader.received() > 1000), 30_000);
  await sleep(10_000);
  const early = ownMemory();
  const receivedEarly = open.reduce((sum, reader) => sum + reader.received(), 0);

  await sleep(40_000);
  const late = ownMemory();
  const received = open.reduce((sum, reader) => sum + reader.received(), 0) - receivedEarly;
  for (const { socket } of open) socket.destroy();
  await sleep(5000);

  // 10 containers a second to 200 readers: what was sent is many times what may be kept.
  expect(received).toBeGreaterThan(2 * 1024 * 1024);
  expect(late - early).toBeLessThan(8);
  expect(ownMemory() - before).toBeLessThan(40);
}, 120_000);
