import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { json, until } from '../../testing.ts';
import { openWorld, type World } from './test-world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld(inject('postgres'));
});
afterAll(async () => await world[Symbol.asyncDispose]());
afterEach(() => {
  world.app.docker.onChange(null);
  for (const verb of ['start', 'stop', 'create', 'pull', 'remove-volume'])
    world.app.docker.refuse(verb, null);
});

test('a world.viewer sees the environment without its secrets; who asks for them stands in the audit', async () => {
  const id = await world.run('secretive', {
    detail: {
      environment: ['TZ=UTC', 'DB_PASSWORD=hunter2-env', 'URL=postgres://a:hunter2-url@db/x'],
      command: ['serve', '--token=hunter2-arg'],
      labels: { 'app.secret': 'hunter2-label' },
    },
  });

  const seen = await (await world.viewer.fetch(`/api/containers/${id}`)).text();
  const raw = await (await world.viewer.fetch(`/api/containers/${id}/inspect`)).text();
  const list = await (await world.viewer.fetch('/api/containers?limit=200')).text();
  const refused = await world.post(`/${id}/reveal`, {}, world.viewer);
  const revealed = await world.operator.fetch(`/api/containers/${id}/reveal`, json('POST', {}));

  for (const text of [seen, raw, list]) expect(text).not.toContain('hunter2');
  expect(seen).toContain('"value":"UTC"');
  expect(refused.status).toBe(403);
  expect(await revealed.text()).toContain('hunter2-env');
  const audit = await (await world.admin.fetch(`/api/audit?targetId=${id}`)).text();
  expect(audit).toContain('containers.reveal');
  expect(audit).not.toContain('hunter2');
});

test('three hundred containers that start at once are all there soon, and the engine is not asked for each event', async () => {
  const before = world.app.docker.reads.get('list') ?? 0;
  for (let round = 0; round < 4; round += 1) {
    for (let n = 0; n < 300; n += 1) {
      const id = (10_000 + n).toString(16).padStart(64, '0');
      const action = ['create', 'start', 'health_status: starting', 'health_status: healthy'][round];
      world.app.docker.put({ id, name: `storm-${n}`, health: round === 3 ? 'healthy' : 'starting' }, action);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }

  await until(async () => {
    const response = await world.viewer.fetch('/api/containers?search=storm-&health=healthy&limit=200');
    const page = (await response.json()) as { items: object[]; next: string | null };
    return page.items.length === 200 && page.next !== null;
  }, 20_000);

  expect((world.app.docker.reads.get('list') ?? 0) - before).toBeLessThan(300);
  for (let n = 0; n < 300; n += 1) world.app.docker.drop((10_000 + n).toString(16).padStart(64, '0'));
});

test('hostile names, labels and projects stay text on every way out', async () => {
  const evil = `<script>alert(1)</script>\u001b[31m\u202e${'x'.repeat(10_000)}`;
  const id = await world.run('evil', {
    image: '<img src=x onerror=alert(1)>',
    labels: { 'com.docker.compose.project': evil, [evil.slice(0, 50)]: evil },
    detail: { labels: { note: evil }, lastHealthCheck: { at: new Date(), exitCode: 1, output: evil } },
  });

  const found = await world.detail(id);
  const stream = await fetch(`${world.app.url}/api/events`, {
    headers: { authorization: `Bearer ${world.viewer.key}` },
  });
  const reader = stream.body?.getReader();
  let text = '';
  while (reader !== undefined && !text.includes('event: current')) {
    text += new TextDecoder().decode((await reader.read()).value);
  }
  await reader?.cancel();

  // As long as a name may be, and not a letter of it changed.
  expect(found.project).toBe(evil.slice(0, 255));
  expect(found.labels['note']).toBe(evil);
  // A frame is one line: a control character in it is escaped, never sent.
  expect(text).not.toContain('\u001b');
  expect(text).toContain('\\u001b[31m');
  expect(stream.headers.get('content-type')).toContain('text/event-stream');
});

test('a page that slept too long to be told what it missed gets everything anew', async () => {
  const id = await world.run('awake');
  const stream = await fetch(`${world.app.url}/api/events?lastEventId=000000000000-1`, {
    headers: { authorization: `Bearer ${world.viewer.key}` },
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
