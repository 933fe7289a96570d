import { systemClock } from '@nebula/clock';
import { createOutbound } from '@nebula/outbound';
import { type PowerDns, startPowerDns } from '@nebula/testbed';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conformance } from './conformance.ts';
import { openPowerDns } from './drivers/powerdns/index.ts';
import { absent, type Dns, openDriver, parseValue, processLocks, zoneFileValue } from './index.ts';

describe('a real PowerDNS', () => {
  const zone = 'powerdns.example';
  let server: PowerDns;
  let dns: Dns;

  beforeAll(async () => {
    server = await startPowerDns();
    await server.addZone(zone);
    dns = opened();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const opened = (changes: { url?: string; apiKey?: string } = {}) =>
    openDriver(
      openPowerDns({ url: server.url, apiKey: server.apiKey, outbound: createOutbound(), ...changes }),
      {
        ...{ locks: processLocks(), clock: systemClock, account: 'powerdns' },
      },
    );

  conformance(() => ({
    ...{ dns, zone },
    changeBehind: ({ name, type, ttl, values }, isRemoved) =>
      server.put(zone, {
        ...{ name, type, ttl },
        values: isRemoved === true ? [] : values.map((value) => zoneFileValue(parseValue(type, value))),
      }),
  }));

  test('records that somebody switched off are kept when the set is replaced', async () => {
    const name = `off.${zone}`;
    const records = [
      { content: '192.0.2.1', disabled: false },
      { content: '192.0.2.2', disabled: true },
    ];
    await fetch(`${server.url}/api/v1/servers/localhost/zones/${zone}.`, {
      method: 'PATCH',
      headers: { 'x-api-key': server.apiKey },
      body: JSON.stringify({
        rrsets: [{ name: `${name}.`, type: 'A', ttl: 60, changetype: 'REPLACE', records }],
      }),
    });
    const { rrset, version } = await dns.find(zone, { name, type: 'A' });

    await dns.upsert(zone, { name, type: 'A', ttl: 60, values: ['192.0.2.3'] }, { expected: version });

    expect(rrset?.values).toEqual(['192.0.2.1']);
    expect(await server.rrset(zone, name, 'A')).toEqual(['192.0.2.2', '192.0.2.3']);
  });

  test('types that are not handled are told and left alone', async () => {
    await server.put(zone, { name: `web.${zone}`, type: 'HTTPS', values: ['1 . alpn=h2'] });

    const { others } = await dns.listRecords(zone);

    expect(others).toContainEqual({ name: `web.${zone}`, type: 'HTTPS', count: 1 });
  });

  test('a test of the connection names the layer that fails', async () => {
    const failed = async (changes: { url?: string; apiKey?: string }) => {
      const { failed: layer, detail, layers } = await opened(changes).check();
      return { layer, detail, states: layers.map(({ state }) => state).join(' ') };
    };

    expect(await failed({ url: 'http://127.0.0.1:1' })).toMatchObject({
      layer: 'connect',
      states: /^ok failed/,
    });
    expect(await failed({ url: server.url.replace('http', 'https') })).toMatchObject({ layer: 'tls' });
    expect(await failed({ url: 'http://name-that-is-not.invalid' })).toMatchObject({ layer: 'name' });
    expect(await failed({ apiKey: 'wrong' })).toMatchObject({
      layer: 'sign-in',
      states: 'ok ok not-used ok failed not-reached not-reached',
    });
    expect(await failed({ url: `${server.url}/elsewhere` })).toMatchObject({ layer: 'answer' });
  });

  test('what the server refuses is told in its words', async () => {
    const wrong = { name: `under.alias.${zone}`, type: 'A' as const, ttl: 60, values: ['192.0.2.1'] };
    await server.put(zone, { name: `dname.${zone}`, type: 'DNAME', values: ['elsewhere.example.'] });

    const write = dns.upsert(
      zone,
      { ...wrong, name: `dname.${zone}`, type: 'CNAME', values: ['x.example.net'] },
      { expected: absent },
    );

    await expect(write).rejects.toMatchObject({
      kind: 'rejected',
      message: expect.stringContaining('127.0.0.1'),
    });
  });
});
