import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Harness, isAlive, type Running, until } from './fixtures/harness.ts';
import { isRunning } from './process-table.mjs';

const running = 'NebulaCommand is running';
const isRoot = process.getuid?.() === 0;

async function killed(launcher: Running): Promise<void> {
  launcher.child.kill('SIGKILL');
  await launcher.ended;
}

describe('after kill -9', () => {
  test('of the launcher, broker and server stop by themselves and the next start works', async () => {
    await using harness = new Harness();
    const launcher = harness.start();
    await launcher.printed(running);
    const { broker, server } = harness.pids();
    await killed(launcher);
    await until('both stopped', () => !isAlive(broker) && !isAlive(server));
    expect(harness.events().filter(({ reason }) => reason === 'disconnect')).toHaveLength(2);
    const next = harness.start();
    await next.printed(running);
  });

  test('of launcher, broker and server at once, the next start removes stale sockets and works', async () => {
    await using harness = new Harness();
    const launcher = harness.start();
    await launcher.printed(running);
    const { broker, server } = harness.pids();
    for (const pid of [server, broker, launcher.pid]) process.kill(pid, 'SIGKILL');
    await launcher.ended;
    const runtime = isRoot ? harness.rootRuntime : harness.personRuntime;
    expect(existsSync(join(runtime, 'broker', 'broker.sock'))).toBe(true);
    const next = harness.start();
    await next.printed(running);
  });

  test('of the launcher, a server that still stops is waited for', async () => {
    await using harness = new Harness();
    harness.behave({ server: { stopMs: 1_500 } });
    const launcher = harness.start();
    await launcher.printed(running);
    const { server } = harness.pids();
    await killed(launcher);
    const next = harness.start();
    await next.printed(`The server of an earlier start still runs (pid ${server})`);
    await next.printed(running);
    const kinds = harness.events('server').map(({ event }) => event);
    expect(kinds).toEqual(['start', 'stopping', 'stopped', 'start']);
  });

  test('of the launcher, a server that hangs is killed by the next start', async () => {
    await using harness = new Harness();
    harness.behave({ server: { isStubborn: true } });
    const launcher = harness.start();
    await launcher.printed(running);
    const { server } = harness.pids();
    await killed(launcher);
    const next = harness.start({ settings: { stopWithin: 400 } });
    await next.printed('is killed');
    await next.printed(running);
    expect(isAlive(server)).toBe(false);
  });

  test('of the server, it is started again and the broker stays', async () => {
    await using harness = new Harness();
    const launcher = harness.start();
    await launcher.printed(running);
    const { broker, server } = harness.pids();
    process.kill(server, 'SIGKILL');
    await launcher.printed('The server ended by itself (SIGKILL)');
    await launcher.printed('The server is back.');
    expect(harness.pids().server).not.toBe(server);
    expect(harness.pids().broker).toBe(broker);
    expect(isAlive(broker)).toBe(true);
  });

  test('of the broker, it is started again and the server stays', async () => {
    await using harness = new Harness();
    const launcher = harness.start();
    await launcher.printed(running);
    const { broker, server } = harness.pids();
    process.kill(broker, 'SIGKILL');
    await launcher.printed('The broker is back.');
    expect(isAlive(server)).toBe(true);
    expect(harness.pids().server).toBe(server);
  });
});

test('a server that keeps dying is given up with a clear sentence, and the broker is stopped', async () => {
  await using harness = new Harness();
  harness.behave({ server: { diesAfterMs: 1 } });
  const launcher = harness.start({ settings: { firstRestartMs: 5 } });
  expect(await launcher.ended).toBe(1);
  expect(launcher.stderr()).toContain('The server died 6 times within a minute (last: exit code 3).');
  expect(harness.events('broker').at(-1)?.event).toBe('stopped');
});

test('a process that took the pid of an old server is not signalled', async () => {
  await using harness = new Harness();
  const launcher = harness.start();
  await launcher.printed(running);
  const runtime = isRoot ? harness.rootRuntime : harness.personRuntime;
  const [record] = JSON.parse(readFileSync(join(runtime, 'pids.json'), 'utf8'));
  expect(record).toMatchObject({ name: 'broker', pid: harness.pids().broker });
  // Same pid, another start time: a different process.
  expect(isRunning(record)).toBe(true);
  expect(isRunning({ ...record, startedAt: String(Number(record.startedAt) - 1) })).toBe(false);
  expect(isRunning({ ...record, bootId: 'another boot' })).toBe(false);
  expect(isRunning({ ...record, script: '/another/main.ts' })).toBe(false);
});
