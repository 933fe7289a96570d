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

  test('gives no record to the name before one that cannot be read', () => {
    expect(records('a A 192.0.2.1\nb..x A 192.0.2.2\n  AAAA 2001:db8::2\nc A 192.0.2.3\n')).toEqual([
      '1 a.example.com 3600 A 192.0.2.1',
      expect.stringMatching(/^2 ! .*is not a name/),
      expect.stringMatching(/^3 ! .*cannot be read/),
      '4 c.example.com 3600 A 192.0.2.3',
    ]);
    expect(read('a A 192.0.2.1\nb..x A 192.0.2.2\n')[1]).toMatchObject({ owner: '' });
    expect(records('a A 192.0.2.1\n"b A 192.0.2.2\n  AAAA 2001:db8::2\n')[2]).toMatch(/^3 ! /);
  });

  test('calls a record that is wrong by its own name, which those below it have too', () => {
    const [, wrong, after] = read('a A 192.0.2.1\nb TXT "open\n  AAAA 2001:db8::2\n');
    expect(wrong).toMatchObject({ line: 2, owner: 'b.example.com' });
    expect(after).toMatchObject({ record: { name: 'b.example.com' } });
    expect(records('a A 192.0.2.1\n; comment\n\n$TTL soon\n  AAAA 2001:db8::2')[2]).toBe(
      '5 a.example.com 3600 AAAA 2001:db8::2',
    );
  });

  test.each(['$ORIGIN b..x', '$ORIGIN b c', '$ORIGIN', '$ORIGIN b "'])(
    'takes whole names only after %j, which names no zone',
    (line) => {
      expect(records(`${line}\na A 192.0.2.1\nb.example.net. A 192.0.2.2\n`)).toEqual([
        expect.stringMatching(/^1 ! /),
        expect.stringMatching(/^2 ! .*ORIGIN is missing/),
        '3 b.example.net 3600 A 192.0.2.2',
      ]);
    },
  );

  test.each([
    ['words', 'x '.repeat(200_000)],
    ['texts', '""'.repeat(200_000)],
    ['one word', 'x'.repeat(10_000_000)],
    ['one text', `"${'x'.repeat(10_000_000)}"`],
    ['one text of escapes', `"${'\\"'.repeat(1_000_000)}"`],
    ['parentheses', '()'.repeat(200_000)],
  ])('is not held up by a record of endless %s', (_what, data) => {
    const seen = [...readZoneFile(`a TXT ${data}\nb A 192.0.2.1\n`, { origin: 'example.com' })];
    const found = seen.filter((entry) => entry !== null);
    expect(found[0]).toMatchObject({ line: 1, problem: expect.stringMatching(/longer than any|not closed/) });
    expect(found[1]).toMatchObject({ line: 2, record: { name: 'b.example.com' } });
  });

  test('whose names are endless says so', () => {
    expect(records(`${'a.'.repeat(5_000_000)} A 192.0.2.1`)).toEqual([expect.stringMatching(/^1 ! /)]);
    expect(records(`$ORIGIN ${'a.'.repeat(100_000)}`)).toEqual([expect.stringMatching(/253 characters/)]);
  });

  test('lets others have turns between words and between lines that say nothing', () => {
    for (const text of [
      `a TXT (${'\n'.repeat(100_000)})`,
      '\n'.repeat(100_000),
      `a TXT ${'x '.repeat(4000)}`,
    ]) {
      expect([...readZoneFile(text, { origin: 'example.com' })]).toContain(null);
    }
  });

  test('that closes no parenthesis gives none of what comes after it to a name before', () => {
    const found = read(`a A (\n${'; filler\n'.repeat(40_000)}  AAAA 2001:db8::2\n`);
    expect(found.at(-1)).toMatchObject({ problem: expect.stringMatching(/cannot be read/) });
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
