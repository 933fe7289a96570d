import { plainOptions } from '@nebula/proxy';
import { fakeProxy } from '@nebula/proxy/fake';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lockedHash } from './accounts.ts';
import { DomainOptions, DomainTarget } from './contract-fields.ts';
import { mostRows } from './contract-transfer.ts';
import { readSites } from './transfer-caddyfile-domains.ts';
import { type DomainFields, csvHeader, csvRecord, readCsvDomains } from './transfer-csv-domains.ts';
import { guessFormat } from './transfer-guess.ts';
import { jsonFooter, jsonHeader, jsonRecord, readJsonDomains } from './transfer-json-domains.ts';
import { judge, type PresentDomain } from './transfer-judge.ts';
import type { Keepers } from './transfer-keepers.ts';
import { statedAccounts } from './transfer-merge.ts';
import { createPace } from './transfer-pace.ts';
import { readSource } from './transfer-source.ts';
import type { ReadRow } from './transfer-stated.ts';
import { entriesOf, readZoneEntries } from './transfer-zone-domains.ts';

const providerId = '01890000-0000-7000-8000-000000000001';
const keepers: Keepers = {
  find(given) {
    if (given.kind === 'elsewhere') return given;
    const isKnown = given.providerId === providerId || given.provider === '=Home';
    return isKnown && given.zone !== undefined
      ? { kind: 'provider', providerId, zone: given.zone }
      : { code: 'provider-unknown', values: {}, sentence: 'There is no such provider.' };
  },
  guess: () => ({ kind: 'elsewhere' }),
  nameOf: () => '=Home',
};

const text = (maxLength: number) =>
  fc.string({
    unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r', '=', '-', '@', "'", '\t', '😀', '{', '\\'),
    maxLength,
  });
const port = fc.integer({ min: 1, max: 65_535 });
const host = fc.constantFrom('10.0.0.2', 'nas', 'a.example.com', '2001:db8::1', '::1');
const isTls = fc.boolean();
const target: fc.Arbitrary<DomainTarget> = fc.oneof(
  fc.record({
    kind: fc.constant('container' as const),
    name: fc.constantFrom('immich', 'a.b_c-1'),
    port,
    isTls,
  }),
  fc.record({
    kind: fc.constant('addresses' as const),
    upstreams: fc.array(fc.record({ host, port }), { minLength: 1, maxLength: 4 }),
    balance: fc.constantFrom('round_robin' as const, 'least_conn' as const, 'random' as const),
    ...{ isTls, isUnverified: fc.boolean() },
  }),
  fc.record({
    kind: fc.constant('redirect' as const),
    to: fc.webUrl({ validSchemes: ['https', 'http'], withQueryParameters: true }),
    keepsPath: fc.boolean(),
    status: fc.constantFrom(301 as const, 302 as const, 308 as const),
  }),
);
const header = fc.record({
  name: fc.constantFrom('X-A', 'Server'),
  value: fc.option(fc.constantFrom('"a, b"', '=1', '')),
});
const options: fc.Arbitrary<DomainOptions> = fc
  .record({
    compresses: fc.boolean(),
    requestHeaders: fc.array(header, { maxLength: 2 }),
    redirects: fc.array(
      fc.record({ from: fc.constant('/a,b'), to: fc.constant('/"c"'), status: fc.constant(308) }),
      { maxLength: 1 },
    ),
    maxBodyBytes: fc.option(fc.integer({ min: 1, max: 2 ** 50 })),
    retrySeconds: fc.integer({ min: 0, max: 120 }),
    snippet: fc.option(text(60)),
  })
  .map((given) => DomainOptions.parse(given));
const account = fc.record({
  username: fc.constantFrom('anna', 'b.ob@x'),
  passwordHash: fc.constantFrom('$2b$11$one', '$2b$11$other'),
});
const domain: fc.Arbitrary<DomainFields> = fc.record({
  accounts: fc
    .uniqueArray(account, { selector: ({ username }) => username, maxLength: 2 })
    .map((accounts) => statedAccounts([], accounts)),
  name: fc.domain().filter((given) => /^[a-z0-9.-]+\.[a-z]{2,}$/.test(given)),
  ...{ target, options, note: text(80), followsAddress: fc.boolean() },
  dns: fc.oneof(
    fc.constant({ kind: 'elsewhere' as const }),
    fc.constant({ kind: 'provider' as const, providerId, zone: 'example.com' }),
  ),
});

function here(fields: DomainFields): PresentDomain {
  return { ...fields, id: '01890000-0000-7000-8000-000000000002', status: 'active', records: {} };
}

