import { randomBytes } from 'node:crypto';
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TestClock } from '@nebula/clock/testing';
import { temporaryDirectory, testDatabase } from '@nebula/db/testing';
import { registerSecret } from '@nebula/log';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import {
  type Audit,
  type AuditEntry,
  auditMigrations,
  createAudit,
  type EntryFilter,
  openAnchorFile,
} from './index.ts';

let database: Awaited<ReturnType<typeof testDatabase>>;
let dir: Awaited<ReturnType<typeof temporaryDirectory>>;
let audit: Audit;
const clock = new TestClock();

beforeAll(async () => {
  database = await testDatabase(inject('postgres'), [auditMigrations]);
});
beforeEach(async () => {
  dir = await temporaryDirectory();
  await asOwner('delete from audit_entries; delete from audit_seals');
  audit = createAudit({ key: randomBytes(32), clock, memory: openAnchorFile(dir.path) });
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await dir[Symbol.asyncDispose]();
});

/** What somebody who holds the database's password can do: switch the guards off. */
async function asOwner(statement: string): Promise<void> {
  await database.pool.query(
    `set session_replication_role = replica; ${statement}; set session_replication_role = default`,
  );
}

function entry(n: number): AuditEntry {
  return {
    actor: { kind: 'user', id: 'u1', name: 'Evin' },
    action: 'containers.restart',
    target: { type: 'container', id: `c${n}`, name: `web ${n}`, hostId: 'local' },
    requestId: `r${n}`,
    outcome: 'done',
    before: { n },
  };
}

async function write(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await audit.append(database.sql, entry(n));
}

test('what was written is read back newest first, page by page', async () => {
  await write(5);

  const first = await audit.list(database.sql, {}, null, 3);
  const rest = await audit.list(database.sql, {}, first.at(-1)?.id ?? null, 3);

  expect([...first, ...rest].map((row) => row.target.id)).toEqual(['c4', 'c3', 'c2', 'c1', 'c0']);
  expect(first[0]).toMatchObject({ action: 'containers.restart', before: { n: 4 }, isSealed: false });
});

test('a span of time is from its beginning to before its end, in order and page by page, by an index', async () => {
  const start = clock.now().getTime();
  for (let n = 0; n < 6; n += 1) {
    await audit.append(database.sql, entry(n));
    await clock.advance(60_000);
  }
  const at = (minute: number) => new Date(start + minute * 60_000);
  const ids = async (filter: EntryFilter, beforeId: string | null = null, limit = 10) =>
    await audit.list(database.sql, filter, beforeId, limit);
  const names = (rows: { target: { id: string } }[]) => rows.map(({ target }) => target.id);

  expect(names(await ids({ from: at(1), to: at(4) }))).toEqual(['c3', 'c2', 'c1']);
  expect(names(await ids({ from: at(4) }))).toEqual(['c5', 'c4']);
  expect(names(await ids({ to: at(2) }))).toEqual(['c1', 'c0']);
  const first = await ids({ from: at(1), to: at(4) }, null, 2);
  expect(names(await ids({ from: at(1), to: at(4) }, first.at(-1)?.id))).toEqual(['c1']);
  expect(await ids({ from: at(4), to: at(1) })).toEqual([]);

  await asOwner(`insert into audit_entries
    select gen_random_uuid(), timestamptz '2020-01-01' + n * interval '1 minute', actor_kind, actor_id, actor_name, action,
      target_type, target_id, target_name, host_id, request_id, run_id, outcome, code, details, mac, seal_no
    from generate_series(1, 20000) as n, (select * from audit_entries limit 1) as one; analyze audit_entries`);
  const plan = await database.pool.query(`explain select * from audit_entries
    where at >= '2020-01-03' and at < '2020-01-03 01:00' order by id desc limit 50`);
  expect(JSON.stringify(plan.rows)).toContain('audit_entries_by_time');
});

test('an audit that nobody touched verifies, sealed or not', async () => {
  await write(4);
  await audit.seal(database);
  await write(2);

  expect(await audit.verify(database)).toEqual({ entries: 6, seals: 1, findings: [] });
});

