import {
  newDataDir,
  type Product,
  type Receiver,
  startEngine,
  startProduct,
  startReceiver,
  type TestEngine,
} from '@nebula/testbed';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nebulaOn } from '../../e2e/opening.ts';
import { json } from '../../testing.ts';
import type { Channel, Delivery, Incident, Rule } from './contract.ts';

let engine: TestEngine;
let product: Product;
let receiver: Receiver;
let key = '';
const dataDir = newDataDir();
const patience = { timeout: 90_000, interval: 250 };

beforeAll(async () => {
  engine = await startEngine();
  receiver = await startReceiver();
  product = await startProduct({ engine: engine.socket, dataDir });
  const nebula = nebulaOn(product, process.env);
  await nebula(['account', 'create-admin', '--email', 'me@example.com', '--name', 'Me', '--password-stdin'], {
    input: 'a password for alerts',
  });
  const scopes = '*,account:skip-step-up';
  const answer = await nebula([
    'account',
    'api-key',
    '--name',
    'test',
    '--role',
    'admin',
    '--scopes',
    scopes,
  ]);
  key = /neb_\S+/.exec(answer)?.[0] ?? '';
  await hurryRules();
}, 240_000);
afterAll(async () => {
  await product.stop();
  await receiver[Symbol.asyncDispose]();
  await engine.stop();
  rmSync(join(dataDir, '..'), { recursive: true, force: true });
}, 60_000);

async function call<T>(path: string, init: RequestInit = {}): Promise<T> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const response = await fetch(`${product.url}/api/alerts${path}`, { ...init, headers });
  return (await response.json()) as T;
}

/** The rules that are there from the start, without their waits; those about the machine are off, whatever it does. */
async function hurryRules(): Promise<void> {
  const rules = (await call<{ items: Rule[] }>('/rules')).items;
  for (const { id, open: _open, updatedAt: _at, ...rule } of rules) {
    const isOn = ['down', 'restarts', 'out-of-memory'].includes(rule.kind);
    await call(`/rules/${id}`, json('PUT', { ...rule, isOn, forSeconds: 0, recoverSeconds: 0 }));
  }
  await call<Channel>(
    '/channels',
    json('POST', {
      ...{ name: 'hook', driver: 'webhook', reach: 'machine', settings: { url: receiver.url } },
      secrets: { key: 'a-key-of-the-test' },
    }),
  );
}

async function run(name: string, options: string[], command: string[]): Promise<void> {
  const outcome = await engine.docker([
    'run',
    '-d',
    '--name',
    name,
    ...options,
    engine.busyboxImage,
    ...command,
  ]);
  if (outcome.code !== 0) throw new Error(outcome.stderr);
}

/** Containers that the server has seen running. */
async function running(): Promise<string[]> {
  const headers = { authorization: `Bearer ${key}` };
  const response = await fetch(`${product.url}/api/containers?state=running`, { headers });
  return ((await response.json()) as { items: { name: string }[] }).items.map(({ name }) => name);
}

/** What came about a container, by what happened to it. */
const told = (name: string) =>
  receiver.received.flatMap(({ body }) => {
    const { type, data } = JSON.parse(body.toString()) as {
      type: string;
      data: { title: string; body: string };
    };
    const lines = `${data.title}\n${data.body}`;
    return lines.includes(name) ? [type] : [];
  });
const incidentsOf = async (name: string) =>
  (await call<{ items: Incident[] }>(`/incidents?limit=200&subject=app/${name}`)).items;

test('containers that are killed, run out of memory or end again and again are told once each, and once when they are back', async () => {
  await run('victim', [], ['sleep', '3600']);
  await run('hog', ['--memory', '24m', '--memory-swap', '24m'], ['sh', '-c', 'sleep 3; tail /dev/zero']);
  await run('looper', ['--restart', 'always'], ['sh', '-c', 'sleep 1; exit 3']);
  await run('done', [], ['sh', '-c', 'sleep 3']);
  await run('asked', ['--stop-timeout', '1'], ['sleep', '3600']);
  await expect.poll(() => running(), patience).toEqual(expect.arrayContaining(['victim', 'asked']));
  await engine.docker(['kill', 'victim']);
  await engine.docker(['stop', 'asked']);

  await expect
    .poll(async () => (await incidentsOf('victim')).map(({ kind }) => kind), patience)
    .toEqual(['down']);
  await expect.poll(() => told('victim'), patience).toEqual(['alert.firing']);
  await engine.docker(['start', 'victim']);
  await expect
    .poll(async () => (await incidentsOf('hog')).map(({ kind }) => kind).sort(), patience)
    .toEqual(['down', 'out-of-memory']);
  await expect
    .poll(async () => (await incidentsOf('looper')).map(({ kind }) => kind), patience)
    .toContain('restarts');
  await expect.poll(() => told('victim'), patience).toEqual(['alert.firing', 'alert.recovered']);
  await engine.docker(['rm', '-f', 'looper']);
  expect(await incidentsOf('done')).toEqual([]);
  expect(await incidentsOf('asked')).toEqual([]);
  expect((await incidentsOf('victim'))[0]?.closedBy).toBe('recovered');
});

test('a message that was under way when the server was killed is reported and not sent again', async () => {
  await run('second', [], ['sleep', '3600']);
  await expect.poll(() => running(), patience).toContain('second');
  receiver.setMood('hangs');
  await engine.docker(['kill', 'second']);
  await expect.poll(() => told('second'), patience).toEqual(['alert.firing']);
  process.kill(product.processes().server, 'SIGKILL');
  receiver.setMood('takes-it');
  await product.stop();
  product = await startProduct({ engine: engine.socket, dataDir });

  const deliveries = async () => {
    const [incident] = await incidentsOf('second');
    const whole = await call<{ deliveries: Delivery[] }>(`/incidents/${incident?.id ?? ''}`);
    return whole.deliveries.map(({ message, state }) => `${message} ${state}`);
  };
  await expect.poll(deliveries, patience).toEqual(['firing unknown']);
  expect(told('second')).toEqual(['alert.firing']);
}, 240_000);

test('what ended while nobody looked is told of once the server is back, unless it was asked for', async () => {
  await run('third', [], ['sleep', '3600']);
  await run('sent-home', ['--stop-timeout', '1'], ['sleep', '3600']);
  await expect.poll(() => running(), patience).toEqual(expect.arrayContaining(['third', 'sent-home']));
  await product.stop();
  await engine.docker(['kill', 'third']);
  await engine.docker(['stop', 'sent-home']);
  product = await startProduct({ engine: engine.socket, dataDir });

  await expect
    .poll(async () => (await incidentsOf('third')).map(({ kind }) => kind), patience)
    .toEqual(['down']);
  await expect.poll(() => told('third'), patience).toEqual(['alert.firing']);
  expect(await incidentsOf('sent-home')).toEqual([]);
}, 240_000);