function verdictsOf(rows: Iterable<ReadRow | null>, domains: readonly DomainFields[]) {
  const known = new Map(domains.map((fields) => [fields.name, fields]));
  return [...rows].flatMap((read) => {
    const fields = read?.stated === null ? undefined : known.get(read?.name ?? '');
    if (read === null || fields === undefined) return [];
    const wish = { onConflict: 'overwrite' as const, choice: undefined };
    const made = judge(read, undefined, wish, { keepers, keepsKeeper: () => false });
    const again = judge(read, here(fields), wish, { keepers, keepsKeeper: () => false });
    return [{ made: made.fields, again: again.row.verdict }];
  });
}

describe('what is exported', () => {
  test('is the same domain again from CSV and from JSON, whatever people wrote', () => {
    fc.assert(
      fc.property(fc.uniqueArray(domain, { selector: ({ name }) => name, maxLength: 5 }), (domains) => {
        // Passwords are in no file: who got in by one cannot until there is a new one, and nobody else can.
        const wanted = domains.map((made) => ({
          made: { ...made, accounts: made.accounts.map((each) => ({ ...each, passwordHash: lockedHash })) },
          again: 'same',
        }));
        const csv = csvHeader + domains.map((each) => csvRecord(each, keepers)).join('');
        expect(verdictsOf(readCsvDomains(csv, keepers), domains)).toEqual(wanted);
        const json =
          jsonHeader(new Date(0)) + domains.map((each) => jsonRecord(each, keepers)).join(',\n') + jsonFooter;
        expect(verdictsOf(readJsonDomains(json, keepers), domains)).toEqual(wanted);
      }),
    );
  });
});

describe('a row says of itself', () => {
  const csv = (...lines: string[]) => [...readCsvDomains(`${lines.join('\n')}\n`, keepers)][0] ?? null;
  const of = (accounts: string[]) =>
    [...readJsonDomains(JSON.stringify([{ name: 'a.example.com', accounts }]), keepers)][0] ?? null;

  test('that it has an account twice, or more of them than a site may', () => {
    const many = Array.from({ length: 51 }, (_, at) => `u${at}`);
    expect(of(['anna', 'bert', 'anna'])).toMatchObject({
      verdict: 'invalid',
      why: { code: 'account-twice', values: { name: 'anna' } },
    });
    expect(of(many)).toMatchObject({
      verdict: 'invalid',
      why: { code: 'accounts-many', values: { count: '51', most: '50' } },
    });
    expect(of(many.slice(1))).toMatchObject({ verdict: null });
  });

  test('the same of a Caddyfile', () => {
    const site = (usernames: string[]) => ({
      ...{ kind: 'route' as const, line: 3, hosts: ['a.example.com'], isHttpOnly: false, comment: '' },
      target: {
        kind: 'upstreams' as const,
        upstreams: [{ host: '10.0.0.2', port: 80, isTls: false, isUnverified: false }],
        balance: 'first' as const,
      },
      options: {
        ...plainOptions,
        accounts: usernames.map((username) => ({ username, passwordHash: '$2b$11$x' })),
      },
      ...{ kept: [], lost: [] },
    });
    const many = Array.from({ length: 51 }, (_, at) => `u${at}`);
    expect([...readSites([site(['anna', 'anna'])])]).toMatchObject([{ why: { code: 'account-twice' } }]);
    expect([...readSites([site(many)])]).toMatchObject([{ why: { code: 'accounts-many' } }]);
    expect([...readSites([site(['anna', 'bert'])])]).toMatchObject([
      { stated: { accounts: [{ username: 'anna' }, { username: 'bert' }] } },
    ]);
  });

  test('what it leads to only together with its kind: details alone are not lost without a word', () => {
    const target = csv('name,options', 'a.example.com,"{""target"":{""balance"":""first""}}"');
    expect(target).toMatchObject({ verdict: 'invalid', why: { code: 'kind' } });
    const place = csv('name,leads_to', 'a.example.com,web:80');
    expect(place?.why?.sentence).toContain('It is not said whether');
  });

  test('that it has no accounts where its cell is empty, and nothing where there is no such column', () => {
    const header = 'name,kind,leads_to';
    const row = 'a.example.com,container,web:80';
    expect(csv(`${header},accounts`, `${row},`)?.stated?.accounts).toEqual([]);
    expect(csv(`${header},accounts`, `${row},anna  bert`)?.stated?.accounts).toHaveLength(2);
    expect(csv(header, row)?.stated?.accounts).toBeUndefined();
  });

  test('by its export that it has no accounts, which takes away those that are elsewhere', () => {
    fc.assert(
      fc.property(domain, account, (exported, more) => {
        const read = [
          ...readCsvDomains(csvHeader + csvRecord({ ...exported, accounts: [] }, keepers), keepers),
        ];
        const present = here({ ...exported, accounts: [more] });
        const wish = { onConflict: 'overwrite' as const, choice: undefined };
        const ground = { keepers, keepsKeeper: () => false };
        const [row] = read;
        if (row === undefined || row === null) throw new TypeError('there is a row');
        expect(judge(row, present, wish, ground).fields?.accounts).toEqual([]);
      }),
    );
  });
});

