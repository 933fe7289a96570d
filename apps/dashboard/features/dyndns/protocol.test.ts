import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressText, readAddress, readUpdate } from './protocol.ts';

const caller = '9.8.7.6';
const asked = (query: Parameters<typeof readUpdate>[0], from = caller) => readUpdate(query, from);

test('names and addresses of both families are read from lists', () => {
  expect(asked({ hostname: 'A.example.com, b.example.com.', myip: '1.2.3.4,2606:4700::0:9' })).toEqual({
    names: ['a.example.com', 'b.example.com'],
    addresses: { A: '1.2.3.4', AAAA: '2606:4700::9' },
  });
  expect(asked({ hostname: 'a.example.com', myip: '1.2.3.4', myipv6: '2606:4700::9' })).toMatchObject({
    addresses: { A: '1.2.3.4', AAAA: '2606:4700::9' },
  });
});

test('an address that is left out or empty is that of the caller, unless the other family was told', () => {
  expect(asked({ hostname: 'a.example.com' })).toMatchObject({ addresses: { A: caller } });
  expect(asked({ hostname: 'a.example.com', myip: '', myipv6: '' }, '::ffff:9.8.7.6')).toMatchObject({
    addresses: { A: caller },
  });
  expect(asked({ hostname: 'a.example.com', myip: '', myipv6: '2606:4700::9' })).toEqual({
    names: ['a.example.com'],
    addresses: { AAAA: '2606:4700::9' },
  });
  expect(asked({ hostname: 'a.example.com' }, '192.168.178.1')).toEqual({
    answer: 'dnserr',
    refused: 'private',
  });
});

test.each([
  [undefined, 'notfqdn'],
  ['', 'notfqdn'],
  [',,', 'notfqdn'],
  ['router', 'notfqdn'],
  ['a..example.com', 'notfqdn'],
  ['<domain>', 'notfqdn'],
  [Array.from({ length: 21 }, (_, n) => `n${n}.example.com`).join(','), 'numhost'],
])('the names %s are answered %s', (hostname, answer) => {
  expect(asked({ hostname, myip: '1.2.3.4' })).toEqual({ answer, refused: null });
});

test.each([
  ['10.1.2.3', 'private'],
  ['172.31.0.1', 'private'],
  ['192.168.178.20', 'private'],
  ['fd12::1', 'private'],
  ['100.64.0.1', 'carrier-grade-nat'],
  ['100.127.255.254', 'carrier-grade-nat'],
  ['127.0.0.1', 'this-machine'],
  ['::1', 'this-machine'],
  ['0.0.0.0', 'unusable'],
  ['192.0.2.1', 'unusable'],
  ['198.51.100.9', 'unusable'],
  ['203.0.113.77', 'unusable'],
  ['198.18.0.1', 'unusable'],
  ['224.0.0.1', 'unusable'],
  ['255.255.255.255', 'unusable'],
  ['169.254.1.1', 'unusable'],
  ['fe80::1', 'unusable'],
  ['fe80::1%eth0', 'unusable'],
  ['ff02::1', 'unusable'],
  ['2001:db8::1', 'unusable'],
  ['64:ff9b::102:304', 'unusable'],
  ['::ffff:10.0.0.1', 'private'],
  ['2002:a00:1::1', 'private'],
  ['1.2.3', 'unread'],
  ['1.2.3.4/24', 'unread'],
  ['<ipaddr>', 'unread'],
  ['2606:4700::1%eth0', 'unusable'],
])('the address %s is refused as %s, also beside one that is public', (myip, refused) => {
  expect(asked({ hostname: 'a.example.com', myip })).toEqual({ answer: 'dnserr', refused });
  expect(asked({ hostname: 'a.example.com', myip: `1.2.3.4,${myip}` })).toEqual({
    answer: 'dnserr',
    refused,
  });
});

test('whatever is sent, an answer of the protocol or public addresses come of it', () => {
  const text = fc.option(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.domain()), { nil: undefined });
  fc.assert(
    fc.property(text, text, text, (hostname, myip, myipv6) => {
      const read = asked({ hostname, myip, myipv6 });
      if ('answer' in read) {
        expect(['notfqdn', 'numhost', 'dnserr']).toContain(read.answer);
        return;
      }
      for (const address of addressText(read.addresses).split(',')) {
        expect(readAddress(address)).toMatchObject({ address });
      }
      expect(read.names.length).toBeGreaterThan(0);
    }),
  );
});
