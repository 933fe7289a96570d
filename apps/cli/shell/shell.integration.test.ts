import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Docker, openEngine } from '@nebula/docker';
import { type EngineAccess, sharedEngine } from '@nebula/testbed';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type TestApp, testApp, until } from '../../dashboard/testing.ts';
import { nebula } from '../fixtures/nebula.ts';
import { onTerminal } from '../fixtures/on-terminal.ts';

const patience = { timeout: 30_000, interval: 100 };
/** Tells after the command whether the terminal is as it was, and the exit code. */
const around =
  'before=$(stty -g); {}; code=$?; test "$(stty -g)" = "$before" && echo "as before, $code" || echo changed';
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'nebula-shell-'));
});
afterAll(async () => await rm(dir, { recursive: true }));

describe('on a fake engine', () => {
  let app: TestApp;
  let env: Record<string, string>;

  beforeAll(async () => {
    app = await testApp(inject('postgres'));
    const operator = await app.as('operator');
    env = { NEBULA_URL: app.url, NEBULA_API_KEY: operator.key ?? '' };
    app.docker.put({ id: 'a'.repeat(64), name: 'web' });
    await until(
      async () => (await operator.fetch(`/api/containers/${'a'.repeat(64)}`)).status === 200,
      20_000,
    );
  });
  afterAll(async () => await app[Symbol.asyncDispose]());

  test('keys go as they are, Ctrl-C too, the size goes with the window, and the terminal is given back', async () => {
    const flag = join(dir, 'narrow');
    const resizing = `(until [ -e ${flag} ]; do sleep 0.1; done; stty cols 91 </dev/tty) & ${around}`;
    const shell = onTerminal(['terminal', 'shell', 'web'], env, { around: resizing });
    await expect.poll(shell.seen, patience).toContain('[70x');

    shell.type('\u0003é');
    await expect.poll(shell.seen, patience).toContain('\u0003é');
    await writeFile(flag, '');
    await expect.poll(shell.seen, patience).toContain('[91x');
    shell.type('exit');

    expect(await shell.ended()).toBe(0);
    expect(shell.seen()).toContain('as before, 0');
  }, 120_000);

  test('Ctrl-] leaves a shell that says nothing any more, and what ran in it ends', async () => {
    const shell = onTerminal(['terminal', 'shell', 'web'], env, { around });
    await expect.poll(shell.seen, patience).toContain('[70x');

    shell.type('\u001d');

    await shell.ended();
    expect(shell.seen()).toContain('as before, 0');
    await expect.poll(() => app.docker.done.at(-1), patience).toBe(`exec-end ${'a'.repeat(64)}`);
  }, 120_000);

  test('being ended from outside gives the terminal back too', async () => {
    const pid = join(dir, 'pid');
    // The shell that becomes nebula says its number first.
    const own = around.replace('{}', () => `(sh -c 'echo $PPID' > ${pid}; exec {})`);
    const shell = onTerminal(['terminal', 'shell', 'web'], env, { around: own });
    await expect.poll(shell.seen, patience).toContain('[70x');

    process.kill(Number(await readFile(pid, 'utf8')), 'SIGTERM');

    await shell.ended();
    expect(shell.seen()).toContain('as before, 130');
  }, 120_000);

  test('who may not open a shell, and a container that is not there, are told in words', async () => {
    const viewer = await app.as('viewer');
    const forbidden = await nebula(['terminal', 'shell', 'web', '--', 'true'], {
      env: { ...env, NEBULA_API_KEY: viewer.key ?? '' },
    });
    const missing = await nebula(['terminal', 'shell', 'nothing', '--', 'true'], { env });

    expect([forbidden.code, forbidden.err]).toEqual([3, expect.stringContaining('terminal:open')]);
    expect([missing.code, missing.err]).toEqual([8, expect.stringContaining('There is no container')]);
  });
});

test('a command ends with the exit code of its program, and a shell without a terminal is refused', async () => {
  const engine: EngineAccess = await sharedEngine();
  const docker: Docker & Disposable = openEngine(engine.socket);
  await engine.docker(['run', '-d', '--name', 'shell-cli', engine.busyboxImage, 'sleep', '3600']);
  const app = await testApp(inject('postgres'), { docker });
  try {
    const operator = await app.as('operator');
    const env = { NEBULA_URL: app.url, NEBULA_API_KEY: operator.key ?? '' };
    const names = async () =>
      ((await (await operator.fetch('/api/containers?search=shell-cli')).json()) as { items?: unknown[] })
        .items;
    await until(async () => (await names())?.length === 1, 30_000);

    const failed = await nebula(['terminal', 'shell', 'shell-cli', '--', 'sh', '-c', 'echo out; exit 7'], {
      env,
    });
    const piped = await nebula(['terminal', 'shell', 'shell-cli'], {
      env,
      input: 'echo sum-$((20+3)); exit 5\n',
    });
    const none = await nebula(['terminal', 'shell', 'shell-cli', '--', 'no-such-program'], { env });

    expect([failed.code, failed.out]).toEqual([7, expect.stringContaining('out')]);
    expect([piped.code, piped.err]).toEqual([2, expect.stringContaining('needs a terminal')]);
    expect([none.code, none.err]).toEqual([1, expect.stringContaining('no such program')]);
  } finally {
    await engine.docker(['rm', '-f', 'shell-cli']);
    await app[Symbol.asyncDispose]();
    docker[Symbol.dispose]();
  }
}, 120_000);