describe('a row that differs from the domain that is here', () => {
  const base: DomainFields = {
    name: 'a.example.com',
    target: DomainTarget.parse({ kind: 'container', name: 'web', port: 80 }),
    options: DomainOptions.parse({
      compresses: true,
      responseHeaders: [
        { name: 'Server', value: 'ours' },
        { name: 'X-Ours', value: '1' },
      ],
    }),
    ...{ dns: { kind: 'elsewhere' }, note: 'ours', followsAddress: true },
    accounts: [{ username: 'anna', passwordHash: '$2b$11$annas' }],
  };
  const [row] = readJsonDomains(
    JSON.stringify([
      {
        name: 'A.example.com.',
        target: { kind: 'container', name: 'web', port: 81 },
        options: { responseHeaders: [{ name: 'server', value: null }] },
        note: '',
      },
    ]),
    keepers,
  );
  if (row === undefined || row === null) throw new TypeError('there is a row');
  const ground = { keepers, keepsKeeper: () => false };

  test('is told with both sides of each field, and is left when that is wanted', () => {
    const { row: told, fields } = judge(row, here(base), { onConflict: 'skip', choice: undefined }, ground);
    expect(told).toMatchObject({ verdict: 'conflict', does: 'nothing' });
    expect(told.differences.map(({ field }) => field)).toEqual([
      ...['leads_to', 'options.compresses', 'options.responseHeaders', 'note'],
    ]);
    expect(told.differences[0]).toEqual({
      field: 'leads_to',
      here: 'container web:80',
      there: 'container web:81',
    });
    expect(fields).toBeNull();
  });

  test('replaces all that it says when it overwrites', () => {
    const { fields } = judge(row, here(base), { onConflict: 'overwrite', choice: undefined }, ground);
    expect(fields).toMatchObject({ target: { port: 81 }, note: '', dns: { kind: 'elsewhere' } });
    expect(fields?.options).toMatchObject({
      compresses: false,
      responseHeaders: [{ name: 'server', value: null }],
    });
  });

  test('adds what it says and keeps the rest when it is merged', () => {
    const { fields } = judge(row, here(base), { onConflict: 'skip', choice: { does: 'merge' } }, ground);
    expect(fields).toMatchObject({ target: { port: 81 }, note: 'ours' });
    expect(fields?.options).toMatchObject({
      compresses: true,
      responseHeaders: [
        { name: 'X-Ours', value: '1' },
        { name: 'server', value: null },
      ],
    });
  });

  test('keeps the passwords that are here, and locks who has none, rather than let everybody in', () => {
    const [named] = readJsonDomains('[{"name":"a.example.com","accounts":["anna","bert"]}]', keepers);
    if (named === undefined || named === null) throw new TypeError('there is a row');
    const wish = { onConflict: 'overwrite' as const, choice: undefined };
    const { row: told, fields } = judge(named, here(base), wish, ground);
    expect(fields?.accounts).toEqual([
      { username: 'anna', passwordHash: '$2b$11$annas' },
      { username: 'bert', passwordHash: lockedHash },
    ]);
    expect(told.differences).toEqual([{ field: 'accounts', here: 'anna', there: 'anna, bert' }]);
    expect(told.notes).toMatchObject([{ code: 'accounts-locked', values: { names: 'bert' } }]);
    const { fields: silent } = judge(row, here(base), wish, ground);
    expect(silent?.accounts).toEqual(base.accounts);
  });

  test('is invalid when it would have more accounts than a site may, and is merged when it would not', () => {
    const named = (count: number) => {
      const accounts = Array.from({ length: count }, (_, at) => `u${at}`);
      const [read] = readJsonDomains(JSON.stringify([{ name: base.name, accounts }]), keepers);
      if (read === undefined || read === null) throw new TypeError('there is a row');
      return judge(read, here(base), { onConflict: 'merge', choice: undefined }, ground);
    };
    expect(named(50)).toMatchObject({
      row: { verdict: 'invalid', does: 'nothing', why: { code: 'accounts-many', values: { count: '51' } } },
      fields: null,
    });
    expect(named(49).fields?.accounts).toHaveLength(50);
  });

  test('stays as it is when its records are elsewhere, and when it is being removed', () => {
    const wish = { onConflict: 'overwrite' as const, choice: undefined };
    const moved: ReadRow = {
      ...row,
      stated: { name: 'a.example.com', dns: { kind: 'provider', providerId, zone: 'example.com' } },
    };
    const kept = judge(moved, here(base), wish, { keepers, keepsKeeper: () => true });
    const leaving = judge(row, { ...here(base), status: 'removing' }, wish, ground);
    expect(kept.row).toMatchObject({ verdict: 'left', does: 'nothing', why: { code: 'records-there' } });
    expect(leaving.row).toMatchObject({ verdict: 'left', does: 'nothing', why: { code: 'removing' } });
  });
});

