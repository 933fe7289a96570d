import { DriverError } from '@nebula/errors';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { type Caller, json, type TestApp, testApp, until } from '../../testing.ts';
import type { BulkOutcome, ContainerDetail } from './contract.ts';

let app: TestApp;
let viewer: Caller;
let operator: Caller;
let admin: Caller;
/** An admin whose key needs no fresh proof of a person. */
let keeper: Caller;
let made = 0;

beforeAll(async () => {
  app = await testApp(inject('postgres'));
  viewer = await app.as('viewer');
  operator = await app.as('operator');
  admin = await app.as('admin');
  keeper = await app.as('admin', ['*', 'account:skip-step-up']);
});
afterAll(async () => await app[Symbol.asyncDispose]());
afterEach(() => {
  app.docker.onChange(null);
  for (const verb of ['stop', 'create', 'pull', 'remove-volume']) app.docker.refuse(verb, null);
});

type Put = Parameters<TestApp['docker']['put']>[0];

/** A new container that the server knows of. */
async function run(name: string, more: Partial<Put> = {}): Promise<string> {
  made += 1;
  const id = made.toString(16).padStart(64, '0');
  app.docker.put({ ...more, id, name: `${name}-${made}` });
  await until(async () => (await viewer.fetch(`/api/containers/${id}`)).status === 200, 20_000);
  return id;
}

async function post(path: string, body: object = {}, caller = operator) {
  const response = await caller.fetch(`/api/containers${path}`, json('POST', body));
  const answer = (await response.json()) as {
    runId: string;
    code: string;
    detail: string;
    fields?: object[];
  };
  return { status: response.status, ...answer };
}

interface Run {
  state: string;
  error: { code: string; message: string } | null;
  isUndone: boolean | null;
  steps: { name: string; state: string }[];
}

async function ended(runId: string): Promise<Run> {
  const get = async () => (await (await viewer.fetch(`/api/jobs/runs/${runId}`)).json()) as Run;
  await until(async () => /^(succeeded|failed|cancelled|unknown)$/.test((await get()).state), 30_000);
  return await get();
}

const detail = async (id: string, caller = viewer) =>
  (await (await caller.fetch(`/api/containers/${id}`)).json()) as ContainerDetail;
const nameOf = async (id: string) => (await detail(id)).name;
const doneTo = (id: string) =>
  app.docker.done.filter((line) => line.endsWith(id)).map((line) => line.split(' ')[0]);

test.each([
  ['stop', 'running', 'exited'],
  ['pause', 'running', 'paused'],
  ['unpause', 'paused', 'running'],
  ['start', 'exited', 'running'],
  ['kill', 'running', 'exited'],
] as const)('%s brings a container that is %s to %s by a run', async (verb, before, after) => {
  const id = await run(verb, { state: before });

  const { status, runId } = await post(`/${id}/${verb}`);

  expect(status).toBe(202);
  expect((await ended(runId)).state).toBe('succeeded');
  expect(doneTo(id)).toEqual([verb]);
  await until(async () => (await detail(id)).state === after, 20_000);
});

test('what is so already is left as it is', async () => {
  const id = await run('resting', { state: 'exited' });

  const { runId } = await post(`/${id}/stop`, { graceSeconds: 3 });

  expect((await ended(runId)).state).toBe('succeeded');
  expect(doneTo(id)).toEqual([]);
});

test('a signal that cannot be seen is sent once, and one that is none is refused', async () => {
  const id = await run('listener');

  const { runId } = await post(`/${id}/kill`, { signal: 'SIGHUP' });
  const none = await post(`/${id}/kill`, { signal: 'rm -rf /' });

  expect((await ended(runId)).state).toBe('succeeded');
  expect(doneTo(id)).toEqual(['kill']);
  expect([none.status, none.code]).toEqual([400, 'BAD_INPUT']);
});

test('what the engine refuses fails the run with its sentence', async () => {
  const id = await run('stuck');
  app.docker.refuse('stop', 'cannot stop it: device busy', id);

  const { runId } = await post(`/${id}/stop`);

  expect(await ended(runId)).toMatchObject({
    state: 'failed',
    error: { message: expect.stringContaining('device busy') },
  });
  app.docker.refuse('stop', null, id);
});

test('a container gets another name, but not one that is taken or is none', async () => {
  const id = await run('before');
  const other = await run('taken');
  const name = `after-${made}`;

  const taken = await post(`/${id}/rename`, { name: await nameOf(other) });
  const none = await post(`/${id}/rename`, { name: '../x' });
  const { runId } = await post(`/${id}/rename`, { name });

  expect([taken.status, taken.code]).toEqual([409, 'NAME_TAKEN']);
  expect(none.code).toBe('BAD_INPUT');
  expect((await ended(runId)).state).toBe('succeeded');
  await until(async () => (await nameOf(id)) === name, 20_000);
});

