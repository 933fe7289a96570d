import { describe, expect, test } from 'vitest';
import { Harness, isAlive, until } from './fixtures/harness.ts';

const running = 'NebulaCommand is running';

describe('start and stop', () => {
  test('broker starts before server and stops after it', async () => {
    await using harness = new Harness();
    const launcher = harness.start();
    await launcher.printed(running);
    launcher.child.kill('SIGTERM');
    expect(await launcher.ended).toBe(0);
    expect(harness.events().map(({ part, event }) => `${part} ${event}`)).toEqual([
      'broker start',
      'server start',
      'server stopping',
      'server stopped',
      'broker stopping',
      'broker stopped',
    ]);
  });

  test('one block says address, set-up link, data, Docker, what is missing and how to stop', async () => {
    await using harness = new Harness();
    const launcher = harness.start({ args: ['--port', '15010'] });
    await launcher.printed('Stop');
    expect(launcher.stdout()).toBe(
      [
        '',
        'NebulaCommand is running',
        '  Address  http://127.0.0.1:15010',
        '  Set up   http://127.0.0.1:15010/setup#once (works once)',
        `  Data     ${harness.data}`,
        '  Docker   not found: no engine in this test',
        '  Missing  nothing but a test',
        `  Stop     Ctrl-C, or: kill ${launcher.pid}`,
        '',
        '',
      ].join('\n'),
    );
  });

  test('a second Ctrl-C says what is being waited for and kills nothing', async () => {
    await using harness = new Harness();
    harness.behave({ server: { stopMs: 1_000 } });
    const launcher = harness.start();
    await launcher.printed(running);
    launcher.child.kill('SIGINT');
    await launcher.printed('Stopping the server');
    launcher.child.kill('SIGINT');
    await launcher.printed('Still waiting for the server to stop');
    expect(await launcher.ended).toBe(0);
    expect(harness.events('server').at(-1)?.event).toBe('stopped');
  });

  test('a server that does not stop is killed after its time, and the broker still stops in order', async () => {
    await using harness = new Harness();
    harness.behave({ server: { isStubborn: true } });
    const launcher = harness.start({ settings: { stopWithin: 500 } });
    await launcher.printed(running);
    launcher.child.kill('SIGHUP');
    expect(await launcher.ended).toBe(0);
    expect(launcher.stderr()).toContain('The server did not stop within 0.5 s and is killed.');
    expect(harness.events('broker').at(-1)?.event).toBe('stopped');
    expect(isAlive(harness.pids().server)).toBe(false);
  });

  test('a signal during the start stops what was started', async () => {
    await using harness = new Harness();
    const launcher = harness.start();
    await until('the broker started', () => harness.pids().broker > 0);
    launcher.child.kill('SIGINT');
    expect(await launcher.ended).toBe(0);
    expect(isAlive(harness.pids().broker)).toBe(false);
    expect(isAlive(harness.pids().server)).toBe(false);
  });
});

describe('one launcher per data directory', () => {
  test('a second start says so, names pid and address, and ends with 75', async () => {
    await using harness = new Harness();
    const first = harness.start({ args: ['--port', '15011'] });
    await first.printed(running);
    const second = harness.start();
    expect(await second.ended).toBe(75);
    expect(second.stderr()).toContain(
      `NebulaCommand is already running on this data (pid ${first.pid}, http://127.0.0.1:15011).`,
    );
    expect(isAlive(harness.pids().server)).toBe(true);
  });

  test('of eight simultaneous starts exactly one wins', async () => {
    await using harness = new Harness();
    const starts = Array.from({ length: 8 }, () => harness.start());
    const isWinner = (start: (typeof starts)[number]) => start.stdout().includes(running);
    await until('one start is running', () => starts.some(isWinner));
    const codes = await Promise.all(starts.filter((start) => !isWinner(start)).map((start) => start.ended));
    expect(codes).toEqual(Array.from({ length: 7 }, () => 75));
    expect(harness.events('server').filter(({ event }) => event === 'start')).toHaveLength(1);
  });

  test('the lock of a person holds whatever XDG_RUNTIME_DIR says', async () => {
    await using harness = new Harness();
    const through = harness.asPerson();
    const first = harness.start({ through });
    await first.printed(running);
    const second = harness.start({ through, env: { XDG_RUNTIME_DIR: harness.base } });
    expect(await second.ended).toBe(75);
  });
});
