import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Harness, type Running } from './fixtures/harness.ts';
import { takeLock } from './lock.mjs';
import { portHolder } from './port-holder.mjs';
import { refuseClosedFolder, refuseForeignMachine } from './runtime.mjs';

const running = 'NebulaCommand is running';

async function refused(launcher: Running): Promise<string> {
  expect(await launcher.ended).toBeGreaterThan(0);
  expect(launcher.stderr()).not.toMatch(/^\s+at /m);
  return launcher.stderr();
}

describe('a start that fails is told in words', () => {
  test('who holds the port is named', async () => {
    await using harness = new Harness();
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    harness.behave({ server: { fatal: `Port ${port} is in use.`, code: 'EADDRINUSE' } });

    const told = await refused(harness.start({ args: ['--port', String(port)] }));
    taken.close();

    expect(told).toMatch(
      new RegExp(`Port ${port} is in use\\. It is held by .+ \\(pid ${process.pid}\\)\\.`),
    );
    expect(portHolder(1)).toBe('');
  });

  test('a machine without programs for it, and a folder that may not be written', () => {
    for (const [platform, arch] of [
      ['linux', 'arm'],
      ['linux', 'ia32'],
      ['darwin', 'arm64'],
    ] as const) {
      expect(() => refuseForeignMachine(platform, arch)).toThrow(`this is ${platform} on ${arch}`);
    }
    expect(() => refuseForeignMachine('linux', 'arm64')).not.toThrow();
    expect(() => refuseClosedFolder('/dev/null/x')).toThrow('but a part of its path is a file');
    expect(() => refuseClosedFolder('/nonexistent')).toThrow('but nothing can be made there');
  });

  test.each([
    ['/proc/nebula', /cannot be used: (nothing can be made there|you may not)/],
    ['/dev/null/nebula', /cannot be used: a part of its path is a file/],
  ])('a place where no directory can be made, such as %s', async (data, sentence) => {
    await using harness = new Harness();
    expect(await refused(harness.start({ args: ['--data', data] }))).toMatch(sentence);
  });

  test('a lock that cannot be opened', () => {
    expect(() => takeLock('/nonexistent/lock')).toThrow(/^The lock \/nonexistent\/lock cannot be opened/);
  });
});

test('what the last start was told is kept for those who look at a stopped installation', async () => {
  await using harness = new Harness();
  const launcher = harness.start({
    args: ['--port', '5123'],
    env: { DOCKER_HOST: 'unix:///srv/engine.sock' },
  });
  await launcher.printed(running);
  const path = join(harness.data, 'last-start.json');

  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
    host: '127.0.0.1',
    port: 5123,
    lan: false,
    engine: '/srv/engine.sock',
  });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(path).uid).toBe(statSync(harness.data).uid);
});