test.each([
  [
    'a changed entry',
    `update audit_entries set actor_name = 'Somebody' where target_id = 'c1'`,
    'entry-changed',
  ],
  [
    'changed details',
    `update audit_entries set details = '{"before":{"n":9}}' where target_id = 'c1'`,
    'entry-changed',
  ],
  ['a removed entry', `delete from audit_entries where target_id = 'c1'`, 'entry-removed'],
  [
    'an inserted entry',
    `insert into audit_entries select gen_random_uuid(), at, actor_kind, actor_id, actor_name, action, target_type, 'forged',
     target_name, host_id, request_id, run_id, outcome, code, details, mac, null from audit_entries where target_id = 'c1'`,
    'entry-changed',
  ],
  [
    'a copied entry',
    `insert into audit_entries select id, at, actor_kind, actor_id, actor_name, action, target_type, target_id,
     target_name, host_id, request_id, run_id, outcome, code, details, mac, 2 from audit_entries where target_id = 'c0'
     on conflict do nothing; update audit_entries set seal_no = 2 where target_id = 'c0'`,
    'entry-removed',
  ],
  ['a changed seal', `update audit_seals set entries = entries - 1 where no = 1`, 'seal-changed'],
  ['a removed seal', `delete from audit_seals where no = 1`, 'seal-removed'],
  [
    'the newest seal and its entries cut off',
    `delete from audit_entries where seal_no = 2; delete from audit_seals where no = 2`,
    'seal-removed',
  ],
])('%s is found', async (_name, tampering, kind) => {
  await write(3);
  await audit.seal(database);
  await audit.append(database.sql, entry(7));
  await audit.seal(database);

  await asOwner(tampering);

  const { findings } = await audit.verify(database);
  expect(findings.map((finding) => finding.kind)).toContain(kind);
});

test('entries cut off stay found after newer ones were sealed', async () => {
  for (let n = 0; n < 4; n += 1) {
    await audit.append(database.sql, entry(n));
    await audit.seal(database);
  }
  await asOwner('delete from audit_entries where seal_no > 2; delete from audit_seals where no > 2');

  for (let n = 4; n < 8; n += 1) {
    await audit.append(database.sql, entry(n));
    await audit.seal(database);
  }

  const { findings } = await audit.verify(database);
  expect(findings.map((finding) => finding.message).join()).toMatch(/Seal 4, remembered on .* was gone/);
});

test('a line torn off by a full disk neither stops sealing nor hides tampering', async () => {
  await write(1);
  await audit.seal(database);
  await appendFile(join(dir.path, 'audit-anchors.jsonl'), '{"no":2,"ma');
  await clock.advance(86_400_000);
  await write(1);

  await audit.seal(database);

  expect((await audit.verify(database)).findings).toEqual([]);
  const lines = (await readFile(join(dir.path, 'audit-anchors.jsonl'), 'utf8')).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).no)).toEqual([1, 2]);
});

test('an application that only has the tables cannot change or remove an entry', async () => {
  await write(1);

  await expect(database.pool.query(`update audit_entries set action = 'x'`)).rejects.toThrow(/append-only/);
  await expect(database.pool.query('delete from audit_entries')).rejects.toThrow(/append-only/);
});

test('secrets are taken out and hostile names are kept as text', async () => {
  registerSecret('planted-secret-1');
  const hostile = { ...entry(1), before: { password: 'hunter2hunter2', note: 'planted-secret-1' } };
  hostile.target.name = "'; drop table audit_entries; --\u0000\ud800";

  await audit.append(database.sql, hostile);

  const [row] = await audit.list(database.sql, {}, null, 1);
  expect(JSON.stringify(row)).not.toMatch(/hunter2|planted-secret/);
  expect(row?.target.name).toBe("'; drop table audit_entries; --\ufffd\ufffd");
  expect((await audit.verify(database)).findings).toEqual([]);
});

test('an entry whose details are a secret, or were made unreadable, hides no other entry', async () => {
  const after = { image: 'app:1', environment: [{ name: 'A', value: 'b' }] };
  registerSecret(JSON.stringify(after));
  await audit.append(database.sql, { ...entry(1), after });
  await audit.append(database.sql, entry(2));

  expect((await audit.list(database.sql, {}, null, 5)).map((row) => row.after)).toContain('[secret]');
  await asOwner(`update audit_entries set details = 'no JSON' where details like '%[secret]%'`);

  const rows = await audit.list(database.sql, {}, null, 5);
  expect(rows).toHaveLength(2);
  expect(rows.map((row) => row.after)).toContain('no JSON');
});
