import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Caller, json } from '../../testing.ts';
import type { Domain, DomainEvent } from './contract.ts';
import { mostImportBytes } from './contract-transfer.ts';
import { transferParts } from './index.ts';
import { deleteDomain, type DomainRow, domainsOnHost, updateDomain } from './store.ts';
import { type DomainGround, domainGround, transferAs, verdictsOf } from './testing.ts';
import { importInto } from './transfer-import.ts';

let ground: DomainGround;
let operator: Caller;
let viewer: Caller;
let admin: Caller;
/** Makes names different when a test is tried a second time. */
let run = 0;

beforeAll(async () => {
  ground = await domainGround(inject('postgres'));
  operator = await ground.app.as('operator');
  ({ send, found } = transferAs(operator));
  viewer = await ground.app.as('viewer');
  admin = await ground.app.as('admin', ['*', 'account:skip-step-up']);
});
afterAll(() => ground[Symbol.asyncDispose]());

const label = () => `t${(run += 1)}-${Date.now().toString(36)}`;
let send: ReturnType<typeof transferAs>['send'];
let found: ReturnType<typeof transferAs>['found'];
const exported = async (format: string) =>
  await (await viewer.fetch(`/api/domains/export?format=${format}`)).text();

const keep = (id: string, change: Parameters<typeof updateDomain>[2]) =>
  updateDomain(ground.app.app.resources.database.sql, id, change);

/** Imports, and does something else after all rows were looked at and before anything is written. */
async function importWhile(text: string, meanwhile: () => Promise<unknown>) {
  const { resources } = ground.app.app;
  const context = resources.systemContext('somebody', AbortSignal.timeout(60_000));
  const write: typeof context.write = async (action, target, work) => {
    await meanwhile();
    return await context.write(action, target, work);
  };
  const input = {
    ...{ text, isDryRun: false, onConflict: 'overwrite' as const, leavesOutInvalid: false, choices: [] },
  };
  return await importInto({ ...context, write }, input, transferParts(resources));
}

describe('what is exported', () => {
  test('is found to be the same, and is what it was when it is imported anew', async () => {
    const name = `${label()}.${ground.zone}`;
    const body = {
      ...{ name, note: `=HYPERLINK("http://x")\n'quoted', "twice"\t` },
      target: {
        kind: 'addresses',
        upstreams: [{ host: '::1', port: 81 }],
        isTls: true,
        isUnverified: true,
        balance: 'first',
      },
      options: {
        snippet: 'header X-A "a, b"\nrespond /x "=1+1"',
        responseHeaders: [
          { name: 'X-B', value: '@"c"' },
          { name: 'Server', value: null },
        ],
        redirects: [{ from: '/a', to: '/b,c', status: 308 }],
        retrySeconds: 0,
      },
      dns: { kind: 'provider', providerId: ground.providerId, zone: ground.zone },
      followsAddress: false,
    };
    const made = (await (await operator.fetch('/api/domains', json('POST', body))).json()) as Domain;
    for (const format of ['json', 'csv']) {
      const text = await exported(format);
      const looked = await send({ text, isDryRun: true });
      expect(looked).toMatchObject({ format, isDone: false, created: 0, changed: 0 });
      expect(verdictsOf(looked)).toContain(`${name} same nothing`);
      const elsewhere = `${label()}.${ground.zone}`;
      const again = await send({ text: text.replaceAll(name, elsewhere) });
      expect(again).toMatchObject({ isDone: true, created: 1 });
      const [copy] = await found(elsewhere);
      const { target, options, dns, note, followsAddress } = made;
      expect(copy).toMatchObject({ target, options, dns, note, followsAddress, status: 'new' });
      expect(again.rows.find((row) => row.name === elsewhere)).toMatchObject({ id: copy?.id });
      await ground.app.app.resources.database.sql.execute(`delete from domains where name = '${elsewhere}'`);
    }
    expect(await exported('csv')).toContain(`"'=HYPERLINK(""http://x"")`);
  });

  test('has a name and a type that browsers keep it by', async () => {
    const response = await viewer.fetch('/api/domains/export?format=csv');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toMatch(/filename="domains-\d{4}-\d\d-\d\d\.csv"/);
  });
});

test('a change that says nothing of a note keeps it, as an import does', async () => {
  const name = `${label()}.home.test`;
  const target = { kind: 'container', name: 'web', port: 80 };
  await send({ text: JSON.stringify([{ name, target, note: 'mine' }]) });
  const [{ id = '', version = 0 } = {}] = await found(name);
  const change = json('PATCH', { version, followsAddress: false });
  expect(await (await operator.fetch(`/api/domains/${id}`, change)).json()).toMatchObject({
    ...{ note: 'mine', followsAddress: false, isChanged: false },
  });
  await send({ text: JSON.stringify([{ name, followsAddress: true }]), onConflict: 'overwrite' });
  expect((await found(name))[0]).toMatchObject({ note: 'mine', followsAddress: true, target });
});

