import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addCompose, startEngine, type TestEngine } from '@nebula/testbed';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { json, until } from '../../testing.ts';
import type { Inspection, OpenedFile, StackDetail } from './contract-shapes.ts';
import { openStackWorld, type StackWorld } from './fixtures/stack-world.ts';

let engine: TestEngine;
let world: StackWorld;
let image: string;
let outside: string;
let made = 0;

beforeAll(async () => {
  engine = await startEngine();
  image = engine.busyboxImage;
  world = await openStackWorld(inject('postgres'), engine, 'bad');
  outside = await mkdtemp(join(tmpdir(), 'nst-out-'));
}, 240_000);
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await engine.stop();
  await rm(outside, { recursive: true, force: true });
}, 60_000);

function newName(): string {
  made += 1;
  return `bad${process.pid}-${made}`;
}

const service = (more = '') => `{ image: ${image}, command: sleep 600, stop_grace_period: 0s${more} }`;
const detail = (name: string) => world.get<StackDetail>(`/stacks/${name}`);
const check = async (name: string, text: string, file = 'compose.yaml') => {
  const files = [{ name: file, text }];
  const answer = await world.operator.fetch('/api/stacks/check', json('POST', { name, files }));
  return (await answer.json()) as Inspection;
};

async function up(name: string, compose: string, env = ''): Promise<string> {
  const { runId, status, detail: why } = await world.send('POST', '', { name, compose, env });
  expect([status, why]).toEqual([202, undefined]);
  return runId;
}

test('an engine that dies while a stack comes up is waited for, and the run ends as it was meant', async () => {
  const name = newName();
  const names = ['a', 'b', 'c', 'd', 'e'];
  const runId = await up(name, `services:\n${names.map((one) => `  ${one}: ${service()}\n`).join('')}`);
  await until(async () => (await world.containers(name).catch(() => [])).length > 0, 60_000);

  await engine.kill();
  await until(
    async () => (await world.get<{ state: string }>(`/jobs/runs/${runId}`)).state !== 'queued',
    30_000,
  );
  await engine.startDaemon();

  const run = await world.ended(runId);
  expect(run).toMatchObject({ state: 'succeeded', error: null });
  expect(Math.max(...run.steps.map(({ attempt }) => attempt))).toBeGreaterThan(1);
  expect(await world.containers(name)).toEqual(names.map((one) => `${name}-${one}-1 running`));
});

test('a stack that somebody made elsewhere is shown with its place, obeys the verbs, and can be copied here', async () => {
  const name = newName();
  const folder = join(outside, name);
  await mkdir(folder);
  await writeFile(join(folder, 'docker-compose.yml'), `services:\n  web: ${service()}\n`);
  await writeFile(join(folder, '.env'), 'API_TOKEN=hunter2-outside\n');
  const config = join(outside, 'config');
  await addCompose(config);
  const compose = ['compose', '-f', join(folder, 'docker-compose.yml'), '-p', name];
  expect(await engine.docker([...compose, 'up', '-d'], { env: { DOCKER_CONFIG: config } })).toMatchObject({
    code: 0,
  });

  const found = await detail(name);
  expect(found).toMatchObject({ place: 'elsewhere', folder, state: 'running', files: [], canImport: true });
  expect(found.reason).toContain('is outside');
  const edit = await world.send('POST', `/${name}/up`, {});
  expect([edit.status, edit.code]).toEqual([409, 'NOT_MANAGED']);
  const stopped = await world.send('POST', `/${name}/stop`, {});
  expect(await world.ended(stopped.runId)).toMatchObject({ state: 'succeeded' });
  expect((await world.send('POST', `/${name}/import`, {}, world.operator)).status).toBe(403);

  const copied = await world.send('POST', `/${name}/import`, {}, world.admin);
  expect(await world.ended(copied.runId)).toMatchObject({ state: 'succeeded', error: null });
  expect(await detail(name)).toMatchObject({ place: 'managed', folder: join(world.apps, name) });
  expect(await world.read(name, '.env')).toContain('hunter2-outside');
});

test('labels that point at our own data, or at what is no compose file, lead nowhere', async () => {
  const labels = (name: string, path: string) =>
    [
      `project=${name}`,
      `service=x`,
      `project.working_dir=${join(path, '..')}`,
      `project.config_files=${path}`,
    ].flatMap((label) => ['--label', `com.docker.compose.${label}`]);
  const key = join(world.app.dataDir, 'secret.yaml');
  await writeFile(key, 'services: { hunter2: {} }');
  for (const path of [key, '/etc/passwd']) {
    const name = newName();
    await world.docker('run', '-d', '--name', name, ...labels(name, path), image, 'sleep', '600');
    await until(async () => (await world.viewer.fetch(`/api/stacks/${name}`)).ok, 20_000);

    const copied = await world.send('POST', `/${name}/import`, {}, world.admin);

    expect([path, copied.status, copied.code]).toEqual([path, 409, 'NOT_MANAGED']);
  }
});

