import { sharedEngine } from '@nebula/testbed';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Inspection, OpenedFile, StackDetail, StackVersion } from './contract-shapes.ts';
import { until } from '../../testing.ts';
import { openStackWorld, type StackWorld } from './fixtures/stack-world.ts';

let world: StackWorld;
let image: string;
let made = 0;

beforeAll(async () => {
  const engine = await sharedEngine();
  image = engine.busyboxImage;
  world = await openStackWorld(inject('postgres'), engine, 'stk');
}, 240_000);
afterAll(async () => await world[Symbol.asyncDispose](), 60_000);

/** Another name for each test and each try of it. */
function newName(): string {
  made += 1;
  return `stk${process.pid}-${made}`;
}

const service = (more = '') => `{ image: ${image}, command: sleep 600, stop_grace_period: 0s${more} }`;
const detail = (name: string) => world.get<StackDetail>(`/stacks/${name}`);

async function up(name: string, services: string): Promise<void> {
  const {
    runId,
    status,
    detail: why,
  } = await world.send('POST', '', { name, compose: `services:\n${services}` });
  expect([status, why]).toEqual([202, undefined]);
  expect(await world.ended(runId)).toMatchObject({ state: 'succeeded', error: null });
}

test('a stack of three services is made from text, broken and refused, and mended', async () => {
  const name = newName();
  await up(name, `  web: ${service()}\n  db: ${service()}\n  cache: ${service()}\n`);
  expect(await world.containers(name)).toEqual(
    ['cache', 'db', 'web'].map((one) => `${name}-${one}-1 running`),
  );
  const stack = await detail(name);
  expect(stack).toMatchObject({ state: 'running', drift: 'none', services: 3, running: 3, place: 'managed' });
  const before = stack.files[0]?.sha256 ?? '';
  const text = await world.read(name);

  const broken = { name: 'compose.yaml', text: text.replace('services:', 'services: ['), before };
  const syntax = await world.send('POST', `/${name}/up`, { files: [broken] });
  const typo = { ...broken, text: text.replace('command: sleep 600', 'comand: sleep 600') };
  const unknown = await world.send('POST', `/${name}/up`, { files: [typo] });
  const nameless = { ...broken, text: text.replace(image, '127.0.0.1:9/nothing/here:1') };
  const quoted = {
    ...broken,
    text: text.replace('command: sleep 600', 'environment: { DB_PASSWORD: "hunter2${x" }'),
  };
  const told = await world.send('POST', `/${name}/up`, { files: [quoted] });
  const missing = await world.ended((await world.send('POST', `/${name}/up`, { files: [nameless] })).runId);

  expect([syntax.status, syntax.code]).toEqual([422, 'STACK_INVALID']);
  expect(syntax.detail).toContain('compose.yaml line');
  expect(unknown).toMatchObject({ status: 422, code: 'STACK_INVALID' });
  expect(unknown.detail).toContain('comand');
  expect(told).toMatchObject({ status: 422, code: 'STACK_INVALID' });
  expect(told.detail).not.toContain('hunter2');
  expect(missing).toMatchObject({ state: 'failed', isUndone: true, error: { code: 'IMAGE_MISSING' } });
  expect(await world.read(name)).toBe(text);
  expect(await world.containers(name)).toHaveLength(3);

  const mended = { ...broken, text: text.replace('sleep 600', 'sleep 601') };
  const fixed = await world.send('POST', `/${name}/up`, { files: [mended] });
  expect(await world.ended(fixed.runId)).toMatchObject({ state: 'succeeded', error: null });
  expect(await world.read(name)).toContain('sleep 601');
  expect((await detail(name)).drift).toBe('none');
  const versions = await world.get<{ items: StackVersion[] }>(`/stacks/${name}/versions`);
  expect(versions.items).toHaveLength(1);
  const output = await world.viewer.fetch(`/api/stacks/runs/${fixed.runId}/output`);
  expect(await output.text()).toMatch(/Recreated[\s\S]*"kind":"end"/);
});

test('a stack that does not come up puts back the files and containers of before, and keeps what was written', async () => {
  const name = newName();
  await up(name, `  web: ${service()}\n`);
  const text = await world.read(name);
  const before = (await detail(name)).files[0]?.sha256;

  const failing = text.replace('sleep 600', 'sh -c "echo why it fails; exit 3"');
  const { runId } = await world.send('POST', `/${name}/up`, {
    files: [{ name: 'compose.yaml', text: failing, before }],
  });
  const run = await world.ended(runId);

  expect(run).toMatchObject({ state: 'failed', isUndone: true });
  expect(run.error?.message).toContain('why it fails');
  expect(await world.read(name)).toBe(text);
  expect(await world.containers(name)).toEqual([`${name}-web-1 running`]);
  expect((await detail(name)).drift).toBe('none');
  const { items } = await world.get<{ items: StackVersion[] }>(`/stacks/${name}/versions`);
  const kept = items.find(({ why }) => why === 'put-back');
  const version = await world.get<{ files: OpenedFile[] }>(`/stacks/${name}/versions/${kept?.id}`);
  expect(version.files[0]?.text).toContain('exit 3');
});

