import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Caller, json, type TestApp, testApp, until } from '../../testing.ts';
import type { Container } from './contract.ts';

let app: TestApp;
let viewer: Caller;
let operator: Caller;
let admin: Caller;

const idOf = (n: number) => n.toString(16).padStart(64, '0');
const hostileNames = [
  '<img src=x onerror=alert(1)>',
  '$(reboot)',
  '../../etc/passwd',
  "'; drop table users; --",
  'ünïcödé-🐳',
  '\u202Egnp.exe',
];

beforeAll(async () => {
  app = await testApp(inject('postgres'));
  viewer = await app.as('viewer');
  operator = await app.as('operator');
  admin = await app.as('admin');
  for (let n = 0; n < 30; n += 1)
    app.docker.put({
      id: idOf(n),
      name: `web-${String(n).padStart(2, '0')}`,
      labels: { 'com.docker.compose.project': n < 10 ? 'shop' : 'blog' },
    });
  hostileNames.forEach((name, n) => app.docker.put({ id: idOf(100 + n), name, image: name }));
  await until(async () => (await list(viewer, '?limit=200')).items.length === 36);
});
afterAll(async () => await app[Symbol.asyncDispose]());

async function list(
  caller: Caller,
  query = '',
): Promise<{ items: (Container & { usage: unknown })[]; next: string | null }> {
  const response = await caller.fetch(`/api/containers${query}`);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as { items: (Container & { usage: unknown })[]; next: string | null };
}

async function restart(caller: Caller, id: string) {
  const response = await caller.fetch(`/api/containers/${id}/restart`, { method: 'POST' });
  return {
    status: response.status,
    body: (await response.json()) as { runId: string; code: string; data?: { runId: string } },
  };
}

async function runOf(id: string) {
  const response = await viewer.fetch(`/api/jobs/runs/${id}`);
  return (await response.json()) as {
    state: string;
    steps: { name: string; state: string }[];
    error: { code: string } | null;
  };
}

