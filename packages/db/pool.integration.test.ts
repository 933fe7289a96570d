import { execFileSync } from 'node:child_process';
import { getEventListeners, once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { createLog } from '@nebula/log';
import type { PoolClient } from 'pg';
import { expect, inject, test } from 'vitest';
import { startEmbeddedPostgres } from './embedded.ts';
import { databaseProblem, openDatabase } from './pool.ts';
import { clusterPlace } from './test-cluster.ts';
import { testDatabase } from './testing.ts';

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
  let begun = 0;
  const listening = database.listen(
    'news',
    { onMessage: (payload) => heard.push(payload), onListening: () => (begun += 1) },
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
  await until(() => begun > 1);
  heard.length = 0;
  await until(() => heard.length > 0);
  stop.abort();
  await listening;

  expect(begun).toBe(2);
  expect(heard[0]).toBe('hello');
});

test('the listener is told to look when it begins to hear, the first time too', async () => {
  await using place = await clusterPlace();
  await using postgres = await startEmbeddedPostgres({ ...place, log });
  await using database = openDatabase(postgres.connection('postgres'), { log });
  const stop = new AbortController();
  const began = Promise.withResolvers<void>();
  const heard = Promise.withResolvers<string>();
  const listening = database.listen(
    'news',
    { onMessage: heard.resolve, onListening: began.resolve },
    stop.signal,
  );

  await began.promise;
  await database.pool.query(`notify news, 'first'`);

  expect(await heard.promise).toBe('first');
  stop.abort();
  await listening;
}, 15_000);

test('a stop does not wait for a server that accepts and says nothing', async () => {
  await using silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const sockets: Socket[] = [];
  silent.on('connection', (socket) => sockets.push(socket));
  const address = silent.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await using database = openDatabase({ url: `postgres://nebula@127.0.0.1:${port}/x` }, { log });
  const stop = new AbortController();
  const listening = database.listen(
    'news',
    { onMessage: () => undefined, onListening: () => undefined },
    stop.signal,
  );
  await once(silent, 'connection');

  const asked = performance.now();
  stop.abort();
  await listening;
  for (const socket of sockets) socket.destroy();

  expect(performance.now() - asked).toBeLessThan(2500);
});

test('connecting again and again leaves nothing behind on the signal', async () => {
  await using place = await clusterPlace();
  const { socketDir } = place;
  await using database = openDatabase({ socketDir, database: 'x', user: 'x', password: 'x' }, { log });
  const stop = new AbortController();
  const listening = database.listen(
    'news',
    { onMessage: () => undefined, onListening: () => undefined },
    stop.signal,
  );

  await new Promise((resolve) => setTimeout(resolve, 2500));
  const listeners = getEventListeners(stop.signal, 'abort').length;
  stop.abort();
  await listening;

  expect(listeners).toBeLessThanOrEqual(2);
});

test('a value that its type cannot hold is told as bad input', async () => {
  await using database = await testDatabase(inject('postgres'), []);
  const failures = await Promise.all(
    [
      database.pool.query('select $1::uuid', ['not-an-id']),
      database.pool.query('select $1::text', ['a\0b']),
      database.pool.query('select $1::jsonb', ['"\\u0000"']),
    ].map((query) => query.catch((error: unknown) => error)),
  );

  expect(failures.map((failure) => databaseProblem(failure)?.code)).toEqual([
    'BAD_INPUT',
    'BAD_INPUT',
    'BAD_INPUT',
  ]);
});

test.runIf(process.getuid?.() === 0)(
  'a full disk is told as such, changes nothing, and rows are written again when there is room',
  async () => {
    await using place = await clusterPlace();
    const mountPoint = join(dirname(place.dataDir), 'disk');
    mkdirSync(mountPoint);
    const options = 'size=160m,mode=0700,uid=65534,gid=65534';
    execFileSync('/usr/bin/mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', mountPoint]);
    try {
      await using postgres = await startEmbeddedPostgres({
        ...place,
        dataDir: join(mountPoint, 'data'),
        log,
      });
      await using database = openDatabase(postgres.connection('postgres'), { log });
      await database.pool.query('create table kept (text text)');
      // Without a log of its own the table fills the disk itself; a full log would end the server first.
      await database.pool.query('create unlogged table ballast (text text)');
      await database.pool.query('alter table ballast alter column text set storage external');

      let failure: unknown = null;
      let written = 0;
      for (; written < 400 && failure === null; written += 1) {
        failure = await database.pool.query(`insert into ballast select repeat('x', 1000000)`).then(
          () => null,
          (error: unknown) => error,
        );
      }
      expect(databaseProblem(failure)).toMatchObject({ code: 'STORAGE_FULL' });
      const { rows } = await database.pool.query('select count(*)::int as n from ballast');
      expect(rows).toEqual([{ n: written - 1 }]);

      execFileSync('/usr/bin/mount', ['-o', 'remount,size=600m', mountPoint]);
      await database.pool.query(`insert into ballast select repeat('x', 1000000)`);
      await database.pool.query(`insert into kept values ('again')`);
      expect((await database.pool.query('select text from kept')).rows).toEqual([{ text: 'again' }]);
    } finally {
      execFileSync('/usr/bin/umount', ['-l', mountPoint]);
    }
  },
);

test('a transaction that cannot begin, because its connection was lost, takes no connection away from those after it', async () => {
  await using place = await clusterPlace();
  await using postgres = await startEmbeddedPostgres({ ...place, log });
  await using database = openDatabase(postgres.connection('postgres'), { log, max: 1 });
  const lose = (client: PoolClient) => {
    client.query('select pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
  };

  for (let n = 0; n < 3; n += 1) {
    database.pool.once('acquire', lose);
    await expect(database.transaction((sql) => sql.execute('select 1'))).rejects.toThrow();
  }

  const { rows } = await database.transaction((sql) => sql.execute('select 2 as n'));
  expect(rows).toEqual([{ n: 2 }]);
});

test('a connection that is lost in the middle of a transaction hides not what went wrong in it', async () => {
  await using place = await clusterPlace();
  await using postgres = await startEmbeddedPostgres({ ...place, log });
  await using database = openDatabase(postgres.connection('postgres'), { log, max: 1 });

  const failing = database.transaction(async (sql) => {
    await sql.execute('select pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
    throw new Error('what went wrong');
  });

  await expect(failing).rejects.toThrow('what went wrong');
  expect((await database.transaction((sql) => sql.execute('select 3 as n'))).rows).toEqual([{ n: 3 }]);
});
