import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { until } from '../../testing.ts';
import { openWorld, type World } from './test-world.ts';

let world: World;
/** Different in each test and each try of it, for names. */
let made = 0;

beforeAll(async () => {
  world = await openWorld(inject('postgres'));
});
afterAll(async () => await world[Symbol.asyncDispose]());
beforeEach(() => {
  made += 1;
});
afterEach(() => {
  world.app.docker.onChange(null);
  for (const verb of ['start', 'stop', 'create', 'pull', 'remove-volume'])
    world.app.docker.refuse(verb, null);
});

const wanted = (name: string, more: object = {}) => ({ name, image: 'app:1', ...more });

test('a container is made, its image fetched first, and its secrets stay out of run and audit', async () => {
  const name = `made-${made}`;
  const environment = [{ name: 'API_TOKEN', value: 'hunter2-made' }];

  const command = ['serve', '--password=hunter2-argument', '--token', 'hunter2-follows'];
  const healthCheck = { command: ['probe', '--api-key=hunter2-probe'], retries: 1 };
  const { runId, status } = await world.post(
    '',
    wanted(name, { environment, command, healthCheck, networks: ['front', 'back'] }),
  );
  const whole = await world.ended(runId);

  expect(status).toBe(202);
  expect(whole).toMatchObject({ state: 'succeeded', error: null });
  const id = world.app.docker.done.find((line) => line.startsWith('create '))?.slice(7) ?? '';
  expect(world.app.docker.done).toContain('pull app:1');
  expect(world.doneTo(id)).toEqual(['create', 'connect', 'start']);
  await until(async () => (await world.viewer.fetch(`/api/containers?search=${name}`)).ok, 20_000);
  const run = await (await world.viewer.fetch(`/api/jobs/runs/${runId}`)).text();
  const audit = await (await world.admin.fetch(`/api/audit?targetId=${name}`)).text();
  expect(run + audit + world.app.log.join('\n')).not.toContain('hunter2');
  expect(audit).toContain('API_TOKEN');
  const drafts = await world.app.app.resources.database.sql.execute<{ n: string }>(
    'select count(*) n from container_drafts',
  );
  expect(Number(drafts.rows[0]?.n)).toBe(0);
});

test('a container without secrets stands in the audit with everything it was made from', async () => {
  const environment = [{ name: 'GREETING', value: 'hello' }];

  const { runId } = await world.post('', wanted(`plain-${made}`, { environment }));
  await world.ended(runId);

  const answer = await world.admin.fetch('/api/audit?action=containers.create&limit=1');
  expect(answer.status).toBe(200);
  const { items } = (await answer.json()) as { items: { after: unknown }[] };
  expect(items[0]?.after).toMatchObject({ name: `plain-${made}`, environment });
});

test('what the broker refuses is told in its words, and what was made for it goes again', async () => {
  world.app.docker.refuse(
    'create',
    'HostConfig.Mounts[0]: it mounts a path outside the world.app directories.',
  );
  const before = world.app.docker.done.length;

  const { runId } = await world.post('', wanted(`refused-${made}`, { image: 'fresh:1' }));
  const whole = await world.ended(runId);

  expect(whole).toMatchObject({
    state: 'failed',
    isUndone: true,
    error: { message: expect.stringContaining('outside the world.app directories') },
  });
  expect(world.app.docker.done.slice(before)).toEqual(['pull fresh:1', 'remove-image fresh:1']);
});

test('a container that does not come up is taken away with the image that was fetched for it', async () => {
  world.app.docker.onChange((verb, id) => {
    if (verb === 'start')
      world.app.docker.put({ id, name: `dies-${made}`, state: 'exited', detail: { exitCode: 1 } }, 'die');
  });
  world.app.docker.refuse('start', 'exec: no such file');

  const { runId } = await world.post('', wanted(`dies-${made}`, { image: 'dies:1' }));
  const whole = await world.ended(runId);
  world.app.docker.refuse('start', null);

  expect(whole).toMatchObject({ state: 'failed', isUndone: true });
  expect(world.app.docker.done.slice(-2)).toEqual([expect.stringMatching(/^remove /), 'remove-image dies:1']);
});

test('a name that is taken, and a form that contradicts itself, are told before anything is made', async () => {
  const id = await world.run('there');
  const name = await world.nameOf(id);

  const taken = await world.post('', wanted(name));
  const bad = await world.post(
    '',
    wanted('new-one', { mounts: [{ type: 'bind', source: '/etc', target: '/x' }] }),
  );
  const preview = await world.post(
    '/preview',
    wanted('new-one', { ports: [{ container: 80, published: 8080 }] }),
  );
  const byViewer = await world.post('', wanted('new-one'), world.viewer);

  expect([taken.status, taken.code]).toEqual([409, 'NAME_TAKEN']);
  expect(bad).toMatchObject({ status: 400, fields: [{ path: 'body.mounts.0.source' }] });
  expect((preview as unknown as { compose: string }).compose).toContain('127.0.0.1:8080:80');
  expect(byViewer.status).toBe(403);
});