test.each([
  ['[{"name":"a"}]', 'json'],
  ['\ufeff {"domains":[]}', 'json'],
  ['name,kind\na,b', 'csv'],
  ['"note";"name"\na;b', 'csv'],
  ['$ORIGIN example.com.\n@ SOA a b 1 2 3 4 5', 'zone-file'],
  ['example.com. 3600 IN A 192.0.2.1\n', 'zone-file'],
  ['{\n\temail a@example.com\n}\nexample.com {\n\treverse_proxy a:1\n}', 'caddyfile'],
  ['name.example.com {\n\treverse_proxy a:1\n}', 'caddyfile'],
])('%.30j is taken for what it is', (given, format) => {
  expect(guessFormat(given)).toBe(format);
});

test('names of a zone that lead somewhere wait for a target, and the others are left', async () => {
  const record = (name: string, type: string, value: string) => ({
    line: 1,
    record: { name, type, ttl: 60, value },
  });
  const rows = await readZoneEntries(
    [
      record('www.example.com', 'A', '192.0.2.1'),
      record('www.example.com', 'AAAA', '2001:DB8::1'),
      record('example.com', 'MX', '10 mail.example.com'),
      record('bad.example.com', 'A', '192.0.2'),
    ],
    () => undefined,
    async () => undefined,
  );
  expect(rows).toMatchObject([
    { name: 'bad.example.com', verdict: 'invalid' },
    { name: 'www.example.com', verdict: null, why: { values: { records: 'A 192.0.2.1, AAAA 2001:db8::1' } } },
    { name: 'example.com', verdict: 'left', why: { values: { types: 'MX' } } },
    { name: 'bad.example.com', verdict: 'left' },
  ]);
});

test('what a provider lists has no line, not even where it cannot be read', async () => {
  const rows = await readZoneEntries(
    entriesOf([{ name: 'bad.example.com', type: 'A', ttl: 60, values: ['192.0.2'] }]),
    () => undefined,
    async () => undefined,
  );
  expect(rows).toMatchObject([
    { line: null, verdict: 'invalid' },
    { line: null, verdict: 'left' },
  ]);
});

test('a zone of more rows than one import takes is refused before all of it is held', async () => {
  function* endless() {
    for (let line = 1; ; line += 1) yield { line, owner: '', problem: 'This cannot be read.' };
  }
  const reading = readZoneEntries(
    endless(),
    () => undefined,
    async () => undefined,
  );
  await expect(reading).rejects.toMatchObject({ code: 'TOO_MANY_ROWS' });
});

describe('ten thousand rows', () => {
  const csv =
    csvHeader +
    Array.from({ length: mostRows }, (_, at) => `site-${at}.example.com,container,web:80\r\n`).join('');
  const withCells = csv.replaceAll(',web:80\r\n', ',web:80,,,,,,\r\n');
  const parts = {
    naming: { open: async () => null, resolver: () => fail(), publicAddress: async () => fail() },
    proxy: fakeProxy(),
  };

  test('are read in turns between which others have theirs', async () => {
    let now = 0;
    let turns = 0;
    // Each look at the clock finds half a millisecond gone, so that a turn is over after 16 rows.
    const pace = createPace(() => (now += 0.5));
    const others = setInterval(() => (turns += 1), 0);
    const { rows } = await readSource(
      { text: withCells, format: 'csv' },
      keepers,
      parts,
      pace,
      new AbortController().signal,
    );
    clearInterval(others);
    expect(rows).toHaveLength(mostRows);
    expect(rows.every(({ verdict }) => verdict === null)).toBe(true);
    expect(turns).toBeGreaterThan(10);
  });

  test('are as many as one import takes', async () => {
    const one = `${withCells}one-more.example.com,container,web:80,,,,,,\r\n`;
    const read = readSource(
      { text: one, format: 'csv' },
      keepers,
      parts,
      createPace(),
      new AbortController().signal,
    );
    await expect(read).rejects.toMatchObject({ code: 'TOO_MANY_ROWS' });
  });
});

function fail(): never {
  throw new TypeError('nobody is asked here');
}