describe('an import', () => {
  test('is all or nothing, in one transaction, unless invalid rows are left out', async () => {
    const id = label();
    const text = `name,kind,leads_to\n${id}-a.home.test,container,web:80\n${id}-b.home.test,container,web:0\n${id}-a.home.test,container,x:1\n`;
    const looked = await send({ text, isDryRun: true });
    expect(verdictsOf(looked)).toEqual([
      `${id}-a.home.test new create`,
      `${id}-b.home.test invalid nothing`,
      `${id}-a.home.test invalid nothing`,
    ]);
    expect(looked.rows.map(({ line, why }) => [line, why?.code])).toEqual([
      [2, undefined],
      [3, 'field'],
      [4, 'twice'],
    ]);
    expect(await send({ text })).toMatchObject({
      code: 'ROWS_INVALID',
      fields: [{ path: 'body.text:3' }, { path: 'body.text:4' }],
    });
    expect(await found(id)).toEqual([]);
    expect(await send({ text, leavesOutInvalid: true })).toMatchObject({ isDone: true, created: 1 });
    const [domain] = await found(id);
    expect(domain).toMatchObject({ name: `${id}-a.home.test`, status: 'new', isChanged: false });
    const events = (await (await viewer.fetch(`/api/domains/${domain?.id}/events`)).json()) as {
      items: DomainEvent[];
    };
    expect(events.items).toMatchObject([{ kind: 'created', actor: 'operator' }]);
    const audit = (await (await admin.fetch('/api/audit?action=domains.import')).json()) as {
      items: { outcome: string }[];
    };
    expect(audit.items.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(['done', 'failed']));
  });

  test('changes a domain only where that is wanted, and says that its next run makes it so', async () => {
    const name = `${label()}.home.test`;
    const row = (port: number, note: string) =>
      JSON.stringify([{ name, target: { kind: 'container', name: 'web', port }, note }]);
    await send({ text: row(80, 'first') });
    const [before] = await found(name);
    await updateDomain(ground.app.app.resources.database.sql, before?.id ?? '', { status: 'active' });

    expect(verdictsOf(await send({ text: row(81, '') }))).toEqual([`${name} conflict nothing`]);
    expect((await found(name))[0]).toMatchObject({ version: 1, isChanged: false });
    const merged = await send({ text: row(81, ''), onConflict: 'merge' });
    expect(merged.rows[0]).toMatchObject({
      ...{ verdict: 'conflict', does: 'change', id: before?.id },
      differences: [
        { field: 'leads_to', here: 'container web:80', there: 'container web:81' },
        { field: 'note', here: 'first', there: '' },
      ],
    });
    expect((await found(name))[0]).toMatchObject({
      ...{ version: 2, note: 'first', isChanged: true, status: 'active' },
      target: { port: 81 },
    });
    await send({ text: row(82, ''), choices: [{ name, does: 'overwrite' }] });
    expect((await found(name))[0]).toMatchObject({ version: 3, note: '', target: { port: 82 } });
    const out = { text: row(83, ''), onConflict: 'overwrite', choices: [{ name, does: 'leave-out' }] };
    expect(verdictsOf(await send(out))).toEqual([`${name} conflict nothing`]);
  });

  test.each([
    ['a person changed', (row: DomainRow) => keep(row.id, { note: 'theirs', version: row.version + 1 })],
    ['is being removed', (row: DomainRow) => keep(row.id, { status: 'removing' })],
    ['is gone', (row: DomainRow) => deleteDomain(ground.app.app.resources.database.sql, row.id)],
  ])('writes nothing when a domain %s while it was looked at', async (_what, meanwhile) => {
    const name = `${label()}.home.test`;
    const target = { kind: 'container', name: 'web', port: 80 };
    await send({ text: JSON.stringify([{ name, target, note: 'first' }]) });
    const { sql } = ground.app.app.resources.database;
    const [row] = [...(await domainsOnHost(sql, 'local', [name])).values()];
    if (row === undefined) throw new TypeError('it was imported');
    const other = `other-${name}`;
    const text = JSON.stringify([
      { name: other, target },
      { name, target, note: 'ours' },
    ]);
    const importing = importWhile(text, () => meanwhile(row));

    await expect(importing).rejects.toMatchObject({ code: 'CHANGED_MEANWHILE' });
    expect(await found(other)).toEqual([]);
    expect((await domainsOnHost(sql, 'local', [name])).get(name)?.note).not.toBe('ours');
  });

  test('writes nothing when somebody adds one of its domains while it looks', async () => {
    const name = `${label()}.home.test`;
    const text = JSON.stringify([
      { name, target: { kind: 'container', name: 'web', port: 80 }, note: 'ours' },
    ]);
    const importing = importWhile(text, () => send({ text: text.replace('ours', 'theirs') }));

    await expect(importing).rejects.toMatchObject({ code: 'CHANGED_MEANWHILE' });
    expect((await found(name))[0]).toMatchObject({ note: 'theirs' });
  });

  test('goes on when only a run changed what it knows of a domain, and says that its next one makes it so', async () => {
    const name = `${label()}.home.test`;
    const row = (port: number) =>
      JSON.stringify([{ name, target: { kind: 'container', name: 'web', port } }]);
    await send({ text: row(80) });
    const [{ id = '' } = {}] = await found(name);
    await importWhile(row(81), () => keep(id, { status: 'active', records: { A: ['192.0.2.1'] } }));

    expect((await found(name))[0]).toMatchObject({ version: 2, status: 'active', isChanged: true });
  });

  test('takes ten thousand rows, all of them or none', async () => {
    const id = label();
    const rows = Array.from(
      { length: 10_000 },
      (_, at) => `${id}-${at}.many.test,container,web:80,note ${at}`,
    );
    const text = `name,kind,leads_to,note\n${rows.join('\n')}\n`;
    expect(await send({ text: `${text}${id}-more.many.test,container,web:80,x\n` })).toMatchObject({
      code: 'TOO_MANY_ROWS',
    });
    const done = await send({ text });
    expect(done).toMatchObject({ isDone: true, created: 10_000, counts: { new: 10_000 } });
    const edited = text.replaceAll(',note ', ',another ');
    expect(await send({ text: edited, onConflict: 'overwrite' })).toMatchObject({ changed: 10_000 });
    expect(await send({ text: edited, isDryRun: true })).toMatchObject({ counts: { same: 10_000 } });
    const out = (await exported('csv')).split('\r\n').filter((line) => line.includes('.many.test'));
    expect(out).toHaveLength(10_000);
    await ground.app.app.resources.database.sql.execute(`delete from domains where name like '%.many.test'`);
  }, 240_000);

  test.each([
    [{ text: 'not json', format: 'json' }, 422, 'FILE_UNREADABLE'],
    [{ text: '{"items":[]}', format: 'json' }, 422, 'FILE_UNREADABLE'],
    [{ text: 'name,owner\na.home.test,x\n', format: 'csv' }, 422, 'FILE_UNREADABLE'],
    [{ text: 'kind,leads_to\ncontainer,a:1\n', format: 'csv' }, 422, 'FILE_UNREADABLE'],
    [{ text: '   ' }, 422, 'FILE_UNREADABLE'],
    [{ text: 'a.home.test {\n\tnonsense\n}\n', format: 'caddyfile' }, 422, 'FILE_UNREADABLE'],
    [{ format: 'csv' }, 400, 'BAD_INPUT'],
    [{ text: 'x', format: 'provider-zone', zone: 'home.test' }, 400, 'BAD_INPUT'],
    [{ text: 'x', format: 'xml' }, 400, 'BAD_INPUT'],
    [{ text: 'x'.repeat(11 * 1024 * 1024) }, 413, 'TOO_LARGE'],
    [
      { format: 'provider-zone', providerId: '01890000-0000-7000-8000-00000000000f', zone: 'home.test' },
      422,
      'PROVIDER_UNKNOWN',
    ],
  ])('of %.80j is refused', async (body, status, code) => {
    const response = await operator.fetch('/api/domains/import', json('POST', body));
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, code]);
  });

  test('that is too large is told how much is taken at once', async () => {
    const text = '"'.repeat(6 * 1024 * 1024);
    const response = await operator.fetch('/api/domains/import', json('POST', { text, format: 'json' }));
    expect(await response.json()).toMatchObject({
      ...{ code: 'TOO_LARGE', data: { maxBytes: mostImportBytes } },
      detail: expect.stringContaining('10 MiB'),
    });
  });

  test('finds texts that no database keeps to be invalid, and goes on', async () => {
    const target = { kind: 'container', name: 'web', port: 80 };
    const id = label();
    const rows = [
      { name: `${id}-a.home.test`, target, note: 'a\0b' },
      { name: `${id}-b.home.test`, target, note: 'a\ud800b' },
      { name: `${id}-c.home.test`, target, options: { snippet: 'respond "\udc00"' } },
      { name: `${id}-d.home.test`, target: { kind: 'redirect', to: 'https://x/\ud800' } },
      { name: `${id}-e\ud800.home.test`, target },
      { name: `${id}-f.home.test`, target, options: { compress: true } },
      { name: `${id}-g.home.test`, target, dns: { kind: 'provider', provider: 'nobody', zone: 'home.test' } },
      { name: `${id}-h.home.test`, target },
    ];
    const done = await send({ text: JSON.stringify(rows), leavesOutInvalid: true });
    expect(done.rows.map(({ verdict }) => verdict)).toEqual([...Array<string>(7).fill('invalid'), 'new']);
    expect(done.rows[5]?.why?.values).toMatchObject({ field: 'options.compress' });
    const csv = `name,kind,leads_to,note\n${id}-i.home.test,container,web:80,a\0b\n${id}-j.home.test,container,web:80,a\ud800b\n`;
    expect((await send({ text: csv, isDryRun: true })).counts).toMatchObject({ invalid: 2 });
  });

  test('is not for those who may only look', async () => {
    expect(await transferAs(viewer).send({ text: '[]', isDryRun: true })).toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});
