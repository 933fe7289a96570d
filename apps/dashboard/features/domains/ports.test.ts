import type { Clock } from '@nebula/clock';
import { DriverError } from '@nebula/errors';
import { fakeProxy } from '@nebula/proxy/fake';
import { expect, test } from 'vitest';
import { createPorts } from './ports.ts';

const { signal } = new AbortController();

function counted() {
  const proxy = fakeProxy();
  let [asked, now, isAway] = [0, 0, false];
  const clock: Clock = { now: () => new Date(now), sleep: () => Promise.reject(new Error('nobody sleeps')) };
  const ports = createPorts({
    clock,
    proxy: {
      async state(given) {
        asked += 1;
        if (isAway) throw new DriverError('unavailable', 'away');
        return await proxy.state(given);
      },
    },
  });
  return {
    ports,
    asked: () => asked,
    pass: (ms: number) => (now += ms),
    setAway: (is: boolean) => (isAway = is),
  };
}

test('a pass over many domains asks the proxy once, and the next one again', async () => {
  const { ports, asked, pass } = counted();
  const found = await Promise.all(Array.from({ length: 200 }, () => ports(signal)));
  expect(new Set(found.map(({ httpPort, httpsPort }) => `${httpPort} ${httpsPort}`))).toEqual(
    new Set(['80 443']),
  );
  await ports(signal);
  expect(asked()).toBe(1);
  pass(60_000);
  await ports(signal);
  expect(asked()).toBe(2);
  // A clock that was set back.
  pass(-30_000);
  await ports(signal);
  expect(asked()).toBe(3);
});

test('a proxy that is away is asked again at once', async () => {
  const { ports, setAway } = counted();
  setAway(true);
  await expect(ports(signal)).rejects.toThrow('away');
  setAway(false);
  expect(await ports(signal)).toEqual({ httpPort: 80, httpsPort: 443 });
});
