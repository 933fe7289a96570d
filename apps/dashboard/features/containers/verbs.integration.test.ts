import { DriverError } from '@nebula/errors';
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

test.each([
  ['stop', 'running', 'exited'],
  ['pause', 'running', 'paused'],
  ['unpause', 'paused', 'running'],
  ['start', 'exited', 'running'],
  ['kill', 'running', 'exited'],
] as const)('%s brings a container that is %s to %s by a run', async (verb, before, after) => {
  const id = await world.run(verb, { state: before });

  const { status, runId } = await world.post(`/${id}/${verb}`);

  expect(status).toBe(202);
  expect((await world.ended(runId)).state).toBe('succeeded');
  expect(world.doneTo(id)).toEqual([verb]);
  await until(async () => (await world.detail(id)).state === after, 20_000);
});

test('what is so already is left as it is', async () => {
  const id = await world.run('resting', { state: 'exited' });

  const { runId } = await world.post(`/${id}/stop`, { graceSeconds: 3 });

  expect((await world.ended(runId)).state).toBe('succeeded');
  expect(world.doneTo(id)).toEqual([]);
});

test('a signal that cannot be seen is sent once, and one that is none is refused', async () => {
  const id = await world.run('listener');

  const { runId } = await world.post(`/${id}/kill`, { signal: 'SIGHUP' });
  const none = await world.post(`/${id}/kill`, { signal: 'rm -rf /' });

  expect((await world.ended(runId)).state).toBe('succeeded');
  expect(world.doneTo(id)).toEqual(['kill']);
  expect([none.status, none.code]).toEqual([400, 'BAD_INPUT']);
});

test('what the engine refuses fails the run with its sentence', async () => {
  const id = await world.run('stuck');
  world.app.docker.refuse('stop', 'cannot stop it: device busy', id);

  const { runId } = await world.post(`/${id}/stop`);

  expect(await world.ended(runId)).toMatchObject({
    state: 'failed',
    error: { message: expect.stringContaining('device busy') },
  });
  world.app.docker.refuse('stop', null, id);
});

test('a container gets another name, but not one that is taken or is none', async () => {
  const id = await world.run('before');
  const other = await world.run('taken');
  const name = `after-${made}`;

  const taken = await world.post(`/${id}/rename`, { name: await world.nameOf(other) });
  const none = await world.post(`/${id}/rename`, { name: '../x' });
  const { runId } = await world.post(`/${id}/rename`, { name });

  expect([taken.status, taken.code]).toEqual([409, 'NAME_TAKEN']);
  expect(none.code).toBe('BAD_INPUT');
  expect((await world.ended(runId)).state).toBe('succeeded');
  await until(async () => (await world.nameOf(id)) === name, 20_000);
});

test('a container is removed only when its name is repeated, and its volumes stay', async () => {
  const id = await world.run('doomed', {
    state: 'exited',
    detail: {
      mounts: [{ type: 'volume', name: 'data', source: '/v/data', target: '/data', isReadOnly: false }],
    },
  });
  world.app.docker.putVolume('data');
  const name = await world.nameOf(id);

  const wrong = await world.post(`/${id}/remove`, { name: 'doomed' });
  const foreign = await world.post(`/${id}/remove`, { name, volumes: ['of-another'] }, world.keeper);
  const { runId } = await world.post(`/${id}/remove`, { name });

  expect([wrong.status, wrong.code]).toEqual([409, 'NAME_DIFFERS']);
  expect([foreign.status, foreign.code]).toEqual([409, 'NAME_DIFFERS']);
  expect((await world.ended(runId)).state).toBe('succeeded');
  expect(world.doneTo(id)).toEqual(['remove']);
  expect(world.app.docker.done).not.toContain('remove-volume data');
  expect((await world.viewer.fetch(`/api/containers/${id}`)).status).toBe(404);
});

test('a volume goes when it was named too, and what the broker says of it is told', async () => {
  const volume = (name: string) => ({
    type: 'volume' as const,
    name,
    source: `/v/${name}`,
    target: `/${name}`,
    isReadOnly: false,
  });
  const id = await world.run('emptied', {
    state: 'exited',
    detail: { mounts: [volume('old'), volume('kept')] },
  });
  for (const name of ['old', 'kept']) world.app.docker.putVolume(name);
  const { runId } = await world.post(
    `/${id}/remove`,
    { name: await world.nameOf(id), volumes: ['old'] },
    world.keeper,
  );
  const good = await world.ended(runId);
  const other = await world.run('guarded', { state: 'exited', detail: { mounts: [volume('kept')] } });
  world.app.docker.refuse('remove-volume', 'a volume may be the only copy of its data [volume-delete].');

  const byOperator = await world.post(`/${other}/remove`, {
    name: await world.nameOf(other),
    volumes: ['kept'],
  });
  const refused = await world.post(
    `/${other}/remove`,
    { name: await world.nameOf(other), volumes: ['kept'] },
    world.keeper,
  );

  expect(byOperator.status).toBe(403);
  expect(good.state).toBe('succeeded');
  expect(world.app.docker.done).toContain('remove-volume old');
  expect(await world.ended(refused.runId)).toMatchObject({
    state: 'failed',
    error: { message: expect.stringContaining('may be the only copy') },
  });
  expect(world.app.docker.done).not.toContain('remove-volume kept');
});

