import { systemClock } from '@nebula/clock';
import { type PowerDns, startPowerDns } from '@nebula/testbed';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conformance } from './conformance.ts';
import { openRfc2136, type Rfc2136Options } from './drivers/rfc2136/index.ts';
import {
  absent,
  type Dns,
  DnsConflict,
  openDriver,
  parseValue,
  processLocks,
  type Rrset,
  zoneFileValue,
} from './index.ts';

describe('dynamic updates at a real PowerDNS', () => {
  const zone = 'updates.example';
  let server: PowerDns;
  let secret: string;
  let dns: Dns;

  beforeAll(async () => {
    server = await startPowerDns();
    await server.addZone(zone);
    await server.addZone('forbidden.example');
    secret = await server.allowUpdates(zone, 'nebula');
    dns = openDriver(driver(), parts);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const parts = { locks: processLocks(), clock: systemClock, account: 'rfc2136' };
  const driver = (changes: Partial<Rfc2136Options> = {}) =>
    openRfc2136({
      ...{ server: server.nameServer, zones: [zone], transfers: true, clock: systemClock },
      key: { name: 'nebula', algorithm: 'hmac-sha256', secret },
      ...changes,
    });
  const put = ({ name, type, ttl, values }: Rrset, isRemoved?: boolean) =>
    server.put(zone, {
      ...{ name, type, ttl },
      values: isRemoved === true ? [] : values.map((value) => zoneFileValue(parseValue(type, value))),
    });

  conformance(() => ({ dns, zone, changeBehind: put }));

  test('the server itself refuses a write when the rrset changed after it was read', async () => {
    const key = { name: `atomic.${zone}`, type: 'A' as const };
    const rrset = (value: string): Rrset => ({ ...key, ttl: 300, values: [value] });
    await put(rrset('192.0.2.50'));
    const options = { signal: undefined, tell: () => undefined };

    const [late, blind] = await Promise.allSettled([
      driver().write({ zone, key, before: rrset('192.0.2.49'), after: rrset('192.0.2.51') }, options),
      driver().write({ zone, key, before: null, after: rrset('192.0.2.52') }, options),
    ]);

    expect(late).toMatchObject({ reason: expect.any(DnsConflict) });
    expect(late).toMatchObject({ reason: { found: rrset('192.0.2.50') } });
    expect(blind).toMatchObject({ reason: expect.any(DnsConflict) });
    expect(await server.rrset(zone, key.name, 'A')).toEqual(['192.0.2.50']);
  });

  test('without transfers a single name is read and written', async () => {
    const single = openDriver(driver({ transfers: false }), parts);
    const rrset: Rrset = { name: `single.${zone}`, type: 'TXT', ttl: 300, values: ['one'] };

    const made = await single.upsert(zone, rrset, { expected: absent });

    expect(made).toMatchObject({ before: null, after: rrset, isConfirmed: false });
    expect((await single.find(zone, rrset)).rrset).toEqual(rrset);
    await expect(single.listRecords(zone)).rejects.toMatchObject({ kind: 'unsupported' });
  });

  test('a test of the connection names the layer that fails', async () => {
    const failed = async (changes: Partial<Rfc2136Options>) =>
      (await openDriver(driver(changes), parts).check()).failed;
    const key = { name: 'nebula', algorithm: 'hmac-sha256' as const, secret };

    expect(await failed({ server: 'name-that-is-not.invalid' })).toBe('name');
    expect(await failed({ server: '127.0.0.1:1' })).toBe('connect');
    expect(await failed({ key: { ...key, secret: Buffer.from('wrong').toString('base64') } })).toBe(
      'sign-in',
    );
    expect(await failed({ key: { ...key, name: 'nobody' } })).toBe('sign-in');
    expect(await failed({ zones: ['forbidden.example'] })).toBe('right');
    expect(await failed({ zones: ['nowhere.example'] })).toBe('zone');
  });
});
