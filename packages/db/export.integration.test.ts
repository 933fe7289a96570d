import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createLog } from '@nebula/log';
import { expect, inject, test } from 'vitest';
import { exportDatabase, importDatabase, verifyExport } from './export.ts';
import { migrate } from './migrate.ts';
import { databaseProblem } from './pool.ts';
import { openDatabase } from './pool.ts';
import { temporaryDirectory, testDatabase } from './testing.ts';

const now = new Date('2026-01-01T00:00:00Z');

async function fixture(dir: string) {
  await writeFile(
    join(dir, '001.sql'),
    `create table owners (id int primary key, name text);
     create table pets (id bigint generated always as identity primary key, owner int references owners (id),
       parent bigint references pets (id), picture bytea, notes text, tags text[], born timestamptz,
       label text generated always as ('pet ' || notes) stored)`,
  );
  return [{ id: 'pets', dir }];
}

async function filled(dir: string) {
  const sets = await fixture(dir);
  const database = await testDatabase(inject('postgres'), []);
  await migrate(database.pool, sets);
  await database.pool.query(`insert into owners select n, 'owner ' || n from generate_series(1, 50) n`);
  await database.pool.query(
    `insert into pets (owner, parent, picture, notes, tags, born)
     select n, case when n > 1 then n - 1 end, decode(md5(n::text), 'hex'), E'tab\\there\\nline \\\\ back' || n,
       array['a,b', 'c"d', null], timestamptz '2026-01-01' + n * interval '1 second' from generate_series(1, 50) n`,
  );
  return { database, sets };
}

async function contentOf(pool: Awaited<ReturnType<typeof filled>>['database']['pool']) {
  const pets = await pool.query('select * from pets order by id');
  const owners = await pool.query('select * from owners order by id');
  return { pets: pets.rows, owners: owners.rows };
}

test('an export read into an empty database gives the same rows, sequences included', async () => {
  await using dir = await temporaryDirectory();
  const { database, sets } = await filled(dir.path);
  await using source = database;
  await using target = await testDatabase(inject('postgres'), []);
  await migrate(target.pool, sets);

  await exportDatabase(source.pool, join(dir.path, 'out'), now);
  await importDatabase(target.pool, join(dir.path, 'out'));

  expect(await contentOf(target.pool)).toEqual(await contentOf(source.pool));
  const { rows } = await target.pool.query(`insert into pets (owner, notes) values (1, 'new') returning id`);
  expect(rows).toEqual([{ id: '51' }]);
});

test('a file that was tampered with is found, and a restore from it changes nothing', async () => {
  await using dir = await temporaryDirectory();
  const { database, sets } = await filled(dir.path);
  await using source = database;
  await using target = await testDatabase(inject('postgres'), []);
  await migrate(target.pool, sets);
  const out = join(dir.path, 'out');
  await exportDatabase(source.pool, out, now);
  const file = join(out, 'public.owners.copy.gz');
  const text = gunzipSync(await readFile(file))
    .toString()
    .replace('owner 7', 'owner 8');
  await writeFile(file, gzipSync(text));

  expect(await verifyExport(out)).toEqual(['public.owners.copy.gz']);
  await expect(importDatabase(target.pool, out)).rejects.toThrow(/not as it was written/);

  expect((await target.pool.query('select count(*)::int as n from pets')).rows).toEqual([{ n: 0 }]);
});

test('an export is not read over rows that are there already', async () => {
  await using dir = await temporaryDirectory();
  const { database } = await filled(dir.path);
  await using source = database;
  await exportDatabase(source.pool, join(dir.path, 'out'), now);

  await expect(importDatabase(source.pool, join(dir.path, 'out'))).rejects.toThrow(/not empty/);
});

test('rows that migrations made give way to those of the export, unless somebody has changed them', async () => {
  await using dir = await temporaryDirectory();
  const { database, sets } = await filled(dir.path);
  await using source = database;
  await using target = await testDatabase(inject('postgres'), []);
  await writeFile(join(dir.path, '002.sql'), `insert into owners values (100, 'seed')`);
  for (const { pool } of [source, target]) await migrate(pool, sets);
  await source.pool.query(`update owners set name = 'renamed' where id = 100`);
  const out = join(dir.path, 'out');
  await exportDatabase(source.pool, out, now);

  await importDatabase(target.pool, out);

  expect(await contentOf(target.pool)).toEqual(await contentOf(source.pool));
  await using changed = await testDatabase(inject('postgres'), []);
  await migrate(changed.pool, sets);
  await changed.pool.query(`update owners set name = 'mine' where id = 100`);
  await expect(importDatabase(changed.pool, out)).rejects.toThrow(/not empty/);
  expect((await changed.pool.query('select name from owners')).rows).toEqual([{ name: 'mine' }]);
});

test('an export whose connection is lost tells why and leaves neither a directory nor a dead connection', async () => {
  await using dir = await temporaryDirectory();
  const { database } = await filled(dir.path);
  await using source = database;
  await using other = openDatabase(source.connection, {
    log: createLog({ service: 'test', level: 'silent' }),
  });
  const blocker = await other.pool.connect();
  await blocker.query('begin; lock table pets in access exclusive mode');
  const out = join(dir.path, 'out');

  const failed = exportDatabase(source.pool, out, now).catch((error: unknown) => error);
  let ended = 0;
  for (let waited = 0; ended === 0 && waited < 200; waited += 1) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    const { rows } = await other.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock' and query like 'copy%'`,
    );
    ended = rows.length;
  }

  expect(databaseProblem(await failed)).toMatchObject({ code: 'UNAVAILABLE' });
  await blocker.query('rollback');
  blocker.release();
  expect(existsSync(out)).toBe(false);
  expect(source.pool.totalCount - source.pool.idleCount).toBe(0);
  expect((await source.pool.query('select count(*)::int as n from pets')).rows).toEqual([{ n: 50 }]);
});

test('an import whose connection is lost tells why and changes nothing', async () => {
  await using dir = await temporaryDirectory();
  const { database, sets } = await filled(dir.path);
  await using source = database;
  await using target = await testDatabase(inject('postgres'), []);
  await migrate(target.pool, sets);
  await exportDatabase(source.pool, join(dir.path, 'out'), now);
  await target.pool.query(`create function cut() returns trigger language plpgsql as
    'begin perform pg_terminate_backend(pg_backend_pid()); return new; end'`);
  await target.pool.query('create trigger cut before insert on pets for each row execute function cut()');

  const failure = await importDatabase(target.pool, join(dir.path, 'out')).catch((error: unknown) => error);

  // The server's word, or what writing to its closed socket says, whichever comes first.
  expect(databaseProblem(failure)).toMatchObject({ code: 'UNAVAILABLE' });
  expect((await target.pool.query('select count(*)::int as n from owners')).rows).toEqual([{ n: 0 }]);
});
