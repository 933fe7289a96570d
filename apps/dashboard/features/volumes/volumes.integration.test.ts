import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openWorld, type World } from '../containers/test-world.ts';
import { type Caller, json } from '../../testing.ts';
import type { Volume, VolumeDetail, VolumeSizes } from './contract.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld(inject('postgres'));
  const { docker } = world.app;
  docker.putVolume('shop_data', { labels: { 'com.docker.compose.project': 'shop' }, bytes: 4096 });
  docker.putVolume('a'.repeat(64), { bytes: 10 });
  docker.putVolume('share', {
    bytes: null,
    options: { type: 'cifs', o: 'username=me,password=hunter2,vers=3', device: '//nas/x' },
  });
  const mount = {
    type: 'volume',
    name: 'shop_data',
    source: '',
    target: '/data',
    isReadOnly: false,
  } as const;
  await world.run('db', { state: 'exited', detail: { mounts: [mount] } });
});
afterAll(async () => await world[Symbol.asyncDispose]());

async function list(query = '') {
  const response = await world.viewer.fetch(`/api/volumes?limit=200${query}`);
  return (await response.json()) as { items: Volume[]; countedAt: string | null };
}
const names = async (query = '') => (await list(query)).items.map(({ name }) => name);

async function post(path: string, body: object, caller: Caller = world.keeper) {
  const response = await caller.fetch(`/api/volumes${path}`, json('POST', body));
  const answer = (await response.json()) as { runId: string; code: string; detail: string };
  return { ...answer, status: response.status };
}

test('a volume tells who uses it, although the container is stopped, and whose project it is', async () => {
  const { items } = await list();

  expect(items.find(({ name }) => name === 'shop_data')).toMatchObject({
    project: 'shop',
    isAnonymous: false,
    sizeBytes: null,
    usedBy: [{ name: expect.stringContaining('db'), isRunning: false }],
  });
  expect(await names('&use=anonymous')).toEqual(['a'.repeat(64)]);
  expect(await names('&use=unused')).toEqual(['a'.repeat(64), 'share']);
  expect(await names('&search=SHOP')).toEqual(['shop_data']);
});

test('passwords of shares are nowhere to be read', async () => {
  const response = await world.viewer.fetch('/api/volumes/share');
  const detail = (await response.json()) as VolumeDetail;

  expect(detail.options['o']).toBe('username=me,password=••••••,vers=3');
});

test('sizes are counted when somebody asks, once for all who ask, and kept', async () => {
  const ask = async (query: string) => {
    const response = await world.operator.fetch(`/api/volume-sizes${query}`);
    return (await response.json()) as VolumeSizes;
  };
  const before = world.app.docker.reads.get('volume-sizes') ?? 0;
  await list();

  const [one, other] = await Promise.all([ask(''), ask('')]);
  const { items, countedAt } = await list();

  expect(before).toBe(0);
  expect(one).toEqual(other);
  expect(world.app.docker.reads.get('volume-sizes')).toBe(1);
  expect(items.map(({ sizeBytes }) => sizeBytes)).toEqual([10, null, 4096]);
  expect(countedAt).toBe(one.countedAt);
});

test('a volume is made by a run, but none that is there already', async () => {
  const { runId } = await post('', { name: 'fresh', labels: { of: 'a test' } }, world.operator);
  expect((await world.ended(runId)).state).toBe('succeeded');
  expect(await names('&search=fresh')).toEqual(['fresh']);

  const taken = await post('', { name: 'fresh' }, world.operator);
  expect([taken.status, taken.code]).toEqual([409, 'NAME_TAKEN']);
});

test('a volume goes only under its typed name, while nobody uses it, by an admin with a fresh proof', async () => {
  const { docker } = world.app;
  docker.putVolume('doomed');
  const asOperator = await post('/doomed/remove', { name: 'doomed' }, world.operator);
  const withoutProof = await post('/doomed/remove', { name: 'doomed' }, world.admin);
  const misspelt = await post('/doomed/remove', { name: 'domed' });
  const used = await post('/shop_data/remove', { name: 'shop_data' });
  expect([asOperator, withoutProof, misspelt, used].map(({ code }) => code)).toEqual([
    'FORBIDDEN',
    'STEP_UP_REQUIRED',
    'NAME_DIFFERS',
    'IN_USE',
  ]);
  expect(docker.done).not.toContain('remove-volume doomed');

  const { runId } = await post('/doomed/remove', { name: 'doomed' });

  expect((await world.ended(runId)).state).toBe('succeeded');
  expect(await names('&search=doomed')).toEqual([]);
});

test('options that could be a path of the machine cannot even be asked for', async () => {
  const { docker } = world.app;
  await post('', { name: 'sly', driver: 'local', driverOpts: { type: 'none', o: 'bind', device: '/' } });

  const found = (await docker.volumes()).find(({ name }) => name === 'sly');
  expect(found?.options ?? {}).toEqual({});
});
