import { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { until } from '@nebula/dashboard/testing';
import { startTestCluster } from '@nebula/db/test-cluster';
import { testApp } from '@nebula/dashboard/testing';
import type { BenchOptions, Figure } from './bench.ts';
import { productFiles } from './product-files.ts';

interface Started {
  file: string;
  args: string[];
}

const shells = /(^|\/)(sh|bash|dash|zsh|ksh|ash|busybox|fish)$/;
/** Ways to hand a string to a shell, as they look in source. */
const shellWords = /\bshell\s*:\s*(true|['"`])|\bexec(Sync)?\(\s*[`'"]|\b(ba|da|z)?sh['"]\s*,\s*\[\s*['"]-c/;

/** S1: programs started with a shell: in the sources, and while the product starts, serves, restarts a container and stops. */
export async function run(_options: BenchOptions): Promise<Figure[]> {
  const inSource = productFiles().filter((file) => shellWords.test(readFileSync(file, 'utf8')));
  const started = await programsStarted();
  const atRunTime = started.filter(
    ({ file, args }) => shells.test(file) || args.includes('-c ') || shells.test(args[0] ?? ''),
  );
  const detail = `${productFiles().length} files read${inSource.length > 0 ? ` (found in ${inSource.join(', ')})` : ''}; at run time ${started.length} programs were started: ${[...new Set(started.map(({ file }) => file.split('/').at(-1)))].join(', ')}`;
  const figure = inSource.length + atRunTime.length;
  return [
    {
      id: 'S1',
      what: 'Programs started with a shell',
      figure,
      unit: '',
      target: '0',
      met: figure === 0 && started.length > 0,
      detail,
    },
  ];
}

async function programsStarted(): Promise<Started[]> {
  const started: Started[] = [];
  const prototype = ChildProcess.prototype as unknown as {
    spawn(options: { file: string; args?: string[] }): number;
  };
  const original = prototype.spawn;
  prototype.spawn = function spawn(options) {
    started.push({ file: options.file, args: options.args ?? [] });
    return original.call(this, options);
  };
  try {
    await using cluster = await startTestCluster();
    const connection = cluster.postgres.connection('postgres');
    if (!('socketDir' in connection)) throw new TypeError('the embedded database is reached by its socket');
    const { socketDir, user, password } = connection;
    await using app = await testApp({ socketDir, user, password });
    const id = 'a'.repeat(64);
    app.docker.put({ id, name: '$(reboot); `id`' });
    const operator = await app.as('operator');
    await until(async () => (await operator.fetch(`/api/containers/${id}`)).ok);
    const response = await operator.fetch(`/api/containers/${id}/restart`, { method: 'POST' });
    const { runId } = (await response.json()) as { runId: string };
    await until(
      async () =>
        ((await (await operator.fetch(`/api/jobs/runs/${runId}`)).json()) as { state: string }).state ===
        'succeeded',
    );
    return started;
  } finally {
    prototype.spawn = original;
  }
}
