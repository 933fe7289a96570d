import { fakeDocker } from '@nebula/docker/fake';
import { Hub } from '@nebula/events';
import { createLog } from '@nebula/log';
import { expect, test } from 'vitest';
import type { Container } from './contract.ts';
import type { Inventory } from './inventory.ts';
import { createSampler } from './sampler.ts';

test('a container that never has figures does not make the others be read more often', async () => {
  const docker = fakeDocker();
  const asked: string[] = [];
  let now = 0;
  const counters: typeof docker.counters = async (ids, signal) => {
    asked.push(...ids);
    const found = await docker.counters(ids, signal);
    // The counters of one begin anew each time, as with a start between two readings.
    return new Map(
      [...found].map(([id, one]) => [
        id,
        { ...one, at: new Date(now), ...(id === 'loop' && { cpuNanoseconds: -now }) },
      ]),
    );
  };
  for (const id of ['steady', 'loop']) docker.put({ id, name: id, state: 'running' });
  const rows = ['steady', 'loop'].map((id) => ({ id, state: 'running' }) as Container);
  const inventory = { all: () => rows, engine: () => ({ isReachable: true }) } as unknown as Inventory;
  const stop = new AbortController();
  const clock = {
    now: () => new Date(now),
    async sleep(ms: number) {
      now += ms;
      if (now > 60_000) stop.abort();
    },
  };
  const log = createLog({ service: 'test', level: 'silent' });
  const parts = { docker: { ...docker, counters }, inventory, hub: new Hub(), clock, log, everyMs: 10_000 };

  const sampler = createSampler(parts);
  await sampler.run(stop.signal);

  expect(sampler.usage('steady')).toMatchObject({ cpuPercent: expect.any(Number) });
  // Seven rounds in a minute, and the second reading that gives the first figures.
  expect(asked.filter((id) => id === 'steady')).toHaveLength(8);
  expect(asked.filter((id) => id === 'loop').length).toBeGreaterThan(50);
});
