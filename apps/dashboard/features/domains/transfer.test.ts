import { fakeProxy } from '@nebula/proxy/fake';
import { describe, expect, test } from 'vitest';
import { lockedHash } from './accounts.ts';
import { DomainOptions, DomainTarget } from './contract-fields.ts';
import { mostRows } from './contract-transfer.ts';
import { type DomainFields, csvHeader } from './transfer-csv-domains.ts';
import { guessFormat } from './transfer-guess.ts';
import { readJsonDomains } from './transfer-json-domains.ts';
import { judge } from './transfer-judge.ts';
import { createPace } from './transfer-pace.ts';
import { readSource } from './transfer-source.ts';
import type { ReadRow } from './transfer-stated.ts';
import { here, keepers, providerId } from './transfer-testing.ts';
import { entriesOf, readZoneEntries } from './transfer-zone-domains.ts';

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
    naming: {
      open: async () => null,
      holding: async () => null,
      resolver: () => fail(),
      publicAddress: async () => fail(),
    },
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
