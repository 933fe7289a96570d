import { systemClock } from '@nebula/clock';
import { fakeDocker } from '@nebula/docker/fake';
import { Hub } from '@nebula/events';
import { createLog } from '@nebula/log';
import { expect, test } from 'vitest';
import { createInventory } from './inventory.ts';

const id = 'a'.repeat(64);
const minuteMs = 60_000;

test('a list of all that comes late does not cover what was found meanwhile', async () => {
  const docker = fakeDocker();
  docker.put({ id, name: 'web', state: 'running' });
  const minute = Promise.withResolvers<void>();
  const late = Promise.withResolvers<void>();
  let isHeld = false;
  const slow = {
    ...docker,
    async list(options: Parameters<typeof docker.list>[0] = {}) {
      const rows = await docker.list(options);
      if (options.id === undefined && isHeld) await late.promise;
      return rows;
    },
  };
  const clock = {
    now: () => systemClock.now(),
    sleep: (ms: number, signal?: AbortSignal) =>
      ms === minuteMs && !isHeld ? minute.promise : systemClock.sleep(ms, signal),
  };
  const log = createLog({ service: 'test', level: 'silent' });
  const updateOf = () => 'unchecked' as const;
  const inventory = createInventory({ docker: slow, hub: new Hub(), clock, log, hostId: 'local', updateOf });
  const stop = new AbortController();
  const following = inventory.follow(stop.signal);
  await expect.poll(() => inventory.get(id)?.state, { timeout: 20_000 }).toBe('running');

  const reads = docker.reads.get('list') ?? 0;
  isHeld = true;
  minute.resolve();
  await expect.poll(() => docker.reads.get('list'), { timeout: 20_000 }).toBe(reads + 1);
  docker.put({ id, name: 'web', state: 'exited', status: 'Exited (0) 1 second ago' }, 'die');
  // Whoever does not wait for their turn has had time to look by now.
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  late.resolve();

  await expect.poll(() => docker.reads.get('list'), { timeout: 20_000 }).toBe(reads + 2);
  await expect.poll(() => inventory.get(id)?.state, { timeout: 20_000 }).toBe('exited');
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  expect(inventory.get(id)?.state).toBe('exited');
  stop.abort();
  await following;
});

test('a database that does not answer is not taken for an engine that is away, and nothing that happened is lost', async () => {
  const docker = fakeDocker();
  docker.put({ id, name: 'web', state: 'running' });
  const asked: (Date | null)[] = [];
  const watched = {
    ...docker,
    events(signal: AbortSignal, since: Date | null = null) {
      asked.push(since);
      return docker.events(signal, since);
    },
  };
  const until = new Date(Date.now() - minuteMs);
  let tries = 0;
  const back = Promise.withResolvers<void>();
  const log = createLog({ service: 'test', level: 'silent' });
  const clock = {
    now: () => systemClock.now(),
    sleep: (ms: number, signal?: AbortSignal) => (tries === 1 ? back.promise : systemClock.sleep(ms, signal)),
  };
  const inventory = createInventory({
    ...{ docker: watched, hub: new Hub(), clock, log, hostId: 'local' },
    updateOf: () => 'unchecked' as const,
    heard: {
      async until() {
        tries += 1;
        if (tries === 1) throw new Error('the database system is shutting down');
        return until;
      },
      keep: async () => undefined,
    },
  });
  const stop = new AbortController();
  const following = inventory.follow(stop.signal);
  await expect.poll(() => tries, { timeout: 20_000 }).toBe(1);
  await expect
    .poll(() => inventory.engine(), { timeout: 20_000 })
    .toMatchObject({ isReachable: true, detail: expect.stringContaining('database') });
  expect(asked).toEqual([]);

  back.resolve();
  await expect.poll(() => inventory.get(id)?.state, { timeout: 20_000 }).toBe('running');
  expect(inventory.engine()).toMatchObject({
    isReachable: true,
    detail: expect.stringContaining('answers.'),
  });
  expect(asked).toEqual([new Date(until.getTime() + 1)]);
  stop.abort();
  await following;
});