test('a container that runs is removed only when that is asked for', async () => {
  const id = await world.run('busy');
  const name = await world.nameOf(id);

  const { runId } = await world.post(`/${id}/remove`, { name });
  const first = await world.ended(runId);
  const forced = await world.post(`/${id}/remove`, { name, isForced: true });

  expect(first).toMatchObject({
    state: 'failed',
    error: { message: expect.stringContaining('stop it first') },
  });
  expect((await world.ended(forced.runId)).state).toBe('succeeded');
});

test('one that fails in a run about several harms no other, and the run names it', async () => {
  const ids = [await world.run('one'), await world.run('two'), await world.run('three')];
  const [, second = ''] = ids;
  world.app.docker.refuse('stop', 'it will not', second);

  const { runId, status } = await world.post('/bulk', { verb: 'stop', ids });
  const whole = await world.ended(runId);

  expect(status).toBe(202);
  expect(whole).toMatchObject({
    state: 'failed',
    error: { code: 'SOME_FAILED', message: expect.stringContaining('1 of 3 failed') },
  });
  expect(whole.error?.message).toContain(`${await world.nameOf(second)} (it will not)`);
  expect((await world.outcomes(runId)).map(({ outcome, message }) => [outcome, message])).toEqual([
    ['done', ''],
    ['failed', 'it will not'],
    ['done', ''],
  ]);
  world.app.docker.refuse('stop', null, second);
});

test('a run about several holds each of them: a single verb is refused, and names the run', async () => {
  const ids = [await world.run('held'), await world.run('held')];
  const [first = '', second = ''] = ids;
  const gate = Promise.withResolvers<void>();
  world.app.docker.onChange(async (verb, id) => {
    if (verb === 'stop' && id === first) await gate.promise;
  });

  const { runId } = await world.post('/bulk', { verb: 'stop', ids });
  const refused = await world.post(`/${second}/restart`);
  const held = await world.operator.fetch(`/api/jobs/runs/${runId}`);
  gate.resolve();

  expect([refused.status, refused.code, held.status]).toEqual([409, 'TARGET_BUSY', 200]);
  expect(refused.data).toMatchObject({ runId });
  expect((await world.ended(runId)).state).toBe('succeeded');
  expect(world.doneTo(second)).toEqual(['stop']);
  expect((await world.post(`/${second}/start`)).status).toBe(202);
});

test('a run about several waits for a verb that one of them is in, and then does all', async () => {
  const ids = [await world.run('queued'), await world.run('queued')];
  const [first = '', second = ''] = ids;
  const gate = Promise.withResolvers<void>();
  world.app.docker.onChange(async (verb, id) => {
    if (verb === 'restart' && id === second) await gate.promise;
  });
  const single = await world.post(`/${second}/restart`);

  const several = await world.post('/bulk', { verb: 'stop', ids });
  const waiting = await (await world.operator.fetch(`/api/jobs/runs/${several.runId}`)).json();
  expect(waiting).toMatchObject({ state: 'queued', isWaiting: true });
  expect(world.doneTo(first)).toEqual([]);
  gate.resolve();

  expect((await world.ended(single.runId)).state).toBe('succeeded');
  expect((await world.ended(several.runId)).state).toBe('succeeded');
  expect([world.doneTo(first), world.doneTo(second)]).toEqual([['stop'], ['restart', 'stop']]);
});

test('a container that went away meanwhile is told, the others are done', async () => {
  const ids = [await world.run('stays'), await world.run('goes')];
  world.app.docker.onChange((verb, id) => {
    if (verb === 'stop' && id === ids[0]) world.app.docker.drop(ids[1] ?? '');
  });

  const { runId } = await world.post('/bulk', { verb: 'stop', ids });
  await world.ended(runId);

  expect((await world.outcomes(runId)).map(({ outcome }) => outcome)).toEqual(['done', 'failed']);
});

test('an engine that goes away in the middle is waited for, and nothing is done twice', {
  timeout: 60_000,
}, async () => {
  const ids = [await world.run('a'), await world.run('b'), await world.run('c'), await world.run('d')];
  let strikes = 0;
  world.app.docker.onChange((verb, id) => {
    if (verb !== 'restart' || id !== ids[1] || strikes > 0) return;
    strikes += 1;
    world.app.docker.setAway(true);
    setTimeout(() => {
      // While it was away the engine restarted what was under way.
      world.app.docker.setAway(false);
      world.app.docker.put({ id, name: 'b', detail: { startedAt: new Date() } }, 'start');
    }, 1500);
    throw new DriverError('unavailable', 'The container engine went away.');
  });

  const { runId } = await world.post('/bulk', { verb: 'restart', ids });
  const whole = await world.ended(runId);

  expect(whole.state).toBe('succeeded');
  expect((await world.outcomes(runId)).map(({ outcome }) => outcome)).toEqual([
    'done',
    'done',
    'done',
    'done',
  ]);
  expect(ids.map((id) => world.doneTo(id).length)).toEqual([1, 0, 1, 1]);
});

test('to remove several their names are repeated in order', async () => {
  const ids = [await world.run('x', { state: 'exited' }), await world.run('y', { state: 'exited' })];
  const names = await Promise.all(ids.map(world.nameOf));

  const without = await world.post('/bulk', { verb: 'remove', ids });
  const swapped = await world.post('/bulk', { verb: 'remove', ids, names: names.toReversed() });
  const { runId } = await world.post('/bulk', { verb: 'remove', ids, names });

  expect([without.code, swapped.code]).toEqual(['NAME_DIFFERS', 'NAME_DIFFERS']);
  expect((await world.ended(runId)).state).toBe('succeeded');
});
