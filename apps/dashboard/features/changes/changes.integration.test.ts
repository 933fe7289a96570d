import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openWorld, type World } from '../containers/test-world.ts';
import { until } from '../../testing.ts';
import type { ChangeMarker } from './contract.ts';
import { insertMarkers, type NewMarker, removeMarkers } from './store.ts';

let world: World;
const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' };
const image = (letter: string) => `sha256:${letter.repeat(64)}`;

beforeAll(async () => {
  world = await openWorld(inject('postgres'));
  // Containers, lines and changes are followed each by a stream of its own.
  await until(() => (world.app.docker.reads.get('event-streams') ?? 0) > 2, 20_000);
});
afterAll(async () => await world[Symbol.asyncDispose]());

async function page(query: Record<string, string> = {}) {
  const response = await world.viewer.fetch(`/api/changes?${new URLSearchParams(query)}`);
  const body = (await response.json()) as { items: ChangeMarker[]; next: string | null };
  return { ...body, status: response.status };
}
const kinds = async (query: Record<string, string>) =>
  (await page(query)).items.map(({ kind }) => kind).toReversed();
const eventually = (read: () => Promise<unknown>) => expect.poll(read, { timeout: 20_000 });

let last = Date.now();

/** Each a millisecond after the one before. */
function happen(id: string, action: string, attributes: Record<string, string> = {}): void {
  const { docker } = world.app;
  last = Math.max(last + 1, Date.now());
  docker.happen({
    at: new Date(last),
    type: 'container',
    action,
    id,
    attributes: { ...labels, name: 'shop-web-1', ...attributes },
  });
}

test('a container that is made, dies and is made anew from a newer image is told by its app', async () => {
  const { docker } = world.app;
  const [first, second] = ['1'.repeat(64), '2'.repeat(64)];
  docker.putImage('shop:1', { id: image('a'), digests: [`shop@sha256:${'a'.repeat(64)}`] });
  docker.put({ id: first, name: 'shop-web-1', labels, image: 'shop:1', imageId: image('a') }, 'create');
  happen(first, 'start');
  happen(first, 'die', { exitCode: '3' });
  // What an image was is looked at while its container is there.
  await eventually(() => kinds({ app: 'shop/web', kind: 'created' })).toEqual(['created']);
  docker.drop(first);
  docker.put({ id: second, name: 'shop-web-1', labels, image: 'shop:1', imageId: image('b') }, 'create');

  await eventually(() => kinds({ app: 'shop/web', kind: 'updated' })).toEqual(['updated']);

  const own = (await page({ app: 'shop/web' })).items.filter(({ app }) => app !== null).toReversed();
  expect(own.map(({ kind }) => kind)).toEqual(['created', 'started', 'died', 'removed', 'updated']);
  expect(own[0]).toMatchObject({
    image: 'shop:1',
    imageDigest: `sha256:${'a'.repeat(64)}`,
    container: '1'.repeat(12),
  });
  expect(own[2]).toMatchObject({
    exitCode: 3,
    severity: 'critical',
    sentence: 'shop-web-1 died with exit code 3.',
  });
});

test('a death that only an inspection explains is told as lack of memory', async () => {
  const id = await world.run('greedy', { state: 'exited', detail: { isOutOfMemoryKilled: true } });
  world.app.docker.happen({
    ...{ type: 'container', action: 'die', id },
    attributes: { name: 'greedy', exitCode: '137' },
  });

  await eventually(() => kinds({ app: 'greedy', kind: 'out-of-memory' })).toEqual(['out-of-memory']);
});

test('a restart loop makes one row for what is close together, with its count, not one each time', async () => {
  for (let n = 0; n < 50; n += 1) {
    happen('5'.repeat(64), 'start', { name: 'loop', 'com.docker.compose.project': '' });
    happen('5'.repeat(64), 'die', { name: 'loop', 'com.docker.compose.project': '', exitCode: '1' });
  }

  await eventually(async () =>
    (await page({ app: 'loop', kind: 'died' })).items.map(({ count }) => count),
  ).toEqual([50]);
  expect((await page({ app: 'loop', kind: 'died' })).items[0]?.sentence).toContain('50 times in a row');
});

