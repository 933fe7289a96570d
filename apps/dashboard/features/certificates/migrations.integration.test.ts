import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, newId } from '@nebula/db';
import { testDatabase } from '@nebula/db/testing';
import { expect, inject, onTestFinished, test } from 'vitest';
import { watchOf } from './store.ts';

const dir = join(import.meta.dirname, 'migrations');

test('what the watch knew before trust was said once stays known', async () => {
  const first = mkdtempSync(join(tmpdir(), 'nebula-certificates-'));
  onTestFinished(() => rmSync(first, { recursive: true }));
  copyFileSync(join(dir, '001-certificates.sql'), join(first, '001-certificates.sql'));
  await using database = await testDatabase(inject('postgres'), []);
  await migrate(database.pool, [{ id: 'certificates', dir: first }]);
  const ids = [newId(), newId()];
  const insert = `insert into certificate_watch (domain_id, fingerprint, is_trusted, distrust, failures, seen_at)
    values ($1, 'f', $2, $3, 2, now())`;
  await database.pool.query(insert, [ids[0], true, null]);
  await database.pool.query(insert, [ids[1], false, 'self-signed certificate']);
  await migrate(database.pool, [{ id: 'certificates', dir }]);
  const known = await watchOf(database.sql, ids);
  expect(ids.map((id) => known.get(id)?.watch)).toMatchObject([
    { fingerprint: 'f', distrust: null, failures: 2 },
    { fingerprint: 'f', distrust: 'self-signed certificate', failures: 2 },
  ]);
});
