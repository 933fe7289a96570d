import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { buildWeb } from '../launch/web.mjs';
import { ensureParts } from '../testbed/install.ts';
import { CannotInstall } from '../testbed/install-guards.ts';
import { partsFor } from '../testbed/parts.ts';
import { testFiles } from './test-files.ts';
import { createRunDir, removeRunDir, sweepRunDirs } from '../testbed/run-dir.ts';

const root = join(import.meta.dirname, '..');

const args = process.argv.slice(2).filter((arg) => arg !== '--yes');
const yes = process.argv.includes('--yes') || process.env.CI === 'true';

try {
  const files = filesToRun(args);
  await ensureParts(partsFor(files), { yes });
  if (files.some((file) => /\.(integration\.test|e2e)\.ts$/.test(file))) await prepareWeb();
  process.exitCode = await runVitest(args);
} catch (error) {
  if (!(error instanceof CannotInstall)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** Tests that start the product would each build its web interface otherwise, at the same time. */
async function prepareWeb(): Promise<void> {
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  await buildWeb({
    root,
    node: process.execPath,
    env: process.env,
    say,
    signal: new AbortController().signal,
  });
}

/** Vitest runs the files whose path holds one of the arguments; all of them without one. */
function filesToRun(given: readonly string[]): string[] {
  const filters = given
    .filter((arg) => !arg.startsWith('-'))
    .flatMap((arg) => [arg, relative(root, resolve(arg))]);
  const all = globSync(testFiles, { cwd: root, exclude: (name) => name.endsWith('node_modules') });
  return filters.length === 0 ? all : all.filter((file) => filters.some((filter) => file.includes(filter)));
}

/** Runs vitest with a temporary folder of its own that goes when it ends, and answers its exit code. */
async function runVitest(filters: readonly string[]): Promise<number> {
  await sweepRunDirs();
  const dir = createRunDir('tests');
  const child = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...filters], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NODE_ENV: 'test', TMPDIR: dir },
    // A group of its own: Ctrl-C reaches vitest once, through us, and not once per process above it.
    detached: true,
  });
  const stopForwarding = forwardSignals(child);
  try {
    const [code] = await once(child, 'exit');
    return typeof code === 'number' ? code : 1;
  } finally {
    stopForwarding();
    await removeRunDir(dir);
  }
}

/** Hands the first interrupt on, so that vitest tells what it has; a second one, a moment later, ends it at once. */
function forwardSignals(child: ChildProcess): () => void {
  let first = 0;
  const forward = (signal: NodeJS.Signals) => {
    if (first === 0) child.kill('SIGINT');
    else if (Date.now() - first > 1000 && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    if (first === 0) first = Date.now();
    process.exitCode = signal === 'SIGINT' ? 130 : 143;
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, forward);
  return () => {
    for (const signal of signals) process.off(signal, forward);
  };
}
