import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openWorld, type World } from '../containers/test-world.ts';
import type { App } from './contract.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld(inject('postgres'));
});
afterAll(async () => await world[Symbol.asyncDispose]());

async function list(query = ''): Promise<App[]> {
  const response = await world.viewer.fetch(`/api/apps${query}`);
  return ((await response.json()) as { items: App[] }).items;
}

test('containers of one compose service are one app, those in no project each their own', async () => {
  const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' };
  await world.run('shop-web', { labels });
  await world.run('shop-web', { labels, state: 'exited' });
  await world.run('alone');

  const all = await list();

  expect(all.map(({ app, containers }) => [app, containers.length])).toEqual([
    ['alone-3', 1],
    ['shop/web', 2],
  ]);
  expect((await list('?app=shop%2Fweb'))[0]).toMatchObject({
    project: 'shop',
    containers: [{ state: 'running' }, { state: 'exited' }],
  });
  expect(await list('?app=none')).toEqual([]);
});
