import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from './fixtures/harness.ts';
import { createPart } from './part.mjs';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync('/tmp/nebula-part-');
  const script =
    "process.send({ type: 'ready', pid: process.pid }); process.on('disconnect', () => process.exit());";
  writeFileSync(join(dir, 'script.cjs'), script);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A part that is ready at once, with what a test wants to break. */
function part() {
  const said: string[] = [];
  const given: string[] = [];
  const spec = {
    name: 'broker' as const,
    through: [] as string[],
    program: process.execPath,
    flags: [],
    script: join(dir, 'script.cjs'),
    args: [],
    env: () => ({}),
    cwd: '/',
    user: undefined,
    prepare: () => {},
    readyWithin: 10_000,
    firstRestartMs: 5,
    stopWithin: 5_000,
  };
  const made = createPart(spec, {
    say: (line) => void said.push(line),
    started: () => {},
    ended: () => {},
    gaveUp: (error) => void given.push(error.message),
  });
  return { spec, said, given, made };
}

async function kill(message: Record<string, unknown>): Promise<void> {
  process.kill(Number(message.pid), 'SIGKILL');
}

test('a restart that cannot be prepared is tried again and comes back when it can', async () => {
  const { spec, said, made } = part();
  const ready = await made.start();
  let failures = 2;
  spec.prepare = () => {
    failures -= 1;
    if (failures >= 0) throw new Error('no space left');
  };

  await kill(ready);

  await until('it is back', () => said.includes('The broker is back.'));
  expect(
    said.filter((line) => line.startsWith('The broker could not be started (no space left)')),
  ).toHaveLength(2);
  await made.stop();
});

test('a restart whose program cannot be started is given up after the usual number of deaths', async () => {
  const { spec, given, made } = part();
  const ready = await made.start();
  spec.program = join(dir, 'missing');

  await kill(ready);

  await until('it was given up', () => given.length > 0);
  expect(given[0]).toMatch(/^The broker died 6 times within a minute \(last: spawn .* ENOENT\)\.$/);
  expect(made.isAlive()).toBe(false);
  await made.stop();
});

test('a part that never started is not restarted, and says why', async () => {
  const { spec, said, made } = part();
  spec.program = join(dir, 'missing');

  await expect(made.start()).rejects.toThrow('The broker cannot be started: spawn');

  expect([said, made.isAlive()]).toEqual([[], false]);
});