test('pages walk through all containers once, in order of their names', async () => {
  const names: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: Awaited<ReturnType<typeof list>> = await list(
      viewer,
      `?limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    names.push(...page.items.map((item) => item.name));
    cursor = page.next;
  }

  expect(names).toHaveLength(36);
  expect(names).toEqual([...names].sort());
});

test('search looks at name, image and project; state narrows', async () => {
  expect((await list(viewer, '?search=WEB-0&limit=200')).items).toHaveLength(10);
  expect((await list(viewer, '?search=blog&limit=200')).items).toHaveLength(20);
  expect((await list(viewer, '?state=exited')).items).toHaveLength(0);
});

test.each([
  ['?limit=0', 'query.limit'],
  ['?limit=201', 'query.limit'],
  ['?limit=x', 'query.limit'],
  ['?state=flying', 'query.state'],
  ['?cursor=nonsense', 'query.cursor'],
])('bad input %s is told with its field', async (query, path) => {
  const response = await viewer.fetch(`/api/containers${query}`);

  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ code: 'BAD_INPUT', fields: [{ path }] });
});

test('hostile names stay text on their way through', async () => {
  const { items } = await list(viewer, '?limit=200');

  for (const name of hostileNames) expect(items.map((item) => item.name)).toContain(name);
});

test('live figures appear for running containers', async () => {
  await until(async () => (await list(viewer, '?search=web-00')).items[0]?.usage !== null);

  expect((await list(viewer, '?search=web-00')).items[0]?.usage).toMatchObject({ memoryBytes: 10_485_760 });
});

test('a list that is asked for again is the same JSON, until something changes', async () => {
  const ask = async () => {
    const response = await viewer.fetch('/api/containers?search=web-1&limit=3&sort=name');
    const page = (await response.json()) as Awaited<ReturnType<typeof list>>;
    return { type: response.headers.get('content-type'), page };
  };

  const [first, second] = [await ask(), await ask()];
  app.docker.put({ id: idOf(10), name: 'web-10', state: 'paused' }, 'pause');

  expect(first).toMatchObject({
    type: 'application/json; charset=utf-8',
    page: { items: [{ name: 'web-10', state: 'running' }, { name: 'web-11' }, { name: 'web-12' }] },
  });
  expect(second.type).toBe(first.type);
  await until(async () => (await ask()).page.items[0]?.state === 'paused');
  app.docker.put({ id: idOf(10), name: 'web-10', state: 'running' }, 'unpause');
});

test('a restart is a run that ends well, and the audit names who did it', async () => {
  const before = app.docker.restarts.length;

  const { status, body } = await restart(operator, idOf(3));
  await until(async () => (await runOf(body.runId)).state === 'succeeded');

  expect(status).toBe(202);
  expect(app.docker.restarts.slice(before)).toEqual([idOf(3)]);
  expect((await runOf(body.runId)).steps.map((step) => step.state)).toEqual(['done', 'done', 'done']);
  const audit = (await (await admin.fetch(`/api/audit?targetId=${idOf(3)}`)).json()) as { items: object[] };
  expect(audit.items[0]).toMatchObject({
    action: 'containers.restart',
    outcome: 'done',
    actor: { kind: 'apiKey', name: 'operator' },
    target: { name: 'web-03' },
    runId: body.runId,
  });
});

test('a container that another run works on is busy, and the answer names that run', async () => {
  const first = await restart(operator, idOf(4));

  const second = await restart(operator, idOf(4));

  expect(second).toMatchObject({
    status: 409,
    body: { code: 'TARGET_BUSY', data: { runId: first.body.runId } },
  });
  await until(async () => (await runOf(first.body.runId)).state === 'succeeded');
  expect((await restart(operator, idOf(4))).status).toBe(202);
});

test('a viewer may not restart, and the try is audited', async () => {
  const { status, body } = await restart(viewer, idOf(5));

  expect([status, body.code]).toEqual([403, 'FORBIDDEN']);
});

test('runs are listed by their state', async () => {
  const first = await restart(operator, idOf(6));
  await until(async () => (await runOf(first.body.runId)).state === 'succeeded');
  const listed = async (state: string) => {
    const response = await viewer.fetch(`/api/jobs/runs?state=${state}&targetId=${idOf(6)}`);
    return ((await response.json()) as { items: { state: string }[] }).items.map((item) => item.state);
  };

  expect(await listed('succeeded')).toEqual(['succeeded']);
  expect(await listed('failed')).toEqual([]);
});

test('a container that is not there is not found, and a malformed id is bad input', async () => {
  expect((await restart(operator, idOf(9999))).body.code).toBe('NOT_FOUND');
  expect((await restart(operator, 'web-00')).body.code).toBe('BAD_INPUT');
});

test('a container that stops again fails its run with the reason', async () => {
  app.docker.put({ id: idOf(200), name: 'crasher', state: 'exited', detail: { exitCode: 1 } });
  await until(async () => (await list(viewer, '?search=crasher')).items.length === 1);

  const { body } = await restart(operator, idOf(200));
  await until(async () => (await runOf(body.runId)).state === 'failed');

  expect(await runOf(body.runId)).toMatchObject({ error: { code: 'CONTAINER_STOPPED' } });
});

test('an engine that goes away is told at once and everything is back when it returns', async () => {
  app.docker.setAway(true);
  await until(async () => (await viewer.fetch('/api/containers')).status === 503);
  const engine = await (await viewer.fetch('/api/engine')).json();
  app.docker.drop(idOf(20));
  app.docker.setAway(false);
  await until(async () => (await viewer.fetch('/api/containers')).status === 200);

  expect(engine).toMatchObject({
    isReachable: false,
    detail: expect.stringContaining('Docker does not answer'),
  });
  expect((await list(viewer, '?search=web-20')).items).toEqual([]);
});

test('a body that is not JSON, too large or of another type is refused as such', async () => {
  const path = '/api/account/api-keys';
  const post = (body: string, type: string) =>
    admin.fetch(path, { method: 'POST', body, headers: { 'content-type': type } });

  expect(await (await post('{"name":', 'application/json')).json()).toMatchObject({
    code: 'BAD_INPUT',
    status: 400,
  });
  expect(await (await post(`"${'x'.repeat(2_000_000)}"`, 'application/json')).json()).toMatchObject({
    code: 'TOO_LARGE',
    status: 413,
  });
  expect(await (await post('a=b', 'application/x-www-form-urlencoded')).json()).toMatchObject({
    code: 'UNSUPPORTED_MEDIA',
    status: 415,
  });
  expect(await (await admin.fetch(path, json('POST', { name: '', scopes: [] }))).json()).toMatchObject({
    code: 'BAD_INPUT',
    fields: [{ path: 'body.name' }, { path: 'body.scopes' }],
  });
});