test('secrets are seen by who edits, and by nobody else anywhere', async () => {
  const name = newName();
  const compose = `services:\n  web:\n    image: ${image}\n    command: sleep 600\n    stop_grace_period: 0s\n    env_file: .env\n    environment:\n      DB_PASSWORD: hunter2-inline\n      FROM_ENV: \${API_TOKEN}\n`;
  const runId = await up(name, compose, 'API_TOKEN=hunter2-env\n');
  expect(await world.ended(runId)).toMatchObject({ state: 'succeeded' });

  const seen = await world.get<OpenedFile>(`/stacks/${name}/files/compose.yaml`);
  const env = await world.get<OpenedFile>(`/stacks/${name}/files/.env`);
  const byViewer = await world.viewer.fetch(`/api/stacks/${name}/files/.env/open`, { method: 'POST' });
  const opened = await world.operator.fetch(`/api/stacks/${name}/files/.env/open`, { method: 'POST' });

  expect(seen).toMatchObject({ isMasked: true, text: expect.stringContaining('DB_PASSWORD: ••••••') });
  expect(env.text).toBe('API_TOKEN=••••••\n');
  expect(byViewer.status).toBe(403);
  expect(((await opened.json()) as OpenedFile).text).toBe('API_TOKEN=hunter2-env\n');
  const everywhere = [
    await (await world.viewer.fetch(`/api/jobs/runs/${runId}`)).text(),
    await (await world.viewer.fetch(`/api/stacks/runs/${runId}/output`)).text(),
    await (await world.viewer.fetch(`/api/stacks/${name}`)).text(),
    await (await world.admin.fetch('/api/audit?limit=200')).text(),
    world.app.log.join('\n'),
  ].join('\n');
  expect(everywhere).not.toContain('hunter2-');
  expect(everywhere).toContain('stacks.open');
});

test('no file, name or path lets anybody read what the server can read', async () => {
  const name = newName();
  expect(await world.ended(await up(name, `services:\n  web: ${service()}\n`))).toMatchObject({
    state: 'succeeded',
  });
  await writeFile(join(world.app.dataDir, 'a-key'), 'KEY=hunter2-key\n');
  await symlink(join(world.app.dataDir, 'a-key'), join(world.apps, name, 'link.env'));

  const texts = [
    `services: { web: { image: ${image}, env_file: ../../a-key } }`,
    `services: { web: { image: ${image}, env_file: link.env } }`,
    `services: { web: { image: ${image}, env_file: "${world.app.dataDir}/a-key" } }`,
    `include: [../../a-key]`,
    `services: { web: { extends: { file: ../../a-key, service: x } } }`,
    `services: { web: { image: ${image}, secrets: [s] } }\nsecrets: { s: { file: ../../a-key } }`,
    `services: { web: { build: ../.. } }`,
  ];
  for (const text of texts) {
    const seen = await check(name, text);
    expect([text, seen.problems.length]).not.toEqual([text, 0]);
    expect(JSON.stringify(seen)).not.toContain('hunter2-key');
  }
  for (const path of ['link.env', '..%2f..%2fa-key', '%2e%2e', 'compose.yaml%00', '-x.yaml', '.env%2f..']) {
    const answer = await world.operator.fetch(`/api/stacks/${name}/files/${path}`);
    expect([path, answer.status >= 400 && answer.status < 500]).toEqual([path, true]);
    expect(await answer.text()).not.toContain('hunter2-key');
  }
  await mkdir(join(outside, 'target'), { recursive: true });
  await symlink(join(outside, 'target'), join(world.apps, `${name}-link`));
  const linked = await world.send('POST', '', {
    name: `${name}-link`,
    compose: `services:\n  web: ${service()}\n`,
  });
  expect(await world.ended(linked.runId)).toMatchObject({ state: 'failed', error: { code: 'NOT_MANAGED' } });
  for (const bad of ['../x', '-rf', '.', '..', 'A', 'a/b', 'a b', '', 'x'.repeat(64), 'a\u0000']) {
    const answer = await world.send('POST', '', { name: bad, compose: `services:\n  web: ${service()}\n` });
    expect([bad, answer.status]).toEqual([bad, 400]);
  }
});
