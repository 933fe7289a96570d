import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addCompose, startRegistry, type TestRegistry } from '@nebula/testbed';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Caller, json, type TestApp, testApp, until } from '../../testing.ts';
import type { Inspection } from './contract-shapes.ts';

let app: TestApp;
let registry: TestRegistry;
let operator: Caller;
let config: string;

interface Run {
  state: string;
  error: { code: string; message: string } | null;
  steps: { name: string; state: string }[];
}

beforeAll(async () => {
  config = await mkdtemp(join(tmpdir(), 'nst-'));
  registry = await startRegistry();
  app = await testApp(inject('postgres'), { environment: { NEBULA_COMPOSE: await addCompose(config) } });
  operator = await app.as('operator');
}, 240_000);
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
  await rm(config, { recursive: true, force: true });
});

async function stack(name: string, image: string): Promise<void> {
  const folder = join(app.dataDir, 'apps', name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'compose.yaml'), `services: { web: { image: "${image}" } }\n`);
}

async function ended(path: string): Promise<Run> {
  const answer = await operator.fetch(`/api/stacks${path}`, json('POST', {}));
  const { runId } = (await answer.json()) as { runId: string };
  const get = async () => (await (await operator.fetch(`/api/jobs/runs/${runId}`)).json()) as Run;
  await until(async () => /^(?:succeeded|failed)$/.test((await get()).state), 60_000);
  return await get();
}

test('fetching the images of a stack asks the engine for each, and touches nothing else', async () => {
  await stack('fetch', 'app:1');

  expect(await ended('/fetch/pull')).toMatchObject({ state: 'succeeded', error: null });
  expect(app.docker.done).toEqual(['pull app:1']);
});

test('an image that its registry does not have is refused before anything is fetched or made', async () => {
  await stack('missing', `${registry.host}/shop/web:9`);
  app.docker.done.length = 0;

  const run = await ended('/missing/up');

  expect(run).toMatchObject({ state: 'failed', error: { code: 'IMAGE_MISSING' } });
  expect(run.error?.message).toContain('has no such image');
  expect([app.docker.done, registry.requests.filter((line) => line.includes('/shop/web/'))]).toEqual([
    [],
    ['HEAD /v2/shop/web/manifests/9'],
  ]);
});

test('a registry that does not answer is no reason to guess: nothing is touched', async () => {
  registry.push('slow', '1', 'x');
  registry.setMood('slow', 'is-broken');
  await stack('broken', `${registry.host}/slow:1`);
  app.docker.done.length = 0;

  expect(await ended('/broken/up')).toMatchObject({ state: 'failed', error: { code: 'IMAGE_MISSING' } });
  expect(app.docker.done).toEqual([]);
});

test('an image that is only at its registry is fetched before containers are looked at', async () => {
  registry.push('there', '1', 'x');
  await stack('there', `${registry.host}/there:1`);
  app.docker.done.length = 0;
  const answer = await operator.fetch('/api/stacks/there/inspection');
  expect(((await answer.json()) as Inspection).images).toEqual([
    { image: `${registry.host}/there:1`, isHere: false },
  ]);

  const { runId } = (await (await operator.fetch('/api/stacks/there/up', json('POST', {}))).json()) as {
    runId: string;
  };

  await until(() => app.docker.done.includes(`pull ${registry.host}/there:1`), 30_000);
  await operator.fetch(`/api/jobs/runs/${runId}/cancel`, { method: 'POST' });
});
