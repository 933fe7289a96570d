import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newDataDir, startProduct } from '@nebula/testbed';
import type { BenchOptions, Figure } from './bench.ts';
import { median, rounded } from './measure.ts';

/** P5: from start to `/api/health` 200 on an existing database, without npm. The launcher's own start is in it. */
export async function run({ quick }: BenchOptions): Promise<Figure[]> {
  const dataDir = newDataDir();
  const port = 15_900;
  await (await startProduct({ dataDir, port })).stop();
  const times: number[] = [];
  for (let n = 0; n < (quick ? 5 : 15); n += 1) times.push(await coldStart(dataDir, port));
  rmSync(join(dataDir, '..'), { recursive: true, force: true });
  const seconds = Math.round(median(times)) / 1000;
  const detail = `median of ${times.length}, from ${rounded(Math.min(...times))} to ${rounded(Math.max(...times))} ms, launcher included`;
  return [
    {
      id: 'P5',
      what: 'Cold start to health',
      figure: seconds,
      unit: 's',
      target: '<= 2.0',
      met: seconds <= 2,
      detail,
    },
  ];
}

async function coldStart(dataDir: string, port: number): Promise<number> {
  const root = join(import.meta.dirname, '..');
  const started = performance.now();
  const args = [
    join(root, 'start.mjs'),
    '--data',
    dataDir,
    '--port',
    String(port),
    '--engine',
    join(dataDir, 'none.sock'),
  ];
  const launcher = spawn(process.execPath, args, { stdio: 'ignore' });
  const exited = new Promise((resolve) => launcher.once('exit', resolve));
  for (;;) {
    const isUp = await fetch(`http://127.0.0.1:${port}/api/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (isUp) break;
    if (performance.now() - started > 60_000) throw new Error('did not start within a minute');
    await sleep(5);
  }
  const taken = performance.now() - started;
  launcher.kill('SIGINT');
  await exited;
  return taken;
}
