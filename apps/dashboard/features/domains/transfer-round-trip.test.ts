import { plainOptions } from '@nebula/proxy';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lockedHash } from './accounts.ts';
import { DomainOptions, DomainTarget } from './contract-fields.ts';
import { readSites } from './transfer-caddyfile-domains.ts';
import { type DomainFields, csvHeader, csvRecord, readCsvDomains } from './transfer-csv-domains.ts';
import { jsonFooter, jsonHeader, jsonRecord, readJsonDomains } from './transfer-json-domains.ts';
import { judge } from './transfer-judge.ts';
import { statedAccounts } from './transfer-merge.ts';
import type { ReadRow } from './transfer-stated.ts';
import { here, keepers, providerId } from './transfer-testing.ts';

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
