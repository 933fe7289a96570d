import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openWorld, type World } from '../containers/test-world.ts';
import { json } from '../../testing.ts';
import type { Network } from './contract.ts';

let world: World;
let stopped: string;
let free: string;
const endpoint = { addressV6: null, gateway: null, macAddress: null, aliases: [] };

beforeAll(async () => {
  world = await openWorld(inject('postgres'));
  const { docker } = world.app;
  docker.putNetwork('shop', {
    labels: { 'com.docker.compose.project': 'shop' },
    subnets: [{ subnet: '172.20.0.0/16', gateway: '172.20.0.1' }],
  });
  docker.putNetwork('empty', { isInternal: true });
  stopped = await world.run('web', {
    state: 'exited',
    detail: { networks: [{ name: 'shop', address: null, ...endpoint }] },
  });
  free = await world.run('free');
});
afterAll(async () => await world[Symbol.asyncDispose]());

async function list(query = ''): Promise<Network[]> {
  const response = await world.viewer.fetch(`/api/networks?limit=200${query}`);
  return ((await response.json()) as { items: Network[] }).items;
}
const idOf = async (name: string) => (await list()).find((one) => one.name === name)?.id ?? '';
const membersOf = async (name: string) =>
  (await list()).find((one) => one.name === name)?.members.map(({ id }) => id);

async function post(path: string, body: object) {
  const response = await world.operator.fetch(`/api/networks${path}`, json('POST', body));
  const answer = (await response.json()) as { runId: string; code: string; detail: string };
  return { ...answer, status: response.status };
}

test('a network tells its addresses and who is on it, although the container is stopped', async () => {
  const shop = (await list()).find(({ name }) => name === 'shop');

  expect(shop).toMatchObject({
    project: 'shop',
    isSystem: false,
    subnets: [{ subnet: '172.20.0.0/16', gateway: '172.20.0.1' }],
    members: [{ id: stopped, isRunning: false, address: null }],
  });
  expect((await list('&use=unused')).map(({ name }) => name)).toEqual(['empty']);
  expect((await list('&use=system')).map(({ name }) => name)).toEqual(['bridge']);
  expect((await list('&search=172.20')).map(({ name }) => name)).toEqual(['shop']);
});

test("the engine's own networks stay as they are", async () => {
  const id = await idOf('bridge');
  const answers = [
    await post(`/${id}/remove`, { name: 'bridge' }),
    await post(`/${id}/connect`, { container: free }),
    await post(`/${id}/disconnect`, { container: free }),
  ];
  expect(answers.map(({ status, code }) => [status, code])).toEqual(Array(3).fill([409, 'PROTECTED']));
});

test('a network that a stopped container needs is not removed, nor one whose name was mistyped', async () => {
  const used = await post(`/${await idOf('shop')}/remove`, { name: 'shop' });
  const mistyped = await post(`/${await idOf('empty')}/remove`, { name: 'emty' });

  expect([used.code, mistyped.code]).toEqual(['IN_USE', 'NAME_DIFFERS']);
  expect(used.detail).toContain('web');
});

test('a container joins a network and is taken off it again', async () => {
  const id = await idOf('empty');
  const joined = await post(`/${id}/connect`, { container: free });
  expect((await world.ended(joined.runId)).state).toBe('succeeded');
  expect(await membersOf('empty')).toEqual([free]);
  expect((await post(`/${id}/connect`, { container: free })).code).toBe('ALREADY_THERE');

  const left = await post(`/${id}/disconnect`, { container: free });
  expect((await world.ended(left.runId)).state).toBe('succeeded');
  expect(await membersOf('empty')).toEqual([]);
  expect((await post(`/${id}/disconnect`, { container: free })).code).toBe('NOT_THERE');
});

test('a network is made with what was asked for and removed under its name', async () => {
  const asked = { name: 'fresh', isInternal: true, subnet: '10.77.0.0/24', gateway: '10.77.0.1' };
  const { runId } = await post('', asked);
  expect((await world.ended(runId)).state).toBe('succeeded');
  expect((await list('&search=fresh'))[0]).toMatchObject({
    isInternal: true,
    subnets: [{ subnet: '10.77.0.0/24', gateway: '10.77.0.1' }],
  });
  expect((await post('', asked)).code).toBe('NAME_TAKEN');

  const removed = await post(`/${await idOf('fresh')}/remove`, { name: 'fresh' });
  expect((await world.ended(removed.runId)).state).toBe('succeeded');
  expect(await idOf('fresh')).toBe('');
});

test('a gateway without a subnet, and what is no subnet, are refused at the field', async () => {
  const answers = [
    await post('', { name: 'odd', gateway: '10.0.0.1' }),
    await post('', { name: 'odd', subnet: '10.0.0.0' }),
    await post('', { name: '../odd' }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
});
