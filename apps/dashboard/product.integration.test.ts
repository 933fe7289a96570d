import { readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { newDataDir, type Product, startEngine, startProduct, type TestEngine } from '@nebula/testbed';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Container } from './features/containers/contract.ts';
import { json, until } from './testing.ts';

let engine: TestEngine;
let product: Product;
let key: string;
const hostileLabel = '$(touch /tmp/owned)\n<script>alert(1)</script>';

beforeAll(async () => {
  engine = await startEngine();
  await container('web', ['/bin/busybox', 'sleep', '3600']);
  await container('shaky', ['/bin/busybox', 'sh', '-c', 'test -e /ran && exit 3; touch /ran; sleep 3600']);
  product = await startProduct({ engine: engine.socket });
  key = await firstKey();
}, 120_000);
afterAll(async () => {
  await product[Symbol.asyncDispose]();
  await engine.stop();
}, 60_000);

async function container(name: string, command: string[]): Promise<void> {
  const outcome = await engine.docker([
    'run',
    '-d',
    '--name',
    name,
    '--stop-timeout',
    '1',
    '--label',
    `note=${hostileLabel}`,
    engine.busyboxImage,
    ...command,
  ]);
  if (outcome.code !== 0) throw new Error(outcome.stderr);
}

async function firstKey(): Promise<string> {
  const token = product.setUpUrl?.split('#')[1];
  const account = { token, email: 'evin@example.com', name: 'Evin', password: 'correct horse battery' };
  const setUp = await fetch(`${product.url}/api/account/set-up`, json('POST', account));
  const { csrfToken } = (await setUp.json()) as { csrfToken: string };
  const cookie = setUp.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const init = json('POST', { name: 'test', role: 'admin', scopes: ['*'] });
  const response = await fetch(`${product.url}/api/account/api-keys`, {
    ...init,
    headers: { ...(init.headers as Record<string, string>), cookie, 'x-csrf-token': csrfToken },
  });
  return ((await response.json()) as { token: string }).token;
}

async function call(path: string, init: RequestInit = {}): Promise<{ status: number; body: never }> {
  const response = await fetch(`${product.url}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${key}`, ...(init.headers as object) },
  });
  return { status: response.status, body: (await response.json()) as never };
}

async function find(
  name: string,
): Promise<(Container & { usage: { memoryBytes: number } | null }) | undefined> {
  const { body } = await call(`/api/containers?search=${name}`);
  return (body as { items: (Container & { usage: null })[] }).items?.[0];
}

async function restart(name: string): Promise<string> {
  const { body } = await call(`/api/containers/${(await find(name))?.id}/restart`, { method: 'POST' });
  return (body as { runId: string }).runId;
}

async function runState(id: string): Promise<{ state: string; error: { code: string } | null }> {
  return (await call(`/api/jobs/runs/${id}`).catch(() => ({ body: { state: 'unreachable', error: null } })))
    .body as never;
}

const startedAt = async (name: string) =>
  (await engine.docker(['inspect', '-f', '{{.State.StartedAt}}', name])).stdout.trim();

test('the real containers are listed with live figures', async () => {
  await until(async () => (await find('web'))?.usage !== null, 30_000);

  expect(await find('web')).toMatchObject({ name: 'web', state: 'running', image: engine.busyboxImage });
  expect((await find('web'))?.usage?.memoryBytes).toBeGreaterThan(0);
});

test('a restart really restarts the container and is in the audit', async () => {
  const before = await startedAt('web');

  const runId = await restart('web');
  await until(async () => (await runState(runId)).state === 'succeeded', 60_000);

  expect(await startedAt('web')).not.toBe(before);
  const { body } = await call('/api/audit?action=containers.restart');
  expect((body as { items: object[] }).items[0]).toMatchObject({
    runId,
    outcome: 'done',
    target: { name: 'web' },
  });
}, 90_000);

