import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  absoluteName,
  bytesOfText,
  canonicalName,
  canonicalValue,
  compareNames,
  gatherRrsets,
  InvalidRecord,
  nameOrNull,
  quotedText,
  type RecordType,
  recordTypes,
  relativeName,
  textOfBytes,
  writableRrset,
  zoneHolding,
} from '../record.ts';

describe('names', () => {
  test.each([
    ['Example.COM.', 'example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    ['_acme-challenge.a.example', '_acme-challenge.a.example'],
    ['*.example.com', '*.example.com'],
    ['１.example', '1.example'],
    ['.', '.'],
    ['日本語。例え', 'xn--wgv71a119e.xn--r8jz45g'],
  ])('%s is kept as %s', (text, name) => {
    expect(canonicalName(text)).toBe(name);
  });

  test.each([
    '',
    '..',
    'a..b',
    '-a.example',
    'a-.example',
    'a b.example',
    'a.*.example',
    `${'x'.repeat(64)}.example`,
    'a/b',
    'x\u0000y.example',
    'http://x',
  ])('%j is no name', (text) => {
    expect(nameOrNull(text)).toBeNull();
  });

  test('a canonical name stays as it is, and whatever comes in is a name or a refusal', () => {
    fc.assert(
      fc.property(fc.oneof(fc.domain(), fc.string(), fc.string({ unit: 'binary' })), (text) => {
        const name = nameOrNull(text);
        if (name !== null) expect(canonicalName(name)).toBe(name);
      }),
    );
  });

  test('a name below a zone goes to its short form and back', () => {
    expect(relativeName('www.example.com', 'example.com')).toBe('www');
    expect(relativeName('example.com', 'example.com')).toBe('@');
    for (const text of ['www', 'www.example.com', 'www.example.com.'])
      expect(absoluteName(text, 'example.com')).toBe('www.example.com');
    expect(absoluteName('@', 'example.com')).toBe('example.com');
    expect(absoluteName('notexample.com', 'example.com')).toBe('notexample.com.example.com');
  });

  test('the longest zone holds a name, whole labels only', () => {
    const zones = ['example.com', 'sub.example.com', 'com'];
    expect(zoneHolding('a.sub.example.com', zones)).toBe('sub.example.com');
    expect(zoneHolding('notsub.example.com', zones)).toBe('example.com');
    expect(zoneHolding('example.net', zones)).toBeNull();
  });

  test('order goes by labels from the right', () => {
    const names = ['b.example', 'a.b.example', 'example', 'z.a.example', 'a.example'];
    expect(names.sort(compareNames)).toEqual([
      'example',
      'a.example',
      'z.a.example',
      'b.example',
      'a.b.example',
    ]);
  });
});

describe('texts', () => {
  test('any bytes survive the way into text and back, and into the form of zone files and back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), (bytes) => {
        expect(Buffer.from(bytesOfText(textOfBytes(bytes)))).toEqual(Buffer.from(bytes));
        expect(Buffer.from(bytesOfText(quotedText(bytes)))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test('readable text is kept as it is typed', () => {
    for (const text of ['v=spf1 include:_spf.example.com -all', 'grüße 🚀', 'a "b" c', 'k=v; p=AB+/=='])
      expect(canonicalValue('TXT', text)).toBe(text);
    expect(canonicalValue('TXT', '"one" "two"')).toBe('onetwo');
    expect(canonicalValue('TXT', 'tab\there')).toBe('tab\\009here');
    expect(canonicalValue('TXT', 'C:\\x')).toBe('C:\\\\x');
  });

  test('strings in the form of zone files are at most 255 bytes', () => {
    const strings = [...quotedText(Buffer.from('a'.repeat(600))).matchAll(/"([^"]*)"/g)].map(
      ([, inner = '']) => inner.length,
    );
    expect(strings).toEqual([255, 255, 90]);
  });
});

describe('values', () => {
  const good: Partial<Record<RecordType, [string, string][]>> = {
    A: [['192.0.2.1', '192.0.2.1']],
    AAAA: [
      ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
      ['::ffff:192.0.2.1', '::ffff:c000:201'],
    ],
    MX: [
      ['10  Mail.Example.COM.', '10 mail.example.com'],
      ['0 .', '0 .'],
    ],
    SRV: [['1 2 443 a.example.', '1 2 443 a.example']],
    CAA: [
      ['0 ISSUE letsencrypt.org', '0 issue "letsencrypt.org"'],
      ['128 issuewild ";"', '128 issuewild ";"'],
    ],
    SOA: [['ns1.example. host.example. 1 2 3 4 5', 'ns1.example host.example 1 2 3 4 5']],
  };
  const bad: Partial<Record<RecordType, string[]>> = {
    A: ['256.1.1.1', '1.2.3', '01.2.3.4', '::1', 'a', '1.2.3.4\n'.repeat(2)],
    AAAA: ['1.2.3.4', ':::', 'g::1', '[::1]', '1::2::3', '2001:db8::1/64'],
    MX: ['mail.example.com', '70000 a.example', '-1 a.example', '10 a b'],
    SRV: ['1 2 a.example', '1 2 99999 a.example'],
    CAA: ['0 issue', '256 issue "x"', '0 is-sue "x"', '0 issue "a"b"'],
    CNAME: ['', 'a b'],
  };

  test.each(
    recordTypes.flatMap((type) => (good[type] ?? []).map(([text, value]) => ({ type, text, value }))),
  )('$type $text is kept as $value', ({ type, text, value }) => {
    expect(canonicalValue(type, text)).toBe(value);
    expect(canonicalValue(type, value)).toBe(value);
  });

  test.each(recordTypes.flatMap((type) => (bad[type] ?? []).map((text) => ({ type, text }))))(
    '$type $text is refused with a sentence',
    ({ type, text }) => {
      expect(() => canonicalValue(type, text)).toThrow(InvalidRecord);
    },
  );

  test('whatever is written, it is kept in one form or refused', () => {
    fc.assert(
      fc.property(fc.constantFrom(...recordTypes), fc.string({ unit: 'binary' }), (type, text) => {
        try {
          const value = canonicalValue(type, text);
          expect(canonicalValue(type, value)).toBe(value);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidRecord);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('rrsets', () => {
  test('single records come together; a set of which a part is not understood is left alone whole', () => {
    const record = (name: string, type: string, value: string, ttl = 300) => ({ name, type, ttl, value });

    const { rrsets, others } = gatherRrsets([
      record('B.example.', 'A', '192.0.2.2', 600),
      record('b.example', 'A', '192.0.2.1', 60),
      record('b.example', 'A', '192.0.2.2'),
      record('c.example', 'A', '192.0.2.1'),
      record('C.example', 'A', 'PARK'),
      record('c.example', 'HTTPS', '1 .'),
    ]);

    expect(rrsets).toEqual([{ name: 'b.example', type: 'A', ttl: 60, values: ['192.0.2.1', '192.0.2.2'] }]);
    expect(others).toEqual([
      { name: 'c.example', type: 'A', count: 2 },
      { name: 'c.example', type: 'HTTPS', count: 1 },
    ]);
  });

  test.each([
    [{ type: 'CNAME' as const, values: ['a.example.net', 'b.example.net'] }, 'values'],
    [{ type: 'CNAME' as const, values: ['x.zone.example'] }, 'values'],
    [{ type: 'CNAME' as const, values: ['x'], name: 'zone.example' }, 'type'],
    [{ type: 'MX' as const, values: ['10 mail'] }, 'values'],
    [{ type: 'A' as const, values: ['192.0.2.1'], ttl: 0 }, 'ttl'],
    [{ type: 'A' as const, values: ['192.0.2.1'], ttl: 1.5 }, 'ttl'],
    [{ type: 'A' as const, values: [] }, 'values'],
    [{ type: 'SOA' as const, values: ['a.b c.d 1 2 3 4 5'] }, 'type'],
    [{ type: 'A' as const, values: ['192.0.2.1'], name: 'x.other.example' }, 'name'],
  ])('%j may not be written: %s', (changes, field) => {
    const rrset = { name: 'x.zone.example', ttl: 300, ...changes };
    expect(() => writableRrset(rrset, 'zone.example')).toThrow(expect.objectContaining({ field }));
  });
});