test('the start of the machine and our own are told once, whatever app is looked at', async () => {
  await eventually(() => kinds({ app: 'shop/web', kind: 'server-started' })).toEqual(['server-started']);
  expect(await kinds({ kind: 'booted', from: '2000-01-01T00:00:00Z' })).toEqual(['booted']);
});

test('an engine that goes away and comes back leaves two markers, and what it did meanwhile is asked for', async () => {
  world.app.docker.setAway(true);
  await eventually(() => kinds({ kind: 'engine-lost' })).toEqual(['engine-lost']);
  world.app.docker.setAway(false);

  await eventually(() => kinds({ kind: 'engine-back' })).toEqual(['engine-back']);
  happen('6'.repeat(64), 'start', { name: 'after' });
  await eventually(() => kinds({ app: 'shop/web', kind: 'started' })).toContain('started');
}, 60_000);

/** How often the engine was told to be away. */
const lost = async () =>
  (await page({ kind: 'engine-lost' })).items.reduce((sum, { count }) => sum + count, 0);

test('what happened is told although the engine goes away before more could be asked about it', async () => {
  const before = await lost();
  const id = await world.run('cut-short', { state: 'exited' });
  world.app.docker.happen({
    ...{ type: 'container', action: 'die', id },
    attributes: { name: 'cut-short', exitCode: '137' },
  });
  world.app.docker.setAway(true);
  await eventually(lost).toBeGreaterThan(before);
  world.app.docker.setAway(false);

  await eventually(() => kinds({ app: 'cut-short', kind: 'died' })).toEqual(['died']);
}, 60_000);

test('runs stand among the markers of the app they are about, and only for those who may see runs', async () => {
  const id = await world.run('stoppable');
  const { name } = await world.detail(id);
  world.app.docker.happen({ type: 'container', action: 'start', id, attributes: { name } });
  await eventually(() => kinds({ app: name, kind: 'started' })).toEqual(['started']);
  const { runId } = await world.post(`/${id}/stop`);
  await world.ended(runId);

  const run = (await page({ app: name, kind: 'run' })).items[0];
  expect(run).toMatchObject({ app: name, severity: 'good', path: `/jobs/${runId}`, source: 'jobs' });
  const narrow = await world.app.as('viewer', ['changes:read']);
  const answer = await narrow.fetch(`/api/changes?kind=run`);
  expect(((await answer.json()) as { items: unknown[] }).items).toEqual([]);
});

test('pages follow one another without a marker twice or left out, across all sources', async () => {
  const whole = (await page({ limit: '500' })).items.map(({ id }) => id);
  const read: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const next = await page({ limit: '2', ...(cursor === '' ? {} : { cursor }) });
    read.push(...next.items.map(({ id }) => id));
    cursor = next.next;
  }
  expect(whole.length).toBeGreaterThan(8);
  expect(read).toEqual(whole);
  expect((await page({ cursor: 'nonsense' })).status).toBe(400);
  expect((await page({ from: '2030-01-01T00:00:00Z' })).status).toBe(400);
});

test('what is kept is bounded by age and by number', async () => {
  const { database } = world.app.app.resources;
  const marker = (days: number): NewMarker => ({
    ...{ hostId: 'other', at: new Date(Date.now() - days * 86_400_000), app: `a${days}`, kind: 'started' },
    ...{
      containerId: null,
      containerName: '',
      exitCode: null,
      image: null,
      imageId: null,
      imageDigest: null,
    },
    detail: '',
  });
  await insertMarkers(database.sql, [marker(500), marker(400), marker(3), marker(2), marker(1)]);

  await removeMarkers(database.sql, new Date(Date.now() - 365 * 86_400_000), 2);

  const left = await database.pool.query(`select app from change_markers order by id`);
  expect(left.rows.map(({ app }) => app)).toEqual(['a2', 'a1']);
});

test('what happens to parts of the engine is told to those who have them on the screen', async () => {
  const heard: string[] = [];
  const { hub } = world.app.app.resources;
  for (const topic of ['images.changed', 'volumes.changed', 'networks.changed'])
    hub.on(topic, () => void heard.push(topic));

  world.app.docker.happen({ type: 'volume', action: 'create', id: 'fresh', attributes: {} });

  await eventually(async () => heard.includes('volumes.changed')).toBe(true);
});
