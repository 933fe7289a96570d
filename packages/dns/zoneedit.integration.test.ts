import type { Clock } from '@nebula/clock';
import { createOutbound } from '@nebula/outbound';
import {
  type PowerDns,
  startPowerDns,
  startZoneEdit,
  type ZoneEdit,
  type ZoneEditType,
} from '@nebula/testbed';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { conformance } from './conformance.ts';
import { openZoneEdit, type ZoneEditOptions } from './drivers/zoneedit/index.ts';
import {
  absent,
  createResolver,
  type Dns,
  memoryWaits,
  openDriver,
  parseValue,
  processLocks,
  relativeName,
  type Rrset,
} from './index.ts';

const zone = 'zoneedit.example';
const pages: Partial<Record<Rrset['type'], ZoneEditType>> = {
  A: 'a',
  AAAA: 'ipv6',
  CNAME: 'cname',
  MX: 'mx',
  NS: 'ns',
  TXT: 'txt',
};
let powerDns: PowerDns;
let provider: ZoneEdit;
let skippedMs = 0;

/** Sleeping moves it, and the provider's clock with it. */
const clock: Clock = {
  now: () => new Date(Date.now() + skippedMs),
  async sleep(ms) {
    skippedMs += ms;
    provider.skip(ms / 1000);
  },
};

beforeAll(async () => {
  powerDns = await startPowerDns();
  await powerDns.addZone(zone);
  await powerDns.addZone('second.example');
  provider = await startZoneEdit({ zones: [zone, 'second.example'], powerDns });
});
afterAll(async () => {
  await provider[Symbol.asyncDispose]();
  await powerDns[Symbol.asyncDispose]();
});
beforeEach(() => {
  provider.setMood('answers');
  provider.account.hasSecondFactor = false;
});

const { user: username, password, token } = { user: 'mara', password: 'pass & word', token: 'dyn-token' };
const token1 = { [zone]: token };

function opened(changes: Partial<ZoneEditOptions> = {}): Dns {
  const driver = openZoneEdit({
    ...{
      username,
      password,
      tokens: {},
      panelUrl: provider.url,
      dynamicUrl: provider.url,
      clock,
      waits: memoryWaits(),
    },
    ...{ nameServers: [powerDns.nameServer], outbound: createOutbound(), ...changes },
  });
  return openDriver(driver, { locks: processLocks(), clock, account: 'zoneedit' });
}
const onlyDynamic = { password: null, tokens: token1 };

function fieldsOf(type: Rrset['type'], text: string): Record<string, string> {
  const value = parseValue(type, text);
  if ('address' in value) return { ip: value.address };
  if (value.type === 'MX') return { pref: String(value.preference), server: value.exchange };
  if (value.type === 'TXT') return { txt: Buffer.from(value.bytes).toString() };
  if (value.type === 'CNAME') return { alias: value.target };
  return 'target' in value ? { server: value.target } : {};
}

async function behind({ name, type, ttl, values }: Rrset, isRemoved = false): Promise<void> {
  const page = pages[type];
  if (page === undefined) throw new Error(`no page for ${type}`);
  const host = relativeName(name, zone);
  const own = isRemoved ? [] : values.map((value) => ({ host, ttl, values: fieldsOf(type, value) }));
  provider.setRows(zone, page, [...provider.rows(zone, page).filter((row) => row.host !== host), ...own]);
  await provider.published();
}

const a = (label: string, ...values: string[]): Rrset => ({
  name: `${label}.${zone}`,
  type: 'A',
  ttl: 300,
  values,
});

