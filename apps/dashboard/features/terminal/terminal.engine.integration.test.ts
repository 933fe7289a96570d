import { type Product, startEngine, startProduct, type TestEngine } from '@nebula/testbed';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newOwner } from '../account/fixtures/owner.ts';
import { attach, type TerminalClient } from './fixtures/terminal-client.ts';

let engine: TestEngine;
let product: Product;
let authorization = '';
const patience = { timeout: 60_000, interval: 100 };

beforeAll(async () => {
  engine = await startEngine();
  product = await startProduct({ engine: engine.socket });
  ({ authorization } = await newOwner(product));
}, 240_000);
afterAll(async () => {
  await product.stop();
  await engine.stop();
}, 60_000);

let made = 0;

async function container(word: string): Promise<{ id: string; name: string }> {
  made += 1;
  const name = `${word}-${made}`;
  const outcome = await engine.docker(['run', '-d', '--name', name, engine.busyboxImage, 'sleep', '3600']);
  if (outcome.code !== 0) throw new Error(outcome.stderr);
  return { id: outcome.stdout.trim(), name };
}

async function terminal(containerId: string, more: object = {}): Promise<TerminalClient> {
  const response = await fetch(`${product.url}/api/terminal`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ containerId, ...more }),
  });
  const body = (await response.json()) as { id: string };
  if (response.status !== 201) throw new Error(JSON.stringify(body));
  return attach(product.url, body.id, { authorization });
}

/** Programs in a container besides its own. */
async function programs(name: string): Promise<string[]> {
  const { stdout } = await engine.docker(['top', name, '-eo', 'pid,args']);
  return stdout
    .trim()
    .split('\n')
    .slice(1)
    .filter((line) => !line.includes('sleep 3600'));
}

test('a shell runs in a real container: it knows its size, takes UTF-8, and tells how it ended', async () => {
  const { id, name } = await container('term-life');
  const client = await terminal(id, { columns: 101, rows: 33 });
  await expect.poll(() => client.shown(), patience).toMatch(/[#$] /);

  client.send({ kind: 'input', data: 'stty size; echo grüße-$((40+2))\n' });
  await expect.poll(() => client.shown(), patience).toContain('grüße-42');
  expect(client.shown()).toContain('33 101');
  client.send({ kind: 'resize', columns: 64, rows: 20 });
  client.send({ kind: 'input', data: 'stty size\n' });
  await expect.poll(() => client.shown(), patience).toContain('20 64');
  client.send({ kind: 'input', data: 'exit 3\n' });

  await expect.poll(() => client.ended(), patience).toMatchObject({ reason: 'exited', exitCode: 3 });
  expect(await programs(name)).toEqual([]);
}, 120_000);

test('nothing is left in the container when the tab goes, however stubborn the program is', async () => {
  const { id, name } = await container('term-gone');
  const client = await terminal(id);
  await expect.poll(() => client.shown(), patience).toMatch(/[#$] /);
  client.send({ kind: 'input', data: "trap '' HUP TERM INT; sleep 1000 & sleep 2000\n" });
  await expect.poll(async () => (await programs(name)).length, patience).toBeGreaterThanOrEqual(3);

  client.close();

  await expect.poll(() => programs(name), patience).toEqual([]);
}, 120_000);

test('nothing is left in the container when the server is killed', async () => {
  const { id, name } = await container('term-killed');
  const client = await terminal(id, { command: ['sh', '-c', "trap '' HUP; sleep 1000"] });
  await expect.poll(async () => (await programs(name)).length, patience).toBeGreaterThanOrEqual(1);
  expect(client.closed()).toBe(null);

  process.kill(product.processes().server, 'SIGKILL');

  await expect.poll(() => programs(name), patience).toEqual([]);
}, 120_000);
