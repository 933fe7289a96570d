import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { openEngine } from '@nebula/docker';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { engineFound } from './engine-found.ts';

let dir: string;
const open: Disposable[] = [];
beforeEach(() => {
  dir = mkdtempSync('/tmp/nebula-engine-');
});
afterEach(() => {
  for (const one of open.splice(0)) one[Symbol.dispose]();
  rmSync(dir, { recursive: true, force: true });
});

/** A broker that opens its socket after so many milliseconds. */
function broker(afterMs: number, answer: RequestListener): void {
  const server = createServer(answer);
  const timer = setTimeout(() => server.listen(join(dir, 'docker.sock')), afterMs);
  open.push({
    [Symbol.dispose]() {
      clearTimeout(timer);
      server.close();
      server.closeAllConnections();
    },
  });
}

test('an engine behind a broker that is still starting is found', async () => {
  broker(300, (_request, response) => response.end(JSON.stringify({ Version: '29.1', ApiVersion: '1.52' })));

  expect(await engineFound(openEngine(join(dir, 'docker.sock')))).toEqual({
    found: true,
    detail: 'Docker 29.1',
  });
});

test('without a broker it is given up after the patience', async () => {
  const started = Date.now();

  expect(await engineFound(openEngine(join(dir, 'docker.sock')), 200)).toMatchObject({ found: false });

  expect(Date.now() - started).toBeGreaterThanOrEqual(200);
});

test('a broker whose engine is away is asked once', async () => {
  let asked = 0;
  broker(0, (_request, response) => {
    asked += 1;
    response.writeHead(503).end(JSON.stringify({ message: 'The engine does not answer.' }));
  });
  await new Promise((resolve) => setTimeout(resolve, 100));

  expect(await engineFound(openEngine(join(dir, 'docker.sock')))).toMatchObject({ found: false });

  expect(asked).toBe(1);
});
