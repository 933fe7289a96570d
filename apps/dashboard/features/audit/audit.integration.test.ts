import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Caller, type TestApp, testApp } from '../../testing.ts';

let app: TestApp;
let admin: Caller;

beforeAll(async () => {
  app = await testApp(inject('postgres'));
  admin = await app.as('admin');
  // An old one among new ones: what it says is of no matter here.
  await app.signIn('viewer');
  await app.signIn('viewer');
  await app.app.resources.database.pool.query(`
    set session_replication_role = replica;
    update audit_entries set at = now() - interval '3 days' where id = (select min(id::text)::uuid from audit_entries);
    set session_replication_role = default`);
});
afterAll(async () => await app[Symbol.asyncDispose]());

async function list(query: string): Promise<{ status: number; items: { at: string }[]; fields?: unknown }> {
  const response = await admin.fetch(`/api/audit?${query}`);
  return { items: [], ...((await response.json()) as object), status: response.status };
}

test('entries of a span are found by instants and by how long ago', async () => {
  const all = (await list('limit=200')).items;
  const [newest, oldest] = [all[0]?.at ?? '', all.at(-1)?.at ?? ''];

  expect(all.length).toBeGreaterThan(1);
  expect((await list('from=1h')).items).toHaveLength(all.length - 1);
  expect((await list('from=7d&to=2d')).items).toEqual([all.at(-1)]);
  expect((await list(`from=${oldest}&to=${newest}`)).items.at(-1)).toEqual(all.at(-1));
  expect((await list(`to=${oldest}`)).items).toEqual([]);
  expect((await list(`from=${encodeURIComponent(newest.replace('Z', '+00:00'))}`)).items[0]).toEqual(all[0]);
  expect((await list(`from=7d&action=account.nothing`)).items).toEqual([]);
});

test.each(['yesterday', '0h', '2026-13-01', '2026-02-30', '-2h', '1e9d'])(
  'a time such as %s is refused with one that is right',
  async (from) => {
    const answer = await list(`from=${from}`);

    expect([answer.status, answer.fields]).toEqual([
      400,
      [{ path: 'query.from', message: expect.stringContaining('such as 2026-01-31T08:00:00Z') }],
    ]);
  },
);
