import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const vitest = join(import.meta.dirname, '..', 'node_modules', 'vitest', 'vitest.mjs');
let root: string;

/** Runs vitest with our reporter on one file of this text; `during` may interrupt it. */
async function runFile(
  content: string,
  args: string[] = [],
  during?: (child: ChildProcess) => Promise<void>,
) {
  await writeFile(join(root, 'some.test.ts'), content);
  // The variables of the outer run would tell the inner one that it is a worker.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')));
  const child = spawn(process.execPath, [vitest, 'run', '--root', root, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit');
  const output = text(child.stdout);
  await during?.(child);
  const [code] = await exited;
  return { code, output: await output, lastLine: (await output).trimEnd().split('\n').at(-1) };
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'nebula-reporter-'));
  const reporter = JSON.stringify(join(import.meta.dirname, 'reporter.ts'));
  await writeFile(join(root, 'package.json'), '{"type":"module"}');
  await writeFile(
    join(root, 'setup.ts'),
    `import { writeFileSync } from 'node:fs';
     export const setup = () => {};
     export const teardown = () => writeFileSync(new URL('torn-down', import.meta.url), '');`,
  );
  await writeFile(
    join(root, 'vitest.config.ts'),
    `import { PlainReporter } from ${reporter};
     export default { test: { globals: true, globalSetup: ['./setup.ts'], reporters: ['default', new PlainReporter()] } };`,
  );
});

afterAll(async () => {
  await rm(root, { recursive: true });
});

describe('the last line of a test run', () => {
  it('stands after the names of tests that passed only at a second try', async () => {
    const ended = await runFile(
      `let tries = 0; it('a', { retry: 1 }, () => { tries += 1; if (tries === 1) throw new Error('no'); });`,
    );

    expect(ended).toMatchObject({ code: 0, lastLine: '1 passed, 0 failed' });
    expect(ended.output).toContain('second try; each is a race that wants mending:\n  some.test.ts > a\n');
  });

  it('counts what passed and what failed', async () => {
    const ended = await runFile(`it('a', () => {}); it('b', () => { throw new Error('no'); });`);

    expect(ended).toMatchObject({ code: 1, lastLine: '1 passed, 1 failed' });
  });

  it('is all that is left of a run that went well', async () => {
    expect(await runFile(`it('a', () => {});`)).toMatchObject({ code: 0, lastLine: '1 passed, 0 failed' });
  });

  it('counts a file that cannot be loaded as failed', async () => {
    expect(await runFile(`throw new Error('no');`)).toMatchObject({
      code: 1,
      lastLine: '0 passed, 1 failed',
    });
    expect(await runFile(`it('a', () => {`)).toMatchObject({ code: 1, lastLine: '0 passed, 1 failed' });
  });

  it('counts a suite whose set-up failed as failed', async () => {
    const suite = `describe('s', () => { beforeAll(() => { throw new Error('no'); }); it('a', () => {}); });`;

    expect(await runFile(suite)).toMatchObject({ code: 1, lastLine: '0 passed, 1 failed, 1 skipped' });
  });

  it('counts an error outside of tests as failed', async () => {
    const ended = await runFile(`it('a', () => { void Promise.reject(new Error('no')); });`);

    expect(ended).toMatchObject({ code: 1, lastLine: '1 passed, 1 failed' });
  });

  it('comes with a failure when no test ran', async () => {
    const ended = await runFile(`it('a', () => {});`, ['--testNamePattern', 'nothing']);

    expect(ended).toMatchObject({ code: 1, lastLine: '0 passed, 0 failed, 1 skipped' });
    expect(await runFile('', ['missing-file'])).toMatchObject({ code: 1, lastLine: '0 passed, 0 failed' });
  });

  it('comes when the run is interrupted, after the global set-ups ended what they started', async () => {
    const marker = join(root, 'started');
    const test = `import { writeFileSync } from 'node:fs';
      it('a', () => {});
      it('b', async () => {
        writeFileSync(${JSON.stringify(marker)}, '');
        await new Promise((resolve) => setTimeout(resolve, 25_000));
      }, 30_000);`;
    await rm(join(root, 'torn-down'), { force: true });

    const ended = await runFile(test, [], async (child) => {
      await expect.poll(() => existsSync(marker), { timeout: 20_000 }).toBe(true);
      child.kill('SIGINT');
    });

    expect(ended.code).toBe(130);
    expect(ended.lastLine).toMatch(/^[01] passed, 0 failed, [12] skipped, interrupted$/);
    expect(readFileSync(join(root, 'torn-down'), 'utf8')).toBe('');
  });
});