test('a container that does not come up again fails the run with its exit code', async () => {
  const runId = await restart('shaky');
  await until(async () => (await runState(runId)).state === 'failed', 60_000);

  expect(await runState(runId)).toMatchObject({
    error: { code: 'CONTAINER_STOPPED', message: expect.stringContaining('exit code 3') },
  });
}, 90_000);

test('the server killed in the middle of a restart comes back and the run ends, restarting once', async () => {
  const runId = await restart('web');
  process.kill(product.processes().server, 'SIGKILL');

  await until(async () => (await runState(runId)).state === 'succeeded', 90_000);

  const events = await engine.docker([
    'events',
    '--since',
    '5m',
    '--until',
    '0s',
    '--filter',
    'container=web',
    '--filter',
    'event=restart',
    '--format',
    '{{.Action}}',
  ]);
  expect(events.stdout.trim().split('\n').length).toBeLessThanOrEqual(2);
}, 120_000);

test('the broker killed comes back, and the list with it', async () => {
  const { broker } = product.processes();
  process.kill(broker, 'SIGKILL');
  await until(() => ![0, broker].includes(product.processes().broker), 60_000);

  await until(
    async () =>
      (await call('/api/engine')).body['isReachable' as never] === true && (await find('web')) !== undefined,
    60_000,
  );
}, 90_000);

test('the engine that goes away is told, and its containers are back with it', async () => {
  await engine.stopDaemon();
  await until(async () => (await call('/api/containers')).status === 503, 60_000);
  await engine.startDaemon();
  await until(async () => (await call('/api/containers')).status === 200, 60_000);

  expect(await find('web')).toBeDefined();
}, 150_000);

test('the database killed is started again, and what was acknowledged is there', async () => {
  const [postmaster] = product.processes().postgres;
  if (postmaster === undefined) throw new Error('expected a database');
  process.kill(postmaster, 'SIGKILL');
  // Requests may still be answered for a moment by what is about to end.
  await until(() => ![undefined, postmaster].includes(product.processes().postgres[0]), 60_000);

  await until(async () => (await call('/api/audit?limit=1')).status === 200, 60_000);

  expect((await call('/api/account/session')).status).toBe(200);
}, 90_000);

test('server and database run without privileges when root started them', () => {
  const { server, broker, postgres } = product.processes();
  const uidOf = (pid: number) =>
    Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  const groupsOf = (pid: number) =>
    /^Groups:\s*(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]?.trim();

  expect(uidOf(broker)).toBe(0);
  expect(uidOf(server)).toBeGreaterThan(0);
  expect(uidOf(postgres[0] ?? 0)).toBe(uidOf(server));
  expect(groupsOf(server)).not.toMatch(/\b0\b/);
});

test('stopped with Ctrl-C nothing is left, and the next start needs no set-up', async () => {
  const dataDir = newDataDir();
  const first = await startProduct({ dataDir });
  const left = first.processes();
  expect(first.setUpUrl).not.toBeNull();

  expect(await first.stop()).toBe(0);

  for (const pid of [left.server, left.broker, ...left.postgres])
    expect(() => process.kill(pid, 0)).toThrow();
  const second = await startProduct({ dataDir });
  expect(await second.stop()).toBe(0);
}, 120_000);

test('keys that are lost are told, not replaced, and going on without them is a decision', async () => {
  const dataDir = newDataDir();
  const first = await startProduct({ dataDir });
  const token = first.setUpUrl?.split('#')[1];
  const account = { token, email: 'evin@example.com', name: 'Evin', password: 'correct horse battery' };
  await fetch(`${first.url}/api/account/set-up`, json('POST', account));
  await first.stop();
  renameSync(join(dataDir, 'keys'), join(dataDir, 'keys-elsewhere'));

  await expect(startProduct({ dataDir })).rejects.toThrow(
    /has no audit.key[\s\S]*Put your copy of the keys back/,
  );

  const decided = await startProduct({ dataDir, env: { NEBULA_NEW_KEYS: '1' } });
  expect(await decided.stop()).toBe(0);
  rmSync(join(dataDir, '..'), { recursive: true, force: true });
}, 120_000);
