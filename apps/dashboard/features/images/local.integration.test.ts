import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { openWorld, type World } from '../containers/test-world.ts';
import type { Image, ImageTotals } from './contract.ts';
import { json } from '../../testing.ts';

let world: World;
const idOf = (letter: string) => `sha256:${letter.repeat(64)}`;
const digestOf = (name: string, letter: string) => `${name}@sha256:${letter.repeat(64)}`;

beforeAll(async () => {
  world = await openWorld(inject('postgres'));
});
afterAll(async () => await world[Symbol.asyncDispose]());
beforeEach(() => {
  const { docker } = world.app;
  docker.done.length = 0;
  for (const verb of ['pull', 'remove-image', 'tag']) docker.refuse(verb, null);
});

async function list(query = '') {
  const response = await world.viewer.fetch(`/api/images?limit=200${query}`);
  return (await response.json()) as { items: Image[]; next: string | null; totals: ImageTotals };
}
const names = async (query = '') => (await list(query)).items.map(({ name }) => name);

async function post(path: string, body: object) {
  const response = await world.operator.fetch(`/api/images/${path}`, json('POST', body));
  const answer = (await response.json()) as { runId: string; code: string; detail: string };
  return { ...answer, status: response.status };
}

/** Fetched, used by a container that is stopped, and sharing half of itself. */
async function usedImage(letter: string, name: string): Promise<void> {
  world.app.docker.putImage(name, {
    ...{ id: idOf(letter), digests: [digestOf(name, letter)], sizeBytes: 100, sharedBytes: 50 },
  });
  await world.run(`user-${letter}`, { image: name, imageId: idOf(letter), state: 'exited' });
}

test('an image tells who uses it, whether it can be fetched again, and what of it is its own', async () => {
  await usedImage('a', 'alpha:1');
  world.app.docker.putImage('beta:1', {
    ...{ id: idOf('b'), tags: [], digests: [digestOf('beta', 'b')], sizeBytes: 300, sharedBytes: 100 },
  });
  world.app.docker.putImage('own:1', { id: idOf('c'), sizeBytes: 20, sharedBytes: 0 });

  const { items, totals } = await list();

  expect(items.find(({ name }) => name === 'alpha:1')).toMatchObject({
    usedBy: [{ name: expect.stringContaining('user-a'), isRunning: false }],
    isOnlyCopy: false,
    sharedBytes: 50,
  });
  expect(items.find(({ id }) => id === idOf('b'))).toMatchObject({ isDangling: true, usedBy: [] });
  expect(await names('&use=only-copy')).toEqual(['own:1']);
  expect(await names('&use=dangling')).toEqual([digestOf('beta', 'b')]);
  expect(await names('&search=ALPHA')).toEqual(['alpha:1']);
  expect(totals).toEqual({ images: 3, unused: 2, reclaimableBytes: 220 });
});

test('what every image shares is not known makes no figure up', async () => {
  world.app.docker.putImage('odd:1', { id: idOf('d'), sharedBytes: null });
  expect((await list()).totals.reclaimableBytes).toBe(null);
  await world.app.docker.removeImage('odd:1');
});

test('an image in use stays, although its container is stopped', async () => {
  const refused = await post(`${idOf('a')}/remove`, {});

  expect([refused.status, refused.code]).toEqual([409, 'IN_USE']);
  expect(refused.detail).toContain('user-a');
  expect(world.app.docker.done).toEqual([]);
});

test('an image that no registry has goes only under its typed name', async () => {
  const refused = await post(`${idOf('c')}/remove`, { name: 'own:2' });
  expect([refused.status, refused.code]).toEqual([409, 'NAME_DIFFERS']);

  const { runId } = await post(`${idOf('c')}/remove`, { name: 'own:1' });

  expect((await world.ended(runId)).state).toBe('succeeded');
  expect(await names('&search=own')).toEqual([]);
});

