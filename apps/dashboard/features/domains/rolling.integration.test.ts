import { systemClock } from '@nebula/clock';
import { freePorts } from '@nebula/testbed';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type ProxyGround,
  proxyGround,
  routeTo,
  startUpstream,
  type TestUpstream,
  upstreamsAt,
} from './test-proxy.ts';
import { admit, admitStep, type Instance, retire, retireStep, type RollingParts } from './rolling.ts';
import { lookAt } from './sights.ts';

const signal = AbortSignal.timeout(900_000);
const patience = { timeout: 60_000, interval: 100 };
const stack = new AsyncDisposableStack();
const name = 'app.rolling.test';
let ground: ProxyGround;
let parts: RollingParts;
let ports: number[];
/** Requests that wait until they are let go. */
const waiting: { port: number; letGo: () => void }[] = [];
const running = new Map<number, TestUpstream>();

beforeAll(async () => {
  ground = stack.use(await proxyGround());
  ports = await freePorts(3);
  parts = { proxy: ground.proxy, clock: systemClock, applier: { withoutLoads: (work) => work() } };
});
afterAll(async () => {
  for (const upstream of running.values()) await upstream[Symbol.asyncDispose]();
  await stack.disposeAsync();
});

const route = () => ({
  ...routeTo('app', name, upstreamsAt(...ports), {
    health: { path: '/well', intervalSeconds: 1 },
    drainKey: 'keyforrollingtests',
  }),
});

function instanceAt(port: number): Instance {
  return {
    route: route(),
    upstream: { host: '127.0.0.1', port, isTls: false, isUnverified: false },
    patienceMs: 60_000,
    isRunning: async () => running.has(port),
    async start() {
      if (running.has(port)) return;
      const upstream = await startUpstream((asked, answer) => {
        if (asked.url !== '/slow') return answer.end(String(port));
        answer.flushHeaders();
        waiting.push({ port, letGo: () => answer.end('done') });
        return answer;
      }, port);
      running.set(port, upstream);
    },
    async stop() {
      await running.get(port)?.[Symbol.asyncDispose]();
      running.delete(port);
    },
  };
}

/** Which instance answers. */
async function ask(path = '/'): Promise<string> {
  const { request } = await import('node:https');
  return await new Promise((resolve, reject) => {
    const asked = request(
      {
        ...{ host: '127.0.0.1', port: ground.caddy.httpsPort, servername: name, path, agent: false },
        ...{ rejectUnauthorized: false, headers: { host: name } },
      },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (part: string) => (body += part));
        answer.on('end', () => resolve(answer.statusCode === 200 ? body : String(answer.statusCode)));
      },
    );
    asked.on('error', reject).end();
  });
}

test('an instance is drained and stopped without a load, and another takes its place', async () => {
  const [one = 0, two = 0, three = 0] = ports;
  await ground.proxy.apply([{ route: route(), lastGood: null }], {}, signal);
  for (const port of [one, two]) await admit(parts, instanceAt(port), signal);
  await expect
    .poll(async () => (await lookAt([name], ground.caddy.httpsPort, [], signal)).get(name)?.status, patience)
    .toBe(200);
  const { version } = await ground.proxy.state(signal);

  // In turn: some of four go to the first.
  const long = [1, 2, 3, 4].map(() => ask('/slow'));
  await expect.poll(() => waiting.length, patience).toBe(4);
  expect(waiting.some(({ port }) => port === one)).toBe(true);
  const retired = retire(parts, instanceAt(one), signal);
  // While its long request is under way it is not stopped, and gets no other.
  const isHeld = async () =>
    (await ground.proxy.traffic(signal)).some(
      ({ address, fails }) => address === `127.0.0.1:${one}` && fails > 0,
    );
  await expect.poll(isHeld, patience).toBe(true);
  for (let n = 0; n < 20; n += 1) expect(await ask()).toBe(String(two));
  expect(running.has(one)).toBe(true);
  for (const { letGo } of waiting) letGo();
  expect((await retired).evidence[0]).toContain('All its requests were done');
  expect(await Promise.all(long)).toEqual(long.map(() => 'done'));
  expect(running.has(one)).toBe(false);

  await admit(parts, instanceAt(three), signal);
  const seen = new Set<string>();
  for (let n = 0; n < 20; n += 1) seen.add(await ask());
  expect([...seen].toSorted()).toEqual([String(two), String(three)].toSorted());
  expect((await ground.proxy.state(signal)).version).toBe(version);
});

test('the last instance that takes requests is not drained', async () => {
  const [one = 0, two = 0, three = 0] = ports;
  await ground.proxy.apply([{ route: route(), lastGood: null }], {}, signal);
  for (const port of [one, three]) await instanceAt(port).stop(signal);
  await instanceAt(two).start(signal);
  await expect(retire(parts, instanceAt(two), signal)).rejects.toThrow('No other instance');
  expect(running.has(two)).toBe(true);
});

test('who does not know the key, or asks for another upstream, holds nothing off', async () => {
  const [one = 0, two = 0] = ports;
  await ground.proxy.apply([{ route: route(), lastGood: null }], {}, signal);
  const { upstream } = instanceAt(one);
  const wrong = { ...route(), options: { ...route().options, drainKey: 'anotherkeyofthatlength' } };
  await instanceAt(two).start(signal);
  await expect(ground.proxy.holdOff(wrong, upstream, signal)).rejects.toThrow(/hold/);
  await expect(ground.proxy.holdOff(route(), { host: '127.0.0.1', port: 1 }, signal)).rejects.toThrow(
    'several',
  );
});

test('as steps of a journal they say whether they were done, and are taken back', async () => {
  const [one = 0, two = 0] = ports;
  await ground.proxy.apply([{ route: route(), lastGood: null }], {}, signal);
  for (const port of [one, two]) await admit(parts, instanceAt(port), signal);
  const context = { signal } as Parameters<NonNullable<ReturnType<typeof retireStep>['observe']>>[0];
  const step = retireStep(parts, () => instanceAt(one));
  expect(await step.observe?.(context)).toBe('not-done');
  await step.run(context);
  expect(await step.observe?.(context)).toMatchObject({
    done: { evidence: [expect.stringContaining('stopped')] },
  });
  await step.undo?.run(context);
  expect(running.has(one)).toBe(true);
  await admitStep(parts, () => instanceAt(one)).undo?.run(context);
  expect(running.has(one)).toBe(false);
});
