import { execFileSync, spawn } from 'node:child_process';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createLog } from '@nebula/log';
import { expect, test } from 'vitest';
import { startEmbeddedPostgres } from './embedded.ts';
import { openDatabase } from './pool.ts';
import { clusterPlace } from './test-cluster.ts';

const log = createLog({ service: 'test', level: 'silent' });

/** Processes that work on a path, as their arguments say. */
function processesOn(path: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(path);
      } catch {
        // It ended while we looked.
        return false;
      }
    })
    .map(Number);
}

async function works(place: Awaited<ReturnType<typeof clusterPlace>>): Promise<unknown> {
  await using postgres = await startEmbeddedPostgres({ ...place, log });
  await using database = openDatabase(postgres.connection('postgres'), { log });
  return (await database.pool.query('select 1 as n')).rows;
}

test('a directory with something else in it is refused and nothing in it is touched', async () => {
  await using place = await clusterPlace();
  await mkdir(join(place.dataDir, 'photos'), { recursive: true });
  await writeFile(join(place.dataDir, 'photos', 'wedding.jpg'), 'dear');

  const start = startEmbeddedPostgres({ ...place, log });

  await expect(start).rejects.toThrow(/not empty and holds no database/);
  expect(await readFile(join(place.dataDir, 'photos', 'wedding.jpg'), 'utf8')).toBe('dear');
});

test('a kill while the database is being made for the first time costs nothing', async () => {
  await using place = await clusterPlace();
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'fixtures', 'run-cluster.ts'), JSON.stringify(place)],
    { stdio: 'ignore' },
  );
  const begun = () => globSync('data*/**/PG_VERSION', { cwd: dirname(place.dataDir) }).length > 0;
  for (let waited = 0; !begun() && waited < 1000; waited += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
  child.kill('SIGKILL');
  for (const pid of processesOn(dirname(place.dataDir))) process.kill(pid, 'SIGKILL');
  expect(begun()).toBe(true);

  expect(await works(place)).toEqual([{ n: 1 }]);

  const left = (await readdir(dirname(place.dataDir))).filter((name) => name.includes('.new-'));
  expect(left).toEqual([]);
});

test.runIf(process.getuid?.() === 0)('a mount point is refused with the place to mount at', async () => {
  await using place = await clusterPlace();
  await mkdir(place.dataDir);
  execFileSync('/usr/bin/mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place.dataDir]);
  try {
    await expect(startEmbeddedPostgres({ ...place, log })).rejects.toThrow(
      /is a mount point.*Mount the disk at/,
    );
  } finally {
    execFileSync('/usr/bin/umount', ['-l', place.dataDir]);
  }
});

test('a whole password that a killed start left is kept', async () => {
  await using place = await clusterPlace();
  const password = 'x'.repeat(32);
  await writeFile(`${place.dataDir}.password`, password, { mode: 0o600 });

  expect(await works(place)).toEqual([{ n: 1 }]);

  expect(await readFile(`${place.dataDir}.password`, 'utf8')).toBe(password);
});

test.each(['', 'torn'])('a password file with "%s" that no database has yet is made again', async (text) => {
  await using place = await clusterPlace();
  await writeFile(`${place.dataDir}.password`, text, { mode: 0o600 });

  expect(await works(place)).toEqual([{ n: 1 }]);

  expect(await readFile(`${place.dataDir}.password`, 'utf8')).toMatch(/^[\w-]{32}$/);
});

test('a database whose password is lost is refused with a sentence that says so', async () => {
  await using place = await clusterPlace();
  await works(place);
  await writeFile(`${place.dataDir}.password`, '');

  await expect(startEmbeddedPostgres({ ...place, log })).rejects.toThrow(
    /data\.password is missing or empty/,
  );
});

test('drafts of killed starts go, what only has such a name stays', async () => {
  await using place = await clusterPlace();
  const [ours, foreign] = ['999999998', '999999999'].map((pid) => `${place.dataDir}.new-${pid}`) as [
    string,
    string,
  ];
  await mkdir(join(ours, 'data'), { recursive: true });
  await writeFile(join(ours, 'nebula-draft'), '');
  await mkdir(foreign);
  await writeFile(join(foreign, 'letter.txt'), 'dear');

  await works(place);

  expect([existsSync(ours), existsSync(join(foreign, 'letter.txt'))]).toEqual([false, true]);
});
