import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isWithin, placeOf } from './index.ts';

test.each([
  ['1.1.1.1', 'public'],
  ['8.8.8.8', 'public'],
  ['172.15.255.255', 'public'],
  ['2606:4700:4700::1111', 'public'],
  ['2003:e5::1', 'public'],
  ['10.0.0.1', 'home'],
  ['172.31.0.9', 'home'],
  ['192.168.1.20', 'home'],
  ['100.64.0.1', 'home'],
  ['fd12:3456::1', 'home'],
  ['127.0.0.1', 'machine'],
  ['127.8.8.8', 'machine'],
  ['::1', 'machine'],
  ['0.0.0.0', 'never'],
  ['::', 'never'],
  ['169.254.169.254', 'never'],
  ['fe80::1', 'never'],
  ['fe80::1%eth0', 'never'],
  ['224.0.0.1', 'never'],
  ['ff02::1', 'never'],
  ['255.255.255.255', 'never'],
  ['::ffff:127.0.0.1', 'machine'],
  ['::ffff:7f00:1', 'machine'],
  ['::ffff:169.254.169.254', 'never'],
  ['64:ff9b::a00:1', 'home'],
  ['64:ff9b::101:101', 'public'],
  ['2002:7f00:1::1', 'machine'],
  ['2002:a9fe:a9fe::', 'never'],
  ['not an address', 'never'],
])('%s is %s', (address, place) => {
  expect(placeOf(address)).toBe(place);
});

test('every address has a place, and a wider reach reaches all that a narrower one does', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
      const place = placeOf(address);
      if (isWithin('public', place)) expect(isWithin('home', place)).toBe(true);
      if (isWithin('home', place)) expect(isWithin('machine', place)).toBe(true);
    }),
  );
});

test('an IPv4 address is judged the same when an IPv6 address carries it', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      expect(placeOf(`::ffff:${address}`)).toBe(placeOf(address));
    }),
  );
});
