import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatValue, parseValue, type RecordType } from '../record.ts';
import { parseNameServer } from './exchange.ts';
import { classes, decodeMessage, encodeQuestion, encodeRecord, header } from './message.ts';
import { encodeValue, typeNumbers } from './rdata.ts';
import { MalformedMessage } from './reader.ts';

const samples: [RecordType, string][] = [
  ['A', '192.0.2.1'],
  ['AAAA', '2001:db8::1'],
  ['CNAME', 'www.example.com'],
  ['MX', '10 mail.example.com'],
  ['MX', '0 .'],
  ['TXT', 'a "b" \\000 grüße'],
  ['TXT', 'x'.repeat(600)],
  ['SRV', '1 2 443 a.example'],
  ['CAA', '0 issue "letsencrypt.org"'],
  ['SOA', 'ns1.example host.example 1 2 3 4 5'],
];

test.each(samples)('%s %s comes back from the wire', (type, text) => {
  const data = encodeValue(parseValue(type, text));
  const record = encodeRecord({
    name: 'x.example',
    type: typeNumbers[type],
    class: classes.IN,
    ttl: 60,
    data,
  });

  const { answers } = decodeMessage(Buffer.concat([header({ flags: 0x8000, counts: [0, 1, 0, 0] }), record]));

  expect(answers).toMatchObject([
    { name: 'x.example', type, ttl: 60, text: formatValue(parseValue(type, text)) },
  ]);
});

test('any bytes are a message or malformed, and reading them ends', () => {
  const question = encodeQuestion({ name: 'www.example.com', type: 'A' });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(question.length), (bytes, at) => {
      for (const packet of [Buffer.from(bytes), Buffer.concat([question.subarray(0, at), bytes])]) {
        try {
          decodeMessage(packet);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedMessage);
        }
      }
    }),
    { numRuns: 3000 },
  );
});

test('a name that points at itself or forwards is malformed', () => {
  for (const target of [12, 13, 40]) {
    const packet = Buffer.concat([
      header({ flags: 0x8000, counts: [1, 0, 0, 0] }),
      Buffer.from([0xc0, target, 0, 1, 0, 1]),
    ]);
    expect(() => decodeMessage(packet)).toThrow(MalformedMessage);
  }
});

test.each([
  ['192.0.2.1', { address: '192.0.2.1', port: 53 }],
  ['192.0.2.1:5353', { address: '192.0.2.1', port: 5353 }],
  ['2001:db8::1', { address: '2001:db8::1', port: 53 }],
  ['[2001:db8::1]:5353', { address: '2001:db8::1', port: 5353 }],
  ['ns1.example.com', null],
  ['192.0.2.1:0', null],
  ['192.0.2.1:99999', null],
])('%s as a name server', (text, server) => {
  expect(parseNameServer(text)).toEqual(server);
});
