import { TestClock } from '@nebula/clock/testing';
import { fakeDocker } from '@nebula/docker/fake';
import { beforeEach, describe, expect, test } from 'vitest';
import { containerConditions } from './conditions.ts';
import type { Container } from './contract.ts';
import { type Happened, happenedTo, noting } from './happened.ts';

const id = 'a'.repeat(64);
const wanted = new Set(['down', 'restarts', 'out-of-memory', 'unhealthy', 'image-check', 'engine']);
let clock: TestClock;
let docker: ReturnType<typeof fakeDocker>;
let happened: Happened;
let containers: Container[];
let isReachable: boolean;

beforeEach(() => {
  clock = new TestClock();
  docker = fakeDocker(() => clock.now());
  happened = happenedTo(docker, clock);
  containers = [];
  isReachable = true;
});

const container = (more: Partial<Container>): Container => ({
  ...{
    id,
    hostId: 'local',
    name: 'web',
    app: 'web',
    image: 'nginx',
    imageId: 'i',
    state: 'running',
    status: 'Up',
  },
  ...{ health: 'none', exitCode: null, isOutOfMemory: false, createdAt: '', project: null, service: null },
  ...{ ports: [], update: 'unchecked', app: 'web' },
  ...more,
});
const hear = (action: string, of = id, exitCode = 137) =>
  happened.hear({ id: of, action, at: clock.now(), ...(action === 'die' ? { exitCode } : {}) });
const exited = (exitCode: number, more: Partial<Container> = {}) =>
  container({ state: 'exited', exitCode, status: `Exited (${exitCode})`, ...more });

function values(): Record<string, number> {
  const engine = { hostId: 'local', isReachable, version: null, apiVersion: null, detail: 'away', since: '' };
  const found = containerConditions(
    {
      all: () => containers,
      engine: () => engine,
      usage: () => null,
      happened,
      now: () => clock.now().getTime(),
    },
    wanted,
  );
  return Object.fromEntries([...found].map(({ kind, subject, value }) => [`${kind} ${subject}`, value]));
}

describe('down', () => {
  const ends = (row: Container, ...actions: string[]) => {
    containers = [container({ id: row.id })];
    values();
    for (const action of actions) hear(action, row.id);
    containers = [row];
    return values()['down app/web'];
  };

  test('an end with a code that nobody asked for is down', () => {
    expect(ends(exited(137), 'die')).toBe(1);
    expect(ends(container({ id: 'b'.repeat(64), state: 'dead' }), 'die')).toBe(1);
  });

  test('work that is done is not down', () => {
    expect(ends(exited(0), 'die')).toBe(0);
  });

  test('a stop that somebody asked the engine for is not down', () => {
    expect(ends(exited(143), 'kill', 'die', 'stop')).toBe(0);
  });

  test('an end that was asked for here is not down, whatever it needed; the next one is', async () => {
    docker.put({ id, name: 'web', state: 'running' });
    await noting(docker, clock).kill(id, 'SIGKILL');
    expect(ends(exited(137), 'die')).toBe(0);
    hear('start');
    expect(ends(exited(137), 'die')).toBe(1);
  });

  test('a container that we never saw run is not judged', () => {
    containers = [exited(1)];
    expect(values()).not.toHaveProperty('down app/web');
  });

  test('an app is down when one of its containers is, and up when it is made anew', () => {
    const shop = { project: 'shop', service: 'web', app: 'shop/web' };
    containers = [container({ ...shop }), container({ ...shop, id: 'b'.repeat(64) })];
    values();
    hear('die');
    containers = [exited(1, shop), container({ ...shop, id: 'b'.repeat(64) })];
    expect(values()['down app/shop/web']).toBe(1);
    containers = [container({ ...shop, id: 'c'.repeat(64) })];
    expect(values()['down app/shop/web']).toBe(0);
  });
});

test('ends that nobody asked for are counted for ten minutes, also over a clock that jumps back', async () => {
  containers = [container({})];
  for (let turn = 0; turn < 3; turn += 1) {
    hear('die');
    hear('start');
  }
  hear('kill');
  hear('die');
  hear('stop');
  hear('start');
  expect(values()['restarts app/web']).toBe(3);
  await clock.advance(10 * 60_000);
  expect(values()['restarts app/web']).toBe(0);
});

test('work that is started again and again, and done each time, is no failure', () => {
  containers = [container({})];
  for (let turn = 0; turn < 5; turn += 1) {
    hear('start');
    hear('die', id, 0);
    // A stop after it takes nothing away from what failed.
    hear('stop');
  }
  expect(values()['restarts app/web']).toBe(0);
});

test('memory that ran out is known although the container runs again', async () => {
  containers = [container({})];
  hear('oom');
  hear('die');
  hear('start');
  expect(values()['out-of-memory app/web']).toBe(1);
  await clock.advance(10 * 60_000);
  expect(values()['out-of-memory app/web']).toBe(0);
});

test('health is judged once there is a result, and only of what runs', () => {
  containers = [container({ health: 'starting' })];
  expect(values()).not.toHaveProperty('unhealthy app/web');
  containers = [container({ health: 'unhealthy' })];
  expect(values()['unhealthy app/web']).toBe(1);
  containers = [container({ health: 'healthy' })];
  expect(values()['unhealthy app/web']).toBe(0);
});

test('while the engine is away it alone is judged', () => {
  containers = [container({ health: 'unhealthy' })];
  isReachable = false;
  expect(values()).toEqual({ 'engine engine': 1 });
});
