import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canonicalRrset,
  gatherRrsets,
  parseValue,
  readZoneFile,
  relativeName,
  type Rrset,
  zoneFileValue,
} from './index.ts';

function read(text: string, origin: string | null = 'example.com') {
  return [...readZoneFile(text, { origin })].flatMap((entry) => (entry === null ? [] : [entry]));
}

function records(text: string, origin: string | null = 'example.com') {
  return read(text, origin).map((entry) => {
    if ('problem' in entry) return `${entry.line} ! ${entry.problem}`;
    const { name, type, ttl, value } = entry.record;
    return `${entry.line} ${name} ${ttl} ${type} ${value}`;
  });
}

describe('a zone file', () => {
  test('is read as BIND reads it: origins, times, owners that are left out, parentheses, comments', () => {
    expect(
      records(`$TTL 1h ; an hour
$ORIGIN example.com.
@   IN SOA ns1 hostmaster.example.com. (
        2026112601 ; serial
        3h 15m 1w 300 )
    IN NS ns1
    NS ns2.example.net.
ns1 300 IN A 192.0.2.1
www IN 600 A 192.0.2.2
    AAAA 2001:db8::2
*.apps CNAME www
$ORIGIN sub
a A 192.0.2.3
@ MX 10 mail
$ORIGIN .
b.example.com 60 CNAME www.example.com.
`),
    ).toEqual([
      '3 example.com 3600 SOA ns1.example.com hostmaster.example.com 2026112601 10800 900 604800 300',
      '6 example.com 3600 NS ns1.example.com',
      '7 example.com 3600 NS ns2.example.net',
      '8 ns1.example.com 300 A 192.0.2.1',
      '9 www.example.com 600 A 192.0.2.2',
      '10 www.example.com 3600 AAAA 2001:db8::2',
      '11 *.apps.example.com 3600 CNAME www.example.com',
      '13 a.sub.example.com 3600 A 192.0.2.3',
      '14 sub.example.com 3600 MX 10 mail.sub.example.com',
      '16 b.example.com 60 CNAME www.example.com',
    ]);
  });

  test('has texts in quotes, with semicolons, escapes and parentheses in them', () => {
    const [dmarc, dkim, plain] = gatherRrsets(
      read(
        [
          '_dmarc TXT "v=DMARC1; p=none" ; a comment',
          'k1 TXT ( "first; " ; cut',
          '  "(second) \\"q\\" \\\\ \\233" )',
          'x TXT plain',
        ].join('\n'),
      ).flatMap((entry) => ('record' in entry ? [entry.record] : [])),
    ).rrsets;
    expect(dmarc?.values).toEqual(['v=DMARC1; p=none']);
    expect(dkim?.values).toEqual(['first; (second) "q" \\\\ \\233']);
    expect(plain?.values).toEqual(['plain']);
  });

  test.each([
    ['$INCLUDE other.zone', /not followed/],
    ['$GENERATE 1-9 a$ A 192.0.2.$', /not known/],
    ['$TTL 1h 2h', /takes one word/],
    ['$TTL soon', /no time to live/],
    ['a CH A 192.0.2.1', /class CH/],
    ['a', /type is missing/],
    ['a A', /data/],
    ['  A 192.0.2.1', /first record has no name/],
    ['a TXT "open', /quote is not closed/],
    ['a A ( 192.0.2.1', /not closed/],
    ['a A 192.0.2.1 )', /not opened/],
    ['a TXT "\\999"', /no byte/],
    ['a..b A 192.0.2.1', /is not a name/],
  ])('says of %j what is wrong, and in which line', (line, sentence) => {
    const [first, second] = read(`${line}\nok A 192.0.2.9\n`);
    expect(first).toMatchObject({ line: 1, problem: expect.stringMatching(sentence) });
    if (!line.includes('(')) {
      expect(second).toMatchObject({ line: 2, record: { name: 'ok.example.com', value: '192.0.2.9' } });
    }
  });

  test('without an origin takes whole names only', () => {
    expect(records('a A 192.0.2.1\nb.example.com. A 192.0.2.2\n', null)).toEqual([
      expect.stringMatching(/^1 ! .*ORIGIN is missing/),
      '2 b.example.com 3600 A 192.0.2.2',
    ]);
  });

  test('that closes no parenthesis does not swallow all that comes after it', () => {
    const found = read(`a A (\n${'; filler\n'.repeat(40_000)}b A 192.0.2.1\n`);
    expect(found.at(-1)).toMatchObject({ record: { name: 'b.example.com' } });
  });

  const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
  const name = label.map((text) => `${text}.example.com`);
  const rrset: fc.Arbitrary<Rrset> = fc
    .oneof(
      fc.ipV4().map((value) => ({ type: 'A' as const, value })),
      fc
        .ipV6()
        .filter((text) => !text.includes('.'))
        .map((value) => ({ type: 'AAAA' as const, value })),
      name.map((value) => ({ type: 'CNAME' as const, value })),
      fc.tuple(fc.nat(65_535), name).map(([at, host]) => ({ type: 'MX' as const, value: `${at} ${host}` })),
      fc.string({ unit: 'binary', maxLength: 300 }).map((text) => ({
        type: 'TXT' as const,
        value: text.toWellFormed().replaceAll('\\', '\\\\').replace(/^\s*"/, 'q').trim(),
      })),
    )
    .chain(({ type, value }) =>
      fc
        .record({ name, ttl: fc.integer({ min: 1, max: 1e6 }) })
        .map((rest) => ({ ...rest, type, values: [value] })),
    );

  test('that was written from records has the same records', () => {
    fc.assert(
      fc.property(rrset, fc.boolean(), (given, isRelative) => {
        const wanted = canonicalRrset(given);
        const owner = isRelative ? relativeName(wanted.name, 'example.com') : `${wanted.name}.`;
        const value = zoneFileValue(parseValue(wanted.type, wanted.values[0] ?? ''));
        const found = read(`${owner} ${wanted.ttl} IN ${wanted.type} ${value}\n`);
        expect(
          gatherRrsets(found.flatMap((entry) => ('record' in entry ? [entry.record] : []))).rrsets,
        ).toEqual([wanted]);
      }),
    );
  });

  test('that is anything at all is records or problems, never an error', () => {
    const text = fc.string({
      unit: fc.constantFrom(
        'a',
        '.',
        '@',
        '$',
        ' ',
        '\n',
        '\t',
        '(',
        ')',
        '"',
        ';',
        '\\',
        '1',
        'A',
        'IN',
        'TXT',
        'ORIGIN',
      ),
    });
    fc.assert(
      fc.property(text, (given) => {
        for (const entry of read(given)) expect(entry.line).toBeGreaterThan(0);
      }),
    );
  });
});
