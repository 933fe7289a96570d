import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestInstallation, testInstallation } from '../fixtures/installation.ts';
import { nebula } from '../fixtures/nebula.ts';

let old: TestInstallation;
let fresh: TestInstallation;
let dir: string;
let to: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'nebula-backup-'));
  to = join(dir, 'backup');
  [old, fresh] = [await testInstallation(), await testInstallation()];
  const account = ['--email', 'me@example.com', '--name', 'Me', '--password-stdin'];
  const made = await nebula(['account', 'create-admin', ...account], {
    env: old.env,
    input: 'planted-secret-horse',
  });
  if (made.code !== 0) throw new Error(made.err);
});
afterAll(async () => {
  await old[Symbol.asyncDispose]();
  await fresh[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

test('a backup holds the rows, says that the keys are not in it, and is never written over another', async () => {
  const made = await nebula(['backup', '--to', to], { env: old.env });
  const again = await nebula(['backup', '--to', to], { env: old.env });

  expect([made.code, made.err]).toEqual([0, '']);
  expect(made.out).toMatch(/keys in .* are not/);
  expect((await readdir(to)).filter((name) => /key|pem|password/.test(name))).toEqual([
    'public.api_keys.copy.gz',
  ]);
  expect([again.code, again.err]).toEqual([2, expect.stringContaining('exists already')]);
});

test('a backup is proven without a database, and a changed file is found', async () => {
  const damaged = join(dir, 'damaged');
  await cp(to, damaged, { recursive: true });
  await writeFile(join(damaged, 'public.users.copy.gz'), 'x');

  const good = await nebula(['backup', 'verify', to]);
  const bad = await nebula(['backup', 'verify', damaged]);
  const none = await nebula(['backup', 'verify', dir]);
  const restored = await nebula(['restore', '--from', damaged], { env: fresh.env });

  expect([good.code, good.out]).toEqual([0, expect.stringContaining('is whole')]);
  expect([bad.code, bad.out]).toEqual([6, 'damaged: public.users.copy.gz\n']);
  expect(none.code).toBe(8);
  expect([restored.code, restored.err]).toEqual([6, expect.stringContaining('Nothing was changed')]);
});

test('a backup is refused by a database that holds something or is in use', async () => {
  const notEmpty = await nebula(['restore', '--from', to], { env: old.env });
  await using postgres = await fresh.start();
  const inUse = await nebula(['restore', '--from', to], { env: fresh.env });

  expect([notEmpty.code, notEmpty.err]).toEqual([
    9,
    expect.stringMatching(/is not empty[^]*new data directory/),
  ]);
  expect([inUse.code, inUse.err]).toEqual([9, expect.stringContaining('Stop it')]);
  expect(postgres.wasAdopted).toBe(false);
});

test('restored with other keys, the audit is said to be unproven', async () => {
  const restored = await nebula(['restore', '--from', to, '--json'], { env: fresh.env });

  expect([restored.code, restored.err]).toEqual([6, expect.stringContaining('cannot be proven')]);
  const { auditFindings, rows } = JSON.parse(restored.out);
  expect(auditFindings).toBeGreaterThan(0);
  expect(rows).toBeGreaterThan(0);
  const postgres = await fresh.start();
  await fresh.withDatabase(postgres, async ({ pool }) => {
    const { rows: users } = await pool.query('select email, role from users');
    const { rows: entries } = await pool.query('select action from audit_entries order by at');
    expect(users).toEqual([{ email: 'me@example.com', role: 'admin' }]);
    expect(entries.map(({ action }) => action)).toEqual(['account.create-admin', 'backup.restore']);
  });
  await postgres.stop();
});

test('restored with the keys of the old machine, everything is proven', async () => {
  await using another = await testInstallation();
  await cp(join(old.dataDir, 'keys'), join(another.dataDir, 'keys'), { recursive: true, force: true });

  const restored = await nebula(['restore', '--from', to], { env: another.env });

  expect(restored).toEqual({
    code: 0,
    err: '',
    out: expect.stringMatching(/rows of \d+ tables were restored/),
  });
});
