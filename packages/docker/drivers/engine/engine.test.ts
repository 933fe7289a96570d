import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Docker } from '../../index.ts';
import { openEngine } from './engine.ts';

const stack = new AsyncDisposableStack();
const { signal } = new AbortController();
let docker: Docker & Disposable;
/** What the engine answers for the statistics of a container; well unless it is here. */
const answers = new Map<string, (response: ServerResponse) => void>();

const counters = {
  read: '2026-01-01T00:00:00Z',
  cpu_stats: { cpu_usage: { total_usage: 1 } },
  memory_stats: { usage: 2, limit: 3 },
};

beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), 'nebula-engine-'));
  stack.defer(() => rmSync(dir, { recursive: true, force: true }));
  const server = createServer(({ url = '' }, response) => {
    const id = /containers\/([^/]+)\/stats/.exec(url)?.[1];
    if (url.endsWith('/version')) response.end(JSON.stringify({ Version: '1', ApiVersion: '1.47' }));
    else if (id === undefined) response.end(JSON.stringify({ MemTotal: 1000 }));
    else (answers.get(id) ?? ((usual) => usual.end(JSON.stringify(counters))))(response);
  });
  server.listen(join(dir, 'engine.sock'));
  await once(server, 'listening');
  stack.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  docker = stack.use(openEngine(join(dir, 'engine.sock')));
});
afterAll(() => stack.disposeAsync());

const told = async (ids: string[]) => [...(await docker.counters(ids, signal)).keys()].toSorted();

test('a container that is gone or answers rubbish does not spoil the statistics of the others', async () => {
  answers.set('gone', (response) => response.writeHead(404).end('{"message":"No such container: gone"}'));
  answers.set('rubbish', (response) => response.end('{"read":'));
  answers.set('refused', (response) => response.writeHead(500).end('{"message":"its cgroup is away"}'));
  answers.set('other', (response) => response.end('[]'));
  expect(await told(['a', 'gone', 'b', 'rubbish', 'c', 'refused', 'd', 'other', 'e'])).toEqual([
    ...['a', 'b', 'c', 'd', 'e'],
  ]);
  expect(await told(['rubbish', 'refused'])).toEqual([]);
});

test('an engine that is away is told', async () => {
  answers.set('cut', (response) => response.destroy());
  await expect(docker.counters(['cut'], signal)).rejects.toMatchObject({ kind: 'unavailable' });
});