test('all names of an image go, and the image with the last', async () => {
  const { docker } = world.app;
  docker.putImage('many:1', { id: idOf('e'), tags: ['many:1', 'other:1'], digests: [digestOf('many', 'e')] });

  const { runId } = await post(`${idOf('e')}/remove`, {});

  expect((await world.ended(runId)).state).toBe('succeeded');
  expect(docker.done).toEqual(['remove-image many:1', 'remove-image other:1']);
  expect(await docker.image(idOf('e'))).toBe(null);
});

test('somebody who begins to use an image after it was looked at keeps it, with all its names', async () => {
  const { docker } = world.app;
  docker.putImage('late:1', { id: idOf('f'), digests: [digestOf('late', 'f')] });
  const { runId } = await post(`${idOf('f')}/remove`, {});
  docker.put({ id: '9'.repeat(64), name: 'latecomer', imageId: idOf('f'), image: 'late:1' });

  const run = await world.ended(runId);

  // Whoever was first: either the image was gone before, or it is whole.
  const left = await docker.image(idOf('f'));
  if (run.state === 'failed') {
    expect(run.error?.code).toBe('IN_USE');
    expect(left?.tags).toEqual(['late:1']);
  } else {
    expect(left).toBe(null);
  }
  docker.drop('9'.repeat(64));
});

test('unused images go together when exactly they are named, and none when one of them must stay', async () => {
  const { docker } = world.app;
  for (const letter of ['1', '2'])
    docker.putImage(`old:${letter}`, { id: idOf(letter), digests: [digestOf('old', letter)] });
  docker.putImage('mine:1', { id: idOf('3') });

  const withUsed = await post('remove-unused', { ids: [idOf('1'), idOf('a')] });
  const withOnly = await post('remove-unused', { ids: [idOf('1'), idOf('3')] });
  expect([withUsed.code, withOnly.code]).toEqual(['IN_USE', 'ONLY_COPY']);
  expect(docker.done).toEqual([]);

  const { runId } = await post('remove-unused', { ids: [idOf('1'), idOf('2')] });
  expect((await world.ended(runId)).steps.map(({ state }) => state)).toEqual(['done', 'done']);
  expect(await names('&search=old')).toEqual([]);
});

test('an image is fetched by a run, and the registry that refuses is quoted', async () => {
  const { runId } = await post('pull', { image: 'fresh:1' });
  expect((await world.ended(runId)).state).toBe('succeeded');
  expect(await names('&search=fresh')).toEqual(['fresh:1']);

  world.app.docker.refuse('pull', 'manifest unknown');
  const { runId: second } = await post('pull', { image: 'nothing:1' });
  expect((await world.ended(second)).error?.message).toContain('manifest unknown');
});

test('an image gets a further name, but none that another image would lose', async () => {
  const taken = await post(`${idOf('a')}/tag`, { name: 'mine:1' });
  expect([taken.status, taken.code]).toEqual([409, 'NAME_TAKEN']);

  const { runId } = await post(`${idOf('a')}/tag`, { name: 'alpha:stable' });

  expect((await world.ended(runId)).state).toBe('succeeded');
  expect((await list('&search=stable')).items[0]?.tags).toEqual(['alpha:1', 'alpha:stable']);
});

test('only operators change images, and the audit names what was removed', async () => {
  const asViewer = await world.viewer.fetch(`/api/images/${idOf('a')}/remove`, json('POST', {}));
  expect(asViewer.status).toBe(403);

  const audit = await world.admin.fetch('/api/audit?action=images.remove-only-copy&outcome=done');
  const { items } = (await audit.json()) as { items: { target: { name: string } }[] };
  expect(items[0]?.target.name).toBe('own:1');
});

test('while the engine is away images are said to be unavailable, not to be none', async () => {
  world.app.docker.setAway(true);
  const response = await world.viewer.fetch('/api/images');
  world.app.docker.setAway(false);

  expect(response.status).toBe(503);
});
