import { type EngineAccess, sharedEngine } from '@nebula/testbed';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conformance, plainContainer, type Subject } from '../../conformance.ts';
import type { Docker } from '../../index.ts';
import { openEngine } from './engine.ts';

let engine: EngineAccess;
let docker: Docker & Disposable;

beforeAll(async () => {
  engine = await sharedEngine();
  docker = openEngine(engine.socket);
});
afterAll(() => docker[Symbol.dispose]());

const subject = (): Subject => ({ docker, image: engine.busyboxImage, command: ['sleep', '600'] });

describe('a real engine', () => conformance(subject));

test('everything that a new container asks for is there when it is looked at', async () => {
  const id = await docker.create({
    ...plainContainer(subject(), 'conform-full'),
    ports: [
      { container: 80, protocol: 'tcp', published: 18_231, address: '127.0.0.1' },
      { container: 53, protocol: 'udp', published: null, address: '0.0.0.0' },
    ],
    mounts: [{ type: 'volume', source: 'conform-volume', target: '/data', isReadOnly: true }],
    restartPolicy: { name: 'on-failure', maximumRetries: 3 },
    memoryBytes: 67_108_864,
    cpus: 0.5,
    healthCheck: {
      command: ['true'],
      intervalSeconds: 1,
      timeoutSeconds: 5,
      retries: 2,
      startPeriodSeconds: 1,
    },
  });
  await docker.start(id);
  await expect
    .poll(async () => (await docker.inspect(id))?.lastHealthCheck?.exitCode, { timeout: 30_000 })
    .toBe(0);
  const found = await docker.inspect(id);
  const counters = (await docker.counters([id], new AbortController().signal)).get(id);
  await docker.remove(id, true);
  const volumes = await docker.volumes();
  await docker.removeVolume('conform-volume', { actor: 'a test', reason: 'it made it' });

  expect(found).toMatchObject({
    name: 'conform-full',
    restartPolicy: { name: 'on-failure', maximumRetries: 3 },
    limits: { memoryBytes: 67_108_864, cpus: 0.5 },
    mounts: [{ type: 'volume', name: 'conform-volume', target: '/data', isReadOnly: true }],
    networks: [{ name: 'bridge', address: expect.stringMatching(/^172\./) }],
  });
  expect(found?.ports).toContainEqual({
    container: 80,
    protocol: 'tcp',
    published: 18_231,
    address: '127.0.0.1',
  });
  expect(counters).toMatchObject({ memoryLimitBytes: 67_108_864, receivedBytes: expect.any(Number) });
  expect(volumes).toContainEqual(
    expect.objectContaining({ name: 'conform-volume', driver: 'local', createdAt: expect.any(Date) }),
  );
  expect((await docker.volumes()).some(({ name }) => name === 'conform-volume')).toBe(false);
});

test('an end for lack of memory, one by its own fault and its last words are told', async () => {
  const run = async (name: string, command: string[], memoryBytes: number | null) => {
    const id = await docker.create({ ...plainContainer(subject(), name), command, memoryBytes });
    await docker.start(id);
    await expect.poll(async () => (await docker.inspect(id))?.state, { timeout: 30_000 }).toBe('exited');
    const detail = await docker.inspect(id);
    const words = await docker.lastLines(id, 5);
    await docker.remove(id, true);
    return { ...detail, words };
  };

  const starved = await run('conform-oom', ['tail', '/dev/zero'], 8_388_608);
  const failed = await run('conform-fails', ['sh', '-c', 'echo out; echo err >&2; exit 7'], null);

  expect(starved).toMatchObject({ exitCode: 137, isOutOfMemoryKilled: true });
  expect(failed).toMatchObject({ exitCode: 7, isOutOfMemoryKilled: false });
  expect(failed.words.split('\n').sort().join(' ')).toBe(' err out');
});

test('a fetch that the registry cannot answer is told in its words', async () => {
  await expect(docker.pull('127.0.0.1:1/nothing:1', {})).rejects.toMatchObject({
    name: 'DriverError',
    kind: 'rejected',
    message: expect.stringContaining('127.0.0.1:1'),
  });
});
