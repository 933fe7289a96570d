import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expiryOf } from '../local/accounts.ts';
import { judgeExposure } from './checks/network.ts';
import { isLoopbackAddress, parseListeners } from './listeners.ts';

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1388 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 0701A8C0:1388 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2 1 0 100 0 0 10 0
   2: 00000000:1389 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 3 1 0 100 0 0 10 0
   3: 0100007F:1388 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 4 1 0 100 0 0 10 0
   4: 00000000000000000000000001000000:1388 00000000000000000000000000000000:0000 0A 0 0 0 0 0 5
   5: 0000000000000000FFFF00000100007F:1388 00000000000000000000000000000000:0000 0A 0 0 0 0 0 6
   6: 00000000000000000000000000000000:1388 00000000000000000000000000000000:0000 0A 0 0 0 0 0 7`;

test('the addresses that listen on a port are read from the table of the kernel', () => {
  expect(parseListeners(table, 5000)).toEqual(['127.0.0.1', '192.168.1.7', '::1', '::ffff:7f00:1', '::']);
  expect(parseListeners(table, 5001)).toEqual(['0.0.0.0']);
  expect(parseListeners(table, 22)).toEqual([]);
});

test('any text is a table without listeners or with addresses', () => {
  fc.assert(fc.property(fc.string(), fc.nat(65_535), (text, port) => void parseListeners(text, port)));
});

test('only addresses of this machine are loopback', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', '::ffff:7f00:1'].every(isLoopbackAddress)).toBe(true);
  expect(['0.0.0.0', '::', '192.168.1.7', '::ffff:c0a8:107', '12.7.0.1'].some(isLoopbackAddress)).toBe(false);
});

describe('exposure', () => {
  const tls = async () => true;
  const noTls = async () => false;

  test.each([
    [[], noTls, 'ok'],
    [['127.0.0.1', '::1'], noTls, 'ok'],
    [['0.0.0.0'], tls, 'ok'],
    [['0.0.0.0'], noTls, 'problem'],
    [['127.0.0.1', '192.168.1.7'], noTls, 'problem'],
  ] as const)('of %o is judged with its encryption', async (addresses, isEncrypted, verdict) => {
    expect(await judgeExposure(5000, [...addresses], isEncrypted)).toMatchObject({ verdict });
  });
});

test('a key expires after hours or days, or never', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  expect(expiryOf('90d', now)?.toISOString()).toBe('2026-04-01T00:00:00.000Z');
  expect(expiryOf('12h', now)?.toISOString()).toBe('2026-01-01T12:00:00.000Z');
  expect(expiryOf('never', now)).toBeNull();
  for (const text of ['', '0d', '-1d', '1.5d', '3651d', '90', 'd', '1w']) {
    expect(() => expiryOf(text, now)).toThrow(/--expires/);
  }
});