describe('the control panel', () => {
  let dns: Dns;
  beforeAll(() => {
    dns = opened();
  });
  conformance(() => ({ dns, zone, changeBehind: behind }));

  test('what was written is answered by the name servers', async () => {
    const made = await opened().upsert(zone, a('seen', '192.0.2.44'), { expected: absent });
    await provider.published();
    const resolver = createResolver({ servers: [powerDns.nameServer] });

    expect((await resolver.ask(`seen.${zone}`, 'A')).values).toEqual(['192.0.2.44']);
    await opened().remove(zone, a('seen'), { expected: made.version });
  });

  test('values that look like its pages change nothing but themselves', async () => {
    const hostile = '"><input name="TXT::0::del" value="1"><font class="error">no</font><script>x</script>';
    await behind({ name: `hostile.${zone}`, type: 'TXT', ttl: 300, values: ['innocent'] });
    provider.setRows(zone, 'txt', [
      { host: 'evil', ttl: 300, values: { txt: hostile } },
      ...provider.rows(zone, 'txt'),
    ]);

    const made = await dns.upsert(zone, { ...a('x'), type: 'TXT', values: ['new'] }, { expected: absent });
    const texts = provider.rows(zone, 'txt').map(({ values }) => values['txt']);

    expect(made.isConfirmed).toBe(true);
    expect(texts).toEqual(expect.arrayContaining([hostile, 'innocent', 'new']));
    expect((await dns.find(zone, { name: `evil.${zone}`, type: 'TXT' })).rrset?.values).toEqual([
      `\\034${hostile.slice(1)}`,
    ]);
    provider.setRows(zone, 'txt', []);
  });

  test("parked hosts and the panel's own mail are told as not handled and kept", async () => {
    provider.setRows(zone, 'mx', [{ host: '@', ttl: 300, values: { pref: '5', server: 'LOCAL' } }]);
    provider.setRows(zone, 'a', [{ host: 'parked', ttl: 300, values: { ip: 'PARK' } }]);

    await dns.upsert(zone, a('beside', '192.0.2.1'), { expected: absent });
    const { others } = await dns.listRecords(zone);

    expect(others).toEqual([
      { name: zone, type: 'MX', count: 1 },
      { name: `parked.${zone}`, type: 'A', count: 1 },
    ]);
    expect(provider.rows(zone, 'a').map(({ host }) => host)).toEqual(['parked', 'beside']);
    await expect(dns.upsert(zone, a('parked', '192.0.2.1'), { expected: absent })).rejects.toThrow(
      'not understood',
    );
  });

  test('what the panel refuses is told in its words, as text', async () => {
    const mx: Rrset = { name: `mail.${zone}`, type: 'MX', ttl: 300, values: ['1 refused.example.net'] };

    await expect(dns.upsert(zone, mx, { expected: absent })).rejects.toMatchObject({
      kind: 'rejected',
      message: expect.stringMatching(/“That server is not allowed. alert\(1\)”/),
    });
  });

  test('a session that ended is begun again', async () => {
    await dns.listRecords(zone);
    provider.endSessions();

    const sameZone = await dns.listRecords(zone);
    provider.endSessions();
    const otherZone = await dns.listRecords('second.example');

    expect([sameZone.zone, otherZone.zone]).toEqual([zone, 'second.example']);
  });

  test.each(['is-broken', 'drops', 'sends-half'] as const)(
    'a panel that %s changes nothing and is unavailable',
    async (mood) => {
      const rows = provider.rows(zone, 'a');
      provider.setMood(mood);

      await expect(dns.upsert(zone, a('never', '192.0.2.1'), { expected: absent })).rejects.toMatchObject({
        kind: 'unavailable',
      });
      expect(await dns.check()).toMatchObject({ isOk: false, failed: 'answer' });
      expect(provider.rows(zone, 'a')).toEqual(rows);
    },
  );

  test('a panel that hangs is given up with its caller', async () => {
    provider.setMood('hangs');
    const signal = AbortSignal.timeout(300);

    await expect(dns.listRecords(zone, { signal })).rejects.toThrow();
    provider.setMood('answers');
    expect((await dns.listRecords(zone)).zone).toBe(zone);
  });

  test('a confirmation whose answer is lost is found done by the next try', async () => {
    provider.setMood('drops-after-confirm');
    const write = () => dns.upsert(zone, a('lost-answer', '192.0.2.1'), { expected: absent });
    await expect(write()).rejects.toMatchObject({ kind: 'unavailable' });
    provider.setMood('answers');

    expect((await write()).after).toEqual(a('lost-answer', '192.0.2.1'));
    expect(provider.rows(zone, 'a').filter(({ host }) => host === 'lost-answer')).toHaveLength(1);
  });

  test('a wrong password and a second factor are told apart', async () => {
    const wrong = await opened({ password: 'wrong' }).check();
    provider.account.hasSecondFactor = true;
    const second = await opened().check();
    const withToken = opened({ tokens: token1 });
    const partly = await withToken.check({ zone });

    expect(wrong).toMatchObject({
      failed: 'sign-in',
      detail: 'ZoneEdit refuses the user name or the password.',
    });
    expect(second).toMatchObject({ failed: 'sign-in', detail: expect.stringContaining('second factor') });
    expect(partly).toMatchObject({ isOk: true, zones: [zone] });
    expect(partly.capabilities).toMatchObject({ types: ['A', 'TXT'], lists: false });
    expect(partly.capabilities.limits[0]).toContain('second factor');
  });
});

