import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createLog } from '@nebula/log';
import { expect, test } from 'vitest';
import { runningEmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts';
import { takeOwnership } from './ownership.ts';
import { openDatabase } from './pool.ts';
import { clusterPlace } from './test-cluster.ts';
import { temporaryDirectory } from './testing.ts';

const log = createLog({ service: 'test', level: 'silent' });

async function supervisor(place: object): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'fixtures', 'run-cluster.ts'), JSON.stringify(place)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(child.stdout, 'data');
  return child;
}

test('a second supervisor is refused, also with another socket directory, and the first keeps its database', async () => {
  await using place = await clusterPlace();
  const first = await supervisor(place);
  const before = await runningEmbeddedPostgres(place.dataDir);

  const refusal = new RegExp(`Another NebulaCommand process uses this database \\(pid ${first.pid}\\)`);
  await expect(startEmbeddedPostgres({ ...place, log })).rejects.toThrow(refusal);
  const socketDir = `${place.socketDir}2`;
  await expect(startEmbeddedPostgres({ ...place, socketDir, log })).rejects.toThrow(refusal);

  const running = await runningEmbeddedPostgres(place.dataDir);
  expect(running?.pid).toBe(before?.pid);
  if (running === null) throw new Error('the database of the first is gone');
  const database = openDatabase(running.connection('postgres'), { log });
  expect((await database.pool.query('select n from before_kill')).rows).toEqual([{ n: 7 }]);
  await database[Symbol.asyncDispose]();
  first.kill('SIGKILL');
  await once(first, 'exit');
  await using next = await startEmbeddedPostgres({ ...place, log });
  expect([next.wasAdopted, next.pid()]).toEqual([true, running.pid]);
});

test('of several that ask at once one at most has it, and the next one gets it when it is released', async () => {
  await using dir = await temporaryDirectory();
  const dataDir = join(dir.path, 'x'.repeat(120), 'data');
  await mkdir(join(dataDir, '..'));

  const asked = await Promise.allSettled(
    Array.from({ length: 4 }, () => takeOwnership(dataDir, async () => undefined)),
  );
  const taken = asked.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  expect(taken).toHaveLength(1);
  await taken[0]?.release();

  const next = await takeOwnership(dataDir, async () => undefined);
  await next.release();
});

test('a stop while the database is being started again leaves no process and starts none', async () => {
  await using place = await clusterPlace();
  const postgres = await startEmbeddedPostgres({ ...place, log });
  const database = openDatabase(postgres.connection('postgres'), { log });
  // With another password the next start never answers us.
  await database.pool.query(`alter role nebula password 'changed'`);
  await database[Symbol.asyncDispose]();
  const killed = postgres.pid();
  process.kill(killed, 'SIGKILL');
  for (let waited = 0; waited < 200; waited += 1) {
    const running = await runningEmbeddedPostgres(place.dataDir);
    if (running !== null && running.pid !== killed) break;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }

  await postgres.stop();
  expect(await runningEmbeddedPostgres(place.dataDir)).toBeNull();

  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(await runningEmbeddedPostgres(place.dataDir)).toBeNull();
});

test('a stop ends within its budget when the fast shutdown does not', async () => {
  await using place = await clusterPlace();
  const postgres = await startEmbeddedPostgres({ ...place, log });
  const database = openDatabase(postgres.connection('postgres'), { log, max: 1 });
  const { rows } = await database.pool.query<{ pid: number }>('select pg_backend_pid() as pid');
  const backend = rows[0]?.pid ?? 0;
  process.kill(backend, 'SIGSTOP');
  const started = performance.now();
  try {
    await postgres.stop({ fastMs: 300 });
  } finally {
    process.kill(backend, 'SIGKILL');
  }

  expect(performance.now() - started).toBeLessThan(8000);
  expect(await runningEmbeddedPostgres(place.dataDir)).toBeNull();
  await database[Symbol.asyncDispose]();
});