test('a container is removed only when its name is repeated, and its volumes stay', async () => {
  const id = await run('doomed', {
    state: 'exited',
    detail: {
      mounts: [{ type: 'volume', name: 'data', source: '/v/data', target: '/data', isReadOnly: false }],
    },
  });
  app.docker.putVolume('data');
  const name = await nameOf(id);

  const wrong = await post(`/${id}/remove`, { name: 'doomed' });
  const foreign = await post(`/${id}/remove`, { name, volumes: ['of-another'] }, keeper);
  const { runId } = await post(`/${id}/remove`, { name });

  expect([wrong.status, wrong.code]).toEqual([409, 'NAME_DIFFERS']);
  expect([foreign.status, foreign.code]).toEqual([409, 'NAME_DIFFERS']);
  expect((await ended(runId)).state).toBe('succeeded');
  expect(doneTo(id)).toEqual(['remove']);
  expect(app.docker.done).not.toContain('remove-volume data');
  expect((await viewer.fetch(`/api/containers/${id}`)).status).toBe(404);
});

test('a volume goes when it was named too, and what the broker says of it is told', async () => {
  const volume = (name: string) => ({
    type: 'volume' as const,
    name,
    source: `/v/${name}`,
    target: `/${name}`,
    isReadOnly: false,
  });
  const id = await run('emptied', { state: 'exited', detail: { mounts: [volume('old'), volume('kept')] } });
  for (const name of ['old', 'kept']) app.docker.putVolume(name);
  const { runId } = await post(`/${id}/remove`, { name: await nameOf(id), volumes: ['old'] }, keeper);
  const good = await ended(runId);
  const other = await run('guarded', { state: 'exited', detail: { mounts: [volume('kept')] } });
  app.docker.refuse('remove-volume', 'a volume may be the only copy of its data [volume-delete].');

  const byOperator = await post(`/${other}/remove`, { name: await nameOf(other), volumes: ['kept'] });
  const refused = await post(`/${other}/remove`, { name: await nameOf(other), volumes: ['kept'] }, keeper);

  expect(byOperator.status).toBe(403);
  expect(good.state).toBe('succeeded');
  expect(app.docker.done).toContain('remove-volume old');
  expect(await ended(refused.runId)).toMatchObject({
    state: 'failed',
    error: { message: expect.stringContaining('may be the only copy') },
  });
  expect(app.docker.done).not.toContain('remove-volume kept');
});

test('a container that runs is removed only when that is asked for', async () => {
  const id = await run('busy');
  const name = await nameOf(id);

  const { runId } = await post(`/${id}/remove`, { name });
  const first = await ended(runId);
  const forced = await post(`/${id}/remove`, { name, isForced: true });

  expect(first).toMatchObject({
    state: 'failed',
    error: { message: expect.stringContaining('stop it first') },
  });
  expect((await ended(forced.runId)).state).toBe('succeeded');
});

async function outcomes(runId: string): Promise<BulkOutcome[]> {
  const response = await viewer.fetch(`/api/containers/bulk/${runId}`);
  return ((await response.json()) as { outcomes: BulkOutcome[] }).outcomes;
}

test('one that fails in a run about several harms no other, and the run names it', async () => {
  const ids = [await run('one'), await run('two'), await run('three')];
  const [, second = ''] = ids;
  app.docker.refuse('stop', 'it will not', second);

  const { runId, status } = await post('/bulk', { verb: 'stop', ids });
  const whole = await ended(runId);

  expect(status).toBe(202);
  expect(whole).toMatchObject({
    state: 'failed',
    error: { code: 'SOME_FAILED', message: expect.stringContaining('1 of 3 failed') },
  });
  expect(whole.error?.message).toContain(`${await nameOf(second)} (it will not)`);
  expect((await outcomes(runId)).map(({ outcome, message }) => [outcome, message])).toEqual([
    ['done', ''],
    ['failed', 'it will not'],
    ['done', ''],
  ]);
  app.docker.refuse('stop', null, second);
});

test('a container that went away meanwhile is told, the others are done', async () => {
  const ids = [await run('stays'), await run('goes')];
  app.docker.onChange((verb, id) => {
    if (verb === 'stop' && id === ids[0]) app.docker.drop(ids[1] ?? '');
  });

  const { runId } = await post('/bulk', { verb: 'stop', ids });
  await ended(runId);

  expect((await outcomes(runId)).map(({ outcome }) => outcome)).toEqual(['done', 'failed']);
});