describe('the dynamic channel', () => {
  test('an address goes through it, and a second change within ten minutes through the panel without a wait', async () => {
    const dns = opened({ tokens: token1 });
    const first = await dns.upsert(zone, a('home', '192.0.2.1'), { expected: absent });
    const asked = provider.requests.length;

    const second = await dns.upsert(zone, a('home', '192.0.2.2'), { expected: first.version });
    const wayOfSecond = provider.requests.slice(asked).filter((line) => line.includes('/auth/'));
    const third = await dns.upsert(zone, a('home', '192.0.2.3'), { expected: second.version });

    expect(wayOfSecond).toEqual(['GET /auth/dynamic.html']);
    expect(third.after?.values).toEqual(['192.0.2.3']);
    expect(provider.refusedTooSoon).toBe(0);
  });

  test('alone it says when the next change is possible, keeps that over a restart, and waits when it may', async () => {
    await behind(a('alone', '192.0.2.1'));
    const waits = memoryWaits();
    const dns = opened({ ...onlyDynamic, waits });
    const change = async (
      value: string,
      patienceMs = 0,
      tell: (message: string) => void = () => undefined,
    ) => {
      await provider.published();
      const { version } = await dns.find(zone, a('alone'));
      return await opened({ ...onlyDynamic, waits }).upsert(zone, a('alone', value), {
        expected: version,
        patienceMs,
        tell,
      });
    };
    const told: string[] = [];

    expect(await change('192.0.2.2')).toMatchObject({ isConfirmed: false });
    await clock.sleep(40_000);
    await expect(change('192.0.2.3')).rejects.toMatchObject({
      kind: 'rate-limited',
      message: expect.stringMatching(
        /^The provider takes the next change of alone.zoneedit.example in 9 min (19|20) s\.$/,
      ),
    });
    await change('192.0.2.3', 700_000, (message) => told.push(message));

    expect(provider.rows(zone, 'a').find(({ host }) => host === 'alone')?.values).toEqual({
      ip: '192.0.2.3',
    });
    expect(told[0]).toMatch(/in 9 min/);
    expect(provider.refusedTooSoon).toBe(0);
  });

  test('a clock that jumped ahead and back costs one interval, and one that the provider does not share costs its word', async () => {
    await behind(a('jumping', '192.0.2.1'));
    const waits = memoryWaits();
    const key = `zoneedit a ${username} jumping.${zone}`;
    await waits.set(key, new Date(clock.now().getTime() + 400 * 86_400_000));
    const change = async (value: string, kept = waits) => {
      await provider.published();
      const dns = opened({ ...onlyDynamic, waits: kept });
      const { version } = await dns.find(zone, a('jumping'));
      return await dns.upsert(zone, a('jumping', value), { expected: version });
    };

    await expect(change('192.0.2.2')).rejects.toThrow('in 10 min.');
    await clock.sleep(600_001);
    await change('192.0.2.2');
    const elsewhere = change('192.0.2.3', memoryWaits());

    await expect(elsewhere).rejects.toThrow(/in (10 min|9 min 5\d s)\./);
    await expect(elsewhere).rejects.not.toThrow('702');
  });

  test('texts for a certificate come and go beside others, ten seconds apart', async () => {
    const dns = opened(onlyDynamic);
    const text = (...values: string[]): Rrset => ({
      name: `_acme-challenge.${zone}`,
      type: 'TXT',
      ttl: 300,
      values,
    });
    const before = provider.refusedTooSoon;

    await dns.upsert(zone, text('one', 'two'), { expected: absent });
    await provider.published();
    const { version } = await dns.find(zone, text());
    await dns.upsert(zone, text('two', 'three'), { expected: version, patienceMs: 60_000 });
    const held = provider.rows(zone, 'txt').filter(({ host }) => host === '_acme-challenge');

    expect(held.map(({ values }) => values['txt']).sort()).toEqual(['three', 'two']);
    expect(provider.refusedTooSoon).toBe(before);
  });

  test('a host that is not there, another type and a wrong token are told as such', async () => {
    const dns = opened(onlyDynamic);
    const options = { expected: absent };

    await expect(dns.upsert(zone, a('fresh', '192.0.2.1'), options)).rejects.toMatchObject({
      kind: 'unsupported',
    });
    await expect(
      dns.upsert(zone, { ...a('fresh'), type: 'CNAME', values: ['x.example.net'] }, options),
    ).rejects.toMatchObject({ kind: 'unsupported' });
    await expect(dns.listRecords(zone)).rejects.toMatchObject({ kind: 'unsupported' });
    expect(await opened({ ...onlyDynamic, tokens: { [zone]: 'wrong' } }).check()).toMatchObject({
      failed: 'sign-in',
    });
    expect(await dns.check()).toMatchObject({ isOk: true });
  });
});
