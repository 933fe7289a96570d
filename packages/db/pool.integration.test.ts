import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createLog } from '@nebula/log';
import { expect, test } from 'vitest';
import { startEmbeddedPostgres } from './embedded.ts';
import { databaseProblem, openDatabase } from './pool.ts';
import { clusterPlace } from './test-cluster.ts';

const log = createLog({ service: 'test', level: 'silent' });

test('a database that is stopped is told as unavailable and used again when it is back', async () => {
  await using place = await clusterPlace();
  const first = await startEmbeddedPostgres({ ...place, log });
  await using database = openDatabase(first.connection('postgres'), { log });
  await database.pool.query('select 1');
  await first.stop();

  const failure = await database.pool.query('select 1').catch((error: unknown) => error);
  await using _second = await startEmbeddedPostgres({ ...place, log });

  expect(databaseProblem(failure)).toMatchObject({ code: 'UNAVAILABLE', retryAfterSeconds: 2 });
  expect((await database.pool.query('select 2 as n')).rows).toEqual([{ n: 2 }]);
});

test('notifications go on after the connection was lost, and the listener is told to look', async () => {
  await using place = await clusterPlace();
  await using postgres = await startEmbeddedPostgres({ ...place, log });
  await using database = openDatabase(postgres.connection('postgres'), { log });
  const stop = new AbortController();
  const heard: string[] = [];
  let reconnects = 0;
  const listening = database.listen(
    'news',
    { onMessage: (payload) => heard.push(payload), onReconnect: () => (reconnects += 1) },
    stop.signal,
  );
  const until = async (condition: () => boolean) => {
    for (let waited = 0; !condition() && waited < 100; waited += 1) {
      await database.pool.query(`notify news, 'hello'`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  await until(() => heard.length > 0);
  await database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%'`,
  );
  await until(() => reconnects > 0);
  heard.length = 0;
  await until(() => heard.length > 0);
  stop.abort();
  await listening;

  expect(reconnects).toBe(1);
  expect(heard[0]).toBe('hello');
});

test.runIf(process.getuid?.() === 0)(
  'a full disk is told as such and rows are written again when there is room',
  async () => {
    await using place = await clusterPlace();
    mkdirSync(place.dataDir, { recursive: true });
    execFileSync('/usr/bin/mount', [
      '-t',
      'tmpfs',
      '-o',
      'size=160m,mode=0700,uid=65534,gid=65534',
      'tmpfs',
      place.dataDir,
    ]);
    try {
      await using postgres = await startEmbeddedPostgres({ ...place, log });
      await using database = openDatabase(postgres.connection('postgres'), { log });
      await database.pool.query('create table ballast (text text)');

      let failure: unknown = null;
      for (let n = 0; n < 400 && failure === null; n += 1) {
        failure = await database.pool
          .query(
            `insert into ballast select string_agg(md5(random()::text), '') from generate_series(1, 40000) n group by n % 20`,
          )
          .then(() => null)
          .catch((error: unknown) => error);
      }
      expect(databaseProblem(failure)?.code).toMatch(/STORAGE_FULL|UNAVAILABLE/);

      execFileSync('/usr/bin/mount', ['-o', 'remount,size=600m', place.dataDir]);
      let isBack = false;
      for (let waited = 0; waited < 100 && !isBack; waited += 1) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        isBack = await database.pool.query(`insert into ballast values ('again')`).then(
          () => true,
          () => false,
        );
      }
      expect(isBack).toBe(true);
    } finally {
      execFileSync('/usr/bin/umount', ['-l', place.dataDir]);
    }
  },
);
