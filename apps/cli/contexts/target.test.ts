import fc from 'fast-check';
import { expect, test } from 'vitest';
import { requireSafe, serverUrl } from './target.ts';

test.each([
  ['https://host.example/', 'https://host.example'],
  ['https://host.example:8443/nebula//', 'https://host.example:8443/nebula'],
  ['http://LOCALHOST:5000', 'http://localhost:5000'],
  ['http://[::1]:5000', 'http://[::1]:5000'],
])('%s is an address', (text, expected) => {
  expect(serverUrl(text).text).toBe(expected);
});

test.each([
  'host.example',
  'ftp://host.example',
  'https://me:secret@host.example',
  'https://h/?x=1',
  'https://h/#x',
  '',
])('%o is no address of a server', (text) => {
  expect(() => serverUrl(text)).toThrow(/address/);
});

test('an address is either refused or stays what it is', () => {
  fc.assert(
    fc.property(fc.oneof(fc.webUrl(), fc.string()), (text) => {
      let first: string;
      try {
        first = serverUrl(text).text;
      } catch {
        return;
      }
      expect(serverUrl(first).text).toBe(first);
    }),
    { numRuns: 30 },
  );
});

test.each([
  'http://127.0.0.1:5000',
  'http://127.1.2.3',
  'http://localhost',
  'http://[::1]',
  'https://host.example',
])('keys may go to %s', (text) => {
  expect(() => requireSafe(serverUrl(text), false)).not.toThrow();
});

test.each([
  'http://192.168.1.2',
  'http://localhost.example',
  'http://127.0.0.1.example',
  'http://[fe80::1]',
  'http://0.0.0.0',
])('keys may not go to %s unless asked for', (text) => {
  expect(() => requireSafe(serverUrl(text), false)).toThrow(/in the clear/);
  expect(() => requireSafe(serverUrl(text), true)).not.toThrow();
});
