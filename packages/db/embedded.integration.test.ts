import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createLog } from '@nebula/log';
import { expect, test } from 'vitest';
import { startEmbeddedPostgres, WrongMajorError } from './embedded.ts';
import { openDatabase } from './pool.ts';
import { clusterPlace } from './test-cluster.ts';

const log = createLog({ service: 'test', level: 'silent' });

test('the second start is on the same data, and a stop leaves no process', async () => {
  await using place = await clusterPlace();
  const first = await startEmbeddedPostgres({ ...place, log });
  const database = openDatabase(first.connection('postgres'), { log });
  await database.pool.query('create table kept as select 42 as n');
  await database[Symbol.asyncDispose]();
  const pid = first.pid();
  await first.stop();

  const second = await startEmbeddedPostgres({ ...place, log });
  const again = openDatabase(second.connection('postgres'), { log });
  const { rows } = await again.pool.query('select n from kept');
  await again[Symbol.asyncDispose]();
  await second.stop();

  expect(rows).toEqual([{ n: 42 }]);
  await expect(stat(`/proc/${pid}`)).rejects.toThrow();
});

test('nobody gets in without the password', async () => {
  await using place = await clusterPlace();
  await using postgres = await startEmbeddedPostgres({ ...place, log });
  const connection = postgres.connection('postgres');
  if (!('socketDir' in connection)) throw new TypeError('expected a socket');

  for (const password of ['', 'wrong']) {
    const database = openDatabase({ ...connection, password }, { log });
    await expect(database.pool.query('select 1')).rejects.toThrow(/password/);
    await database[Symbol.asyncDispose]();
  }

  const hba = await readFile(join(place.dataDir, 'pg_hba.conf'), 'utf8');
  expect(hba.split('\n').filter((line) => /^\s*(local|host).*\b(trust|ident)\b/.test(line))).toEqual([]);
});

test('what a killed process left running is taken over with its data', async () => {
  await using place = await clusterPlace();
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'fixtures', 'run-cluster.ts'), JSON.stringify(place)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [line] = await once(child.stdout, 'data');
  const pid = Number(String(line).trim());
  child.kill('SIGKILL');
  await once(child, 'exit');

  await using postgres = await startEmbeddedPostgres({ ...place, log });

  expect(postgres.wasAdopted).toBe(true);
  expect(postgres.pid()).toBe(pid);
  await using database = openDatabase(postgres.connection('postgres'), { log });
  expect((await database.pool.query('select n from before_kill')).rows).toEqual([{ n: 7 }]);
});

test('a postmaster that was killed is started again and acknowledged rows are there', async () => {
  await using place = await clusterPlace();
  await using postgres = await startEmbeddedPostgres({ ...place, log });
  await using database = openDatabase(postgres.connection('postgres'), { log });
  await database.pool.query('create table kept as select 1 as n');

  process.kill(postgres.pid(), 'SIGKILL');

  let rows: unknown[] = [];
  for (let waited = 0; waited < 100 && rows.length === 0; waited += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    rows = await database.pool.query('select n from kept').then(
      (result) => result.rows,
      () => [],
    );
  }
  expect(rows).toEqual([{ n: 1 }]);
});

test('data of another major version is refused with both versions named', async () => {
  await using place = await clusterPlace();
  const postgres = await startEmbeddedPostgres({ ...place, log });
  await postgres.stop();

  const start = startEmbeddedPostgres({ ...place, binaries: { ...place.binaries, major: 19 }, log });

  await expect(start).rejects.toThrow(WrongMajorError);
  await expect(start).rejects.toThrow(/PostgreSQL 18.*carries 19/);
});

test('a data directory with a path of 200 characters works', async () => {
  await using place = await clusterPlace();
  const long = join(place.dataDir, 'x'.repeat(80), 'it\'s a "long" way'.padEnd(80, 'y'));
  await mkdir(long, { recursive: true });

  await using postgres = await startEmbeddedPostgres({ ...place, dataDir: join(long, 'postgres'), log });

  await using database = openDatabase(postgres.connection('postgres'), { log });
  expect((await database.pool.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
});
