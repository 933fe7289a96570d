import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { causeChain } from '@nebula/errors';
import { expect, inject, test } from 'vitest';
import { ChangedMigrationError, inDependencyOrder, type MigrationSet, migrate } from './migrate.ts';
import { temporaryDirectory, testDatabase } from './testing.ts';

async function setOf(
  dir: string,
  id: string,
  files: Record<string, string>,
  after: string[] = [],
): Promise<MigrationSet> {
  const folder = join(dir, id);
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return { id, dir: folder, after };
}

async function schemaOf(database: Awaited<ReturnType<typeof testDatabase>>) {
  const { rows } = await database.pool.query(
    `select table_name, column_name, data_type from information_schema.columns where table_schema = 'public' order by 1, 2`,
  );
  return rows;
}

test('branches merged in either order end in the same schema', async () => {
  await using dir = await temporaryDirectory();
  const base = { '001-base.sql': 'create table pets (id int primary key)' };
  const early = { '002-name.sql': 'alter table pets add column name text' };
  const late = { '003-age.sql': 'alter table pets add column age int' };
  await using one = await testDatabase(inject('postgres'), []);
  await using other = await testDatabase(inject('postgres'), []);

  await migrate(one.pool, [await setOf(join(dir.path, 'a1'), 'pets', { ...base, ...early })]);
  await migrate(one.pool, [await setOf(join(dir.path, 'a2'), 'pets', { ...base, ...early, ...late })]);
  await migrate(other.pool, [await setOf(join(dir.path, 'b1'), 'pets', { ...base, ...late })]);
  const added = await migrate(other.pool, [
    await setOf(join(dir.path, 'b2'), 'pets', { ...base, ...early, ...late }),
  ]);

  expect(added).toEqual(['pets/002-name.sql']);
  expect(await schemaOf(other)).toEqual(await schemaOf(one));
});

test('an applied file that was edited is refused and nothing runs', async () => {
  await using dir = await temporaryDirectory();
  await using database = await testDatabase(inject('postgres'), []);
  await migrate(database.pool, [
    await setOf(join(dir.path, 'v1'), 'pets', { '001.sql': 'create table pets (id int)' }),
  ]);

  const again = migrate(database.pool, [
    await setOf(join(dir.path, 'v2'), 'pets', {
      '001.sql': 'create table pets (id bigint)',
      '002.sql': 'create table more (id int)',
    }),
  ]);

  await expect(again).rejects.toThrow(ChangedMigrationError);
  expect(await schemaOf(database)).not.toContainEqual(expect.objectContaining({ table_name: 'more' }));
});

test('a file that fails leaves nothing behind and says which it was', async () => {
  await using dir = await temporaryDirectory();
  await using database = await testDatabase(inject('postgres'), []);
  const set = await setOf(dir.path, 'pets', { '001.sql': 'create table pets (id int); select nonsense' });

  await expect(migrate(database.pool, [set])).rejects.toThrow(/pets\/001.sql failed/);

  expect(await schemaOf(database)).not.toContainEqual(expect.objectContaining({ table_name: 'pets' }));
});

test('a migration whose connection is lost says which it was and why, and the next one gets a live connection', async () => {
  await using dir = await temporaryDirectory();
  await using database = await testDatabase(inject('postgres'), []);
  const cut = { '001.sql': 'create table pets (id int); select pg_terminate_backend(pg_backend_pid())' };

  const failure = await migrate(database.pool, [await setOf(join(dir.path, 'v1'), 'pets', cut)]).catch(
    (error: unknown) => error,
  );

  expect(causeChain(failure).join('; ')).toMatch(/pets\/001.sql failed.*administrator command/);
  const fixed = { '001.sql': 'create table pets (id int)' };
  expect(await migrate(database.pool, [await setOf(join(dir.path, 'v2'), 'pets', fixed)])).toEqual([
    'pets/001.sql',
  ]);
});

test('two processes that migrate at once apply each file once', async () => {
  await using dir = await temporaryDirectory();
  await using database = await testDatabase(inject('postgres'), []);
  const set = await setOf(dir.path, 'pets', {
    '001.sql': 'create table pets (id int); select pg_sleep(0.2)',
  });

  const [one, other] = await Promise.all([migrate(database.pool, [set]), migrate(database.pool, [set])]);

  expect([...one, ...other]).toEqual(['pets/001.sql']);
});

test('sets run after those they name, whatever order they are listed in', () => {
  const a = { id: 'a', dir: '', after: ['c'] };
  const b = { id: 'b', dir: '' };
  const c = { id: 'c', dir: '' };

  expect(inDependencyOrder([a, b, c]).map((set) => set.id)).toEqual(
    inDependencyOrder([c, b, a]).map((set) => set.id),
  );
  expect(inDependencyOrder([a, b, c]).map((set) => set.id)).toEqual(['c', 'a', 'b']);
  expect(() => inDependencyOrder([{ id: 'x', dir: '', after: ['x'] }])).toThrow(/depend on themselves/);
});