test('a file that was changed outside while it was open here is not overwritten, and both are there', async () => {
  const name = newName();
  await up(name, `  web: ${service()}\n`);
  const opened = (await (
    await world.operator.fetch(`/api/stacks/${name}/files/compose.yaml/open`, { method: 'POST' })
  ).json()) as OpenedFile;
  const outside = `${opened.text}# from outside\n`;
  await world.write(name, outside);

  const change = { name: 'compose.yaml', text: `${opened.text}# from here\n`, before: opened.sha256 };
  const saved = await world.send('PUT', `/${name}/files`, { files: [change] });

  expect([saved.status, saved.code]).toEqual([409, 'FILE_CHANGED']);
  expect(await world.read(name)).toBe(outside);
  expect((await detail(name)).drift).toBe('none');
  await world.write(name, outside.replace('sleep 600', 'sleep 599'));
  await expect.poll(async () => (await detail(name)).drift, { timeout: 30_000 }).toBe('edited');
});

test('verbs go by labels, and taking a stack down leaves its volumes and files', async () => {
  const name = newName();
  await up(name, `  web: ${service(', volumes: ["data:/data"]')}\nvolumes: { data: {} }\n`);
  const verb = async (word: string) => {
    const { runId } = await world.send('POST', `/${name}/${word}`, {});
    expect(await world.ended(runId)).toMatchObject({ state: 'succeeded', error: null });
  };
  await verb('stop');
  expect((await detail(name)).state).toBe('stopped');
  await verb('start');
  await verb('restart');
  expect((await detail(name)).state).toBe('running');
  await verb('down');
  expect((await detail(name)).state).toBe('not-created');
  expect(await world.docker('volume', 'ls', '-q', '--filter', `name=${name}`)).toBe(`${name}_data\n`);
  expect(await world.read(name)).toContain('volumes');
});

test('what the broker refuses is a gate with its reason, which only an admin with a fresh proof opens, for exactly this', async () => {
  const name = newName();
  const places = ', volumes: ["./data:/data"], secrets: [token]';
  const secrets = 'secrets:\n  token: { file: ./compose.yaml }\n';
  const compose = `services:\n  web: ${service(`, uts: host${places}`)}\n  db: ${service()}\n${secrets}`;
  const refused = await world.send('POST', '', { name, compose });
  expect(refused).toMatchObject({ status: 403, code: 'GATE_CLOSED' });
  expect(refused.detail).toContain('web: it would live in the machine');
  expect(refused.detail).toContain('[host-namespace]');
  const files = [{ name: 'compose.yaml', text: compose }];
  const seen = (await (
    await world.operator.fetch('/api/stacks/check', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, files }),
    })
  ).json()) as Inspection;
  expect(seen.gate).toMatchObject([
    { kind: 'service', subject: 'web', rule: 'host-namespace', canBeGranted: true },
  ]);
  const agreed = seen.gateDigest;

  const byOperator = await world.send('POST', '', { name, compose, agreed });
  const withoutProof = await world.send('POST', '', { name, compose, agreed }, world.admin);
  const other = await world.send(
    'POST',
    '',
    { name, compose: compose.replace('uts: host', 'pid: host'), agreed },
    world.keeper,
  );
  expect([byOperator.code, withoutProof.code, other.code]).toEqual([
    'FORBIDDEN',
    'STEP_UP_REQUIRED',
    'GATE_CLOSED',
  ]);
  expect(await world.containers(name)).toEqual([]);

  const granted = await world.send('POST', '', { name, compose, agreed }, world.keeper);
  expect(await world.ended(granted.runId)).toMatchObject({ state: 'succeeded', error: null });
  expect(await world.docker('inspect', '-f', '{{.HostConfig.UTSMode}}', `${name}-web-1`)).toBe('host\n');
  const open = await world.get<Inspection>(`/stacks/${name}/inspection`, world.operator);
  expect([open.gate, open.gateDigest]).toEqual([[], null]);
  const again = await world.send('POST', `/${name}/up`, {});
  expect(await world.ended(again.runId)).toMatchObject({ state: 'succeeded' });
  await world.docker('rm', '-f', `${name}-web-1`);
  expect(await world.send('POST', `/${name}/up`, {})).toMatchObject({ code: 'GATE_CLOSED' });
  const audit = await (await world.admin.fetch('/api/audit?action=stacks.grant&limit=50')).text();
  expect(audit).toContain('"host-namespace"');
});

test('a stack that is cancelled while it comes up is taken away again, and its new file stays', async () => {
  const name = newName();
  const never = ', healthcheck: { test: [CMD, "false"], interval: 1s, retries: 600, start_period: 600s }';
  const waits = ', depends_on: { db: { condition: service_healthy } }';
  const compose = `services:\n  db: ${service(never)}\n  web: ${service(waits)}\n`;
  const { runId } = await world.send('POST', '', { name, compose });
  await until(async () => (await world.containers(name)).some((row) => row.endsWith('running')), 60_000);

  await world.operator.fetch(`/api/jobs/runs/${runId}/cancel`, { method: 'POST' });

  expect(await world.ended(runId)).toMatchObject({ state: 'cancelled', isUndone: true });
  expect(await world.containers(name)).toEqual([]);
  expect(await world.read(name)).toBe(compose);
});