test('an engine that goes away in the middle is waited for, and nothing is done twice', {
  timeout: 60_000,
}, async () => {
  const ids = [await run('a'), await run('b'), await run('c'), await run('d')];
  let strikes = 0;
  app.docker.onChange((verb, id) => {
    if (verb !== 'restart' || id !== ids[1] || strikes > 0) return;
    strikes += 1;
    app.docker.setAway(true);
    setTimeout(() => {
      // While it was away the engine restarted what was under way.
      app.docker.setAway(false);
      app.docker.put({ id, name: 'b', detail: { startedAt: new Date() } }, 'start');
    }, 1500);
    throw new DriverError('unavailable', 'The container engine went away.');
  });

  const { runId } = await post('/bulk', { verb: 'restart', ids });
  const whole = await ended(runId);

  expect(whole.state).toBe('succeeded');
  expect((await outcomes(runId)).map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done', 'done']);
  expect(ids.map((id) => doneTo(id).length)).toEqual([1, 0, 1, 1]);
});

test('to remove several their names are repeated in order', async () => {
  const ids = [await run('x', { state: 'exited' }), await run('y', { state: 'exited' })];
  const names = await Promise.all(ids.map(nameOf));

  const without = await post('/bulk', { verb: 'remove', ids });
  const swapped = await post('/bulk', { verb: 'remove', ids, names: names.toReversed() });
  const { runId } = await post('/bulk', { verb: 'remove', ids, names });

  expect([without.code, swapped.code]).toEqual(['NAME_DIFFERS', 'NAME_DIFFERS']);
  expect((await ended(runId)).state).toBe('succeeded');
});

test('a viewer sees the environment without its secrets; who asks for them stands in the audit', async () => {
  const id = await run('secretive', {
    detail: {
      environment: ['TZ=UTC', 'DB_PASSWORD=hunter2-env', 'URL=postgres://a:hunter2-url@db/x'],
      command: ['serve', '--token=hunter2-arg'],
      labels: { 'app.secret': 'hunter2-label' },
    },
  });

  const seen = await (await viewer.fetch(`/api/containers/${id}`)).text();
  const raw = await (await viewer.fetch(`/api/containers/${id}/inspect`)).text();
  const list = await (await viewer.fetch('/api/containers?limit=200')).text();
  const refused = await post(`/${id}/reveal`, {}, viewer);
  const revealed = await operator.fetch(`/api/containers/${id}/reveal`, json('POST', {}));

  for (const text of [seen, raw, list]) expect(text).not.toContain('hunter2');
  expect(seen).toContain('"value":"UTC"');
  expect(refused.status).toBe(403);
  expect(await revealed.text()).toContain('hunter2-env');
  const audit = await (await admin.fetch(`/api/audit?targetId=${id}`)).text();
  expect(audit).toContain('containers.reveal');
  expect(audit).not.toContain('hunter2');
});

const wanted = (name: string, more: object = {}) => ({ name, image: 'app:1', ...more });

test('a container is made, its image fetched first, and its secrets stay out of run and audit', async () => {
  const name = `made-${made}`;
  const environment = [{ name: 'API_TOKEN', value: 'hunter2-made' }];

  const { runId, status } = await post('', wanted(name, { environment, networks: ['front', 'back'] }));
  const whole = await ended(runId);

  expect(status).toBe(202);
  expect(whole).toMatchObject({ state: 'succeeded', error: null });
  const id = app.docker.done.find((line) => line.startsWith('create '))?.slice(7) ?? '';
  expect(app.docker.done).toContain('pull app:1');
  expect(doneTo(id)).toEqual(['create', 'connect', 'start']);
  await until(async () => (await viewer.fetch(`/api/containers?search=${name}`)).ok, 20_000);
  const run = await (await viewer.fetch(`/api/jobs/runs/${runId}`)).text();
  const audit = await (await admin.fetch(`/api/audit?targetId=${name}`)).text();
  expect(run + audit + app.log.join('\n')).not.toContain('hunter2-made');
  expect(audit).toContain('API_TOKEN');
  const drafts = await app.app.resources.database.sql.execute<{ n: string }>(
    'select count(*) n from container_drafts',
  );
  expect(Number(drafts.rows[0]?.n)).toBe(0);
});

test('what the broker refuses is told in its words, and what was made for it goes again', async () => {
  app.docker.refuse('create', 'HostConfig.Mounts[0]: it mounts a path outside the app directories.');
  const before = app.docker.done.length;

  const { runId } = await post('', wanted(`refused-${made}`, { image: 'fresh:1' }));
  const whole = await ended(runId);

  expect(whole).toMatchObject({
    state: 'failed',
    isUndone: true,
    error: { message: expect.stringContaining('outside the app directories') },
  });
  expect(app.docker.done.slice(before)).toEqual(['pull fresh:1', 'remove-image fresh:1']);
});

test('a container that does not come up is taken away with the image that was fetched for it', async () => {
  app.docker.onChange((verb, id) => {
    if (verb === 'start')
      app.docker.put({ id, name: `dies-${made}`, state: 'exited', detail: { exitCode: 1 } }, 'die');
  });
  app.docker.refuse('start', 'exec: no such file');

  const { runId } = await post('', wanted(`dies-${made}`, { image: 'dies:1' }));
  const whole = await ended(runId);
  app.docker.refuse('start', null);

  expect(whole).toMatchObject({ state: 'failed', isUndone: true });
  expect(app.docker.done.slice(-2)).toEqual([expect.stringMatching(/^remove /), 'remove-image dies:1']);
});

test('a name that is taken, and a form that contradicts itself, are told before anything is made', async () => {
  const id = await run('there');
  const name = await nameOf(id);

  const taken = await post('', wanted(name));
  const bad = await post('', wanted('new-one', { mounts: [{ type: 'bind', source: '/etc', target: '/x' }] }));
  const preview = await post('/preview', wanted('new-one', { ports: [{ container: 80, published: 8080 }] }));
  const byViewer = await post('', wanted('new-one'), viewer);

  expect([taken.status, taken.code]).toEqual([409, 'NAME_TAKEN']);
  expect(bad).toMatchObject({ status: 400, fields: [{ path: 'body.mounts.0.source' }] });
  expect((preview as unknown as { compose: string }).compose).toContain('127.0.0.1:8080:80');
  expect(byViewer.status).toBe(403);
});

test('three hundred containers that start at once are all there soon, and the engine is not asked for each event', async () => {
  const before = app.docker.reads.get('list') ?? 0;
  for (let round = 0; round < 4; round += 1) {
    for (let n = 0; n < 300; n += 1) {
      const id = (10_000 + n).toString(16).padStart(64, '0');
      const action = ['create', 'start', 'health_status: starting', 'health_status: healthy'][round];
      app.docker.put({ id, name: `storm-${n}`, health: round === 3 ? 'healthy' : 'starting' }, action);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }

  await until(async () => {
    const response = await viewer.fetch('/api/containers?search=storm-&health=healthy&limit=200');
    const page = (await response.json()) as { items: object[]; next: string | null };
    return page.items.length === 200 && page.next !== null;
  }, 20_000);

  expect((app.docker.reads.get('list') ?? 0) - before).toBeLessThan(300);
  for (let n = 0; n < 300; n += 1) app.docker.drop((10_000 + n).toString(16).padStart(64, '0'));
});

test('hostile names, labels and projects stay text on every way out', async () => {
  const evil = `<script>alert(1)</script>\u001b[31m\u202e${'x'.repeat(10_000)}`;
  const id = await run('evil', {
    image: '<img src=x onerror=alert(1)>',
    labels: { 'com.docker.compose.project': evil, [evil.slice(0, 50)]: evil },
    detail: { labels: { note: evil }, lastHealthCheck: { at: new Date(), exitCode: 1, output: evil } },
  });

  const found = await detail(id);
  const stream = await fetch(`${app.url}/api/events`, { headers: { authorization: `Bearer ${viewer.key}` } });
  const reader = stream.body?.getReader();
  let text = '';
  while (reader !== undefined && !text.includes('event: current')) {
    text += new TextDecoder().decode((await reader.read()).value);
  }
  await reader?.cancel();

  expect(found.project).toBe(evil);
  expect(found.labels['note']).toBe(evil);
  // A frame is one line: a control character in it is escaped, never sent.
  expect(text).not.toContain('\u001b');
  expect(text).toContain('\\u001b[31m');
  expect(stream.headers.get('content-type')).toContain('text/event-stream');
});

test('a page that slept too long to be told what it missed gets everything anew', async () => {
  const id = await run('awake');
  const stream = await fetch(`${app.url}/api/events?lastEventId=000000000000-1`, {
    headers: { authorization: `Bearer ${viewer.key}` },
  });
  const reader = stream.body?.getReader();
  let text = '';
  while (reader !== undefined && !text.includes('event: current')) {
    text += new TextDecoder().decode((await reader.read()).value);
  }
  await reader?.cancel();

  // The page forgets what it heard before any of what follows.
  const frames = text.split('\n\n').filter((frame) => frame.includes('event: '));
  expect(frames[0]).toContain('event: resync');
  expect(text).toContain(`"key":"${id}"`);
});
