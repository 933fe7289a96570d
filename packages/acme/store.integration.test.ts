import { newId } from '@nebula/db';
import { type TestDatabase, testDatabase } from '@nebula/db/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { acmeMigrations } from './index.ts';
import { findCertificates, insertCertificate, removeExpiredCertificates } from './store.ts';

const dayMs = 86_400_000;
const now = Date.now();
let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase(inject('postgres'), [acmeMigrations]);
});
afterAll(() => database[Symbol.asyncDispose]());

/** A certificate that was brought so many days ago and expires so many days from now. */
async function brought(ago: number, left: number): Promise<string> {
  const id = newId();
  await insertCertificate(database.sql, {
    ...{ id, subject: 'a', source: 'own', directory: null, chain: 'chain', sealedKey: 'sealed' },
    notAfter: new Date(now + left * dayMs),
    createdAt: new Date(now - ago * dayMs),
  });
  return id;
}

test('a certificate that nobody uses just now stays as long as it is good, however old it is', async () => {
  const [good, over, used] = [await brought(200, 10), await brought(200, -40), await brought(200, -41)];
  const ids = async () => (await findCertificates(database.sql, [good, over, used])).map(({ id }) => id);
  await removeExpiredCertificates(database.sql, new Date(now - 30 * dayMs), [used]);
  expect((await ids()).toSorted()).toEqual([good, used].toSorted());
  await removeExpiredCertificates(database.sql, new Date(now - 30 * dayMs), []);
  expect(await ids()).toEqual([good]);
});
