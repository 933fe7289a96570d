import { systemClock } from '@nebula/clock';
import { createOutbound } from '@nebula/outbound';
import { type Cloudflare, startCloudflare } from '@nebula/testbed';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { conformance } from './conformance.ts';
import { openCloudflare } from './drivers/cloudflare/index.ts';
import { absent, type Dns, openDriver, parseValue, processLocks, type Rrset } from './index.ts';

describe('Cloudflare', () => {
  const zone = 'cloudflare.example';
  let provider: Cloudflare;
  let dns: Dns;

  beforeAll(async () => {
    provider = await startCloudflare([
      zone,
      ...Array.from({ length: 12 }, (_, index) => `more-${index}.example`),
    ]);
    dns = opened(provider.token);
  });
  afterAll(() => provider[Symbol.asyncDispose]());
  beforeEach(() => provider.setMood('answers'));

  const opened = (token: string) =>
    openDriver(openCloudflare({ token, url: provider.url, outbound: createOutbound() }), {
      ...{ locks: processLocks(), clock: systemClock, account: 'cloudflare' },
    });
  const a = (label: string, ...values: string[]): Rrset => ({
    name: `${label}.${zone}`,
    type: 'A',
    ttl: 300,
    values,
  });

  conformance(() => ({
    ...{ dns, zone },
    async changeBehind({ name, type, ttl, values }, isRemoved) {
      provider.drop(zone, name, type);
      if (isRemoved === true) return;
      for (const text of values) {
        const value = parseValue(type, text);
        provider.put(zone, {
          name,
          type,
          ttl,
          proxied: false,
          content: 'address' in value ? value.address : text,
        });
      }
    },
  }));

  test('zones and records come from all pages', async () => {
    for (let index = 0; index < 23; index += 1)
      provider.put(zone, {
        name: `page-${index}.${zone}`,
        type: 'A',
        ttl: 1,
        proxied: false,
        content: '192.0.2.1',
      });

    expect(await dns.listZones()).toHaveLength(13);
    const { rrsets } = await dns.listRecords(zone);
    expect(rrsets.filter(({ name }) => name.startsWith('page-'))).toHaveLength(23);
    expect(rrsets[0]).toMatchObject({ ttl: 300 });
  });

  test('what else a record has, such as proxying and a comment, outlives a change of its value', async () => {
    provider.put(zone, {
      ...{ name: `proxied.${zone}`, type: 'A', ttl: 1 },
      proxied: true,
      content: '192.0.2.1',
      comment: 'mine',
    });
    const { version } = await dns.find(zone, a('proxied'));

    const written = await dns.upsert(zone, a('proxied', '192.0.2.2', '192.0.2.3'), { expected: version });

    expect(written.after?.values).toEqual(['192.0.2.2', '192.0.2.3']);
    expect(provider.records(zone).filter(({ name }) => name === `proxied.${zone}`)).toMatchObject([
      { proxied: true, comment: 'mine', ttl: 1 },
      { proxied: true, ttl: 1 },
    ]);
  });

  test('a test of the connection tells a wrong token from one that may only read', async () => {
    expect(await opened('wrong').check()).toMatchObject({
      failed: 'sign-in',
      detail: expect.stringContaining('9109'),
    });
    expect(await opened(provider.readToken).check({ zone })).toMatchObject({ failed: 'right' });
    provider.setMood('talks-nonsense');
    expect(await dns.check()).toMatchObject({ failed: 'answer' });
  });

  test.each([
    ['is-broken', 'unavailable', /502/],
    ['sends-half', 'unavailable', /did not answer/],
    ['is-overloaded', 'rate-limited', /wants to be left alone for 120 s/],
  ] as const)('one that %s is told as such and nothing changes', async (mood, kind, message) => {
    const before = provider.records(zone).length;
    provider.setMood(mood);

    await expect(dns.upsert(zone, a('never', '192.0.2.1'), { expected: absent })).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(message),
    });
    expect(provider.records(zone)).toHaveLength(before);
  });

  test('one that asks to be left alone is left alone for as long, by who has the patience', async () => {
    const slept: number[] = [];
    const told: string[] = [];
    const clock = {
      now: () => new Date(),
      async sleep(ms: number) {
        slept.push(ms);
        provider.setMood('answers');
      },
    };
    const driver = openCloudflare({ token: provider.token, url: provider.url, outbound: createOutbound() });
    const patient = openDriver(driver, { locks: processLocks(), clock, account: 'patient' });
    provider.setMood('is-overloaded');

    const tell = (message: string) => told.push(message);
    const options = { expected: absent, patienceMs: 600_000, tell };
    const written = await patient.upsert(zone, a('patient', '192.0.2.1'), options);

    expect(written.isConfirmed).toBe(true);
    expect(slept).toEqual([120_000]);
    expect(told).toEqual([expect.stringContaining('120 s')]);
  });

  test('a hang ends with its caller', async () => {
    provider.setMood('hangs');

    await expect(dns.listRecords(zone, { signal: AbortSignal.timeout(200) })).rejects.toThrow();
  });

  test('a write whose answer is lost is found done by the next try', async () => {
    provider.setMood('drops-after-write');
    const write = () => dns.upsert(zone, a('lost', '192.0.2.1'), { expected: absent });
    await expect(write()).rejects.toMatchObject({ kind: 'unavailable' });
    provider.setMood('answers');

    expect((await write()).isConfirmed).toBe(true);
    expect(provider.records(zone).filter(({ name }) => name === `lost.${zone}`)).toHaveLength(1);
  });

  test('what the API refuses is told in its words, as plain text', async () => {
    const cname: Rrset = {
      name: `refused.${zone}`,
      type: 'CNAME',
      ttl: 300,
      values: ['refused.example.net'],
    };

    await expect(dns.upsert(zone, cname, { expected: absent })).rejects.toMatchObject({
      kind: 'rejected',
      message: expect.not.stringMatching(/\u202e/),
    });
  });
});
