import { expect, test } from 'vitest';
import { absent, type Dns, DnsConflict, type Rrset, versionOf } from './index.ts';

/** An account under test with a zone in it, and a way to change that behind its back. */
export interface Subject {
  dns: Dns;
  zone: string;
  /** What somebody else does at the provider. */
  changeBehind(rrset: Rrset, isRemoved?: boolean): Promise<void>;
  /** Finds somebody for one write, who does what the provider wants a person to do. */
  person?: () => (message: string) => void;
}

/** Values of each type that go in and come out the same. */
const samples: Partial<Record<Rrset['type'], string[][]>> = {
  A: [['192.0.2.1'], ['192.0.2.1', '192.0.2.7']],
  AAAA: [['2001:db8::1']],
  CNAME: [['target.example.net']],
  MX: [['10 mail.example.net', '20 backup.example.net']],
  TXT: [
    ['v=spf1 -all'],
    ['with "quotes" and \\\\ and ; and <b>'],
    ['grüße 🚀'],
    [`k=rsa; p=${'A'.repeat(600)}`],
  ],
  SRV: [['10 5 5060 sip.example.net']],
  CAA: [['0 issue "letsencrypt.org"', '0 issuewild ";"']],
  PTR: [['host.example.net']],
};

/** What every driver of the port must do; the real parts, the emulators and the fake are held to it. */
export function conformance(subjectOf: () => Subject): void {
  const subject = () => {
    const { dns: given, zone, changeBehind, person } = subjectOf();
    const { lists } = given.capabilities();
    const dns: Dns = {
      ...given,
      upsert: (where, rrset, options) => given.upsert(where, rrset, { tell: person?.(), ...options }),
      remove: (where, key, options) => given.remove(where, key, { tell: person?.(), ...options }),
    };
    const isThere = async (rrset: Rrset): Promise<boolean> => {
      if (!lists) return versionOf((await given.find(zone, rrset)).rrset) === versionOf(rrset);
      return (await given.listRecords(zone)).rrsets.some((one) => versionOf(one) === versionOf(rrset));
    };
    const name = (label: string) => `${label}.${zone}`;
    const a = (label: string, ...values: string[]): Rrset => ({
      name: name(label),
      type: 'A',
      ttl: 300,
      values,
    });
    return { dns, zone, changeBehind, lists, isThere, name, a };
  };

  test('its zones are listed and the connection is found to be good', async () => {
    const { dns, zone } = subject();

    expect(await dns.listZones()).toContainEqual({ name: zone });
    expect(await dns.check({ zone })).toMatchObject({ isOk: true, failed: null });
    expect(await dns.check({ zone: 'not-held.example' })).toMatchObject({ isOk: false, failed: 'zone' });
  });

  test('an rrset is made, found, listed, replaced and removed, and each answer has its version', async () => {
    const { dns, zone, lists, isThere, a } = subject();
    const first = a('conform-life', '192.0.2.1');
    const second = a('conform-life', '192.0.2.2', '192.0.2.3');

    const made = await dns.upsert(zone, first, { expected: absent });
    const found = await dns.find(zone, first);
    const wasThere = await isThere(first);
    const replaced = await dns.upsert(zone, second, { expected: made.version });
    const isReplaced = (await isThere(second)) && !(await isThere(first));
    const removed = await dns.remove(zone, first, { expected: replaced.version });

    expect(made).toMatchObject({ before: null, after: first, version: versionOf(first), isConfirmed: lists });
    expect(found).toEqual({ rrset: first, version: made.version });
    expect([wasThere, isReplaced]).toEqual([true, true]);
    expect(replaced).toMatchObject({ before: first, after: second, version: versionOf(second) });
    expect(removed).toMatchObject({ before: second, after: null, version: absent });
    expect(await dns.find(zone, first)).toEqual({ rrset: null, version: absent });
    expect([await isThere(first), await isThere(second)]).toEqual([false, false]);
  });

  test('every type it takes comes back as it was written', async () => {
    const { dns, zone, name } = subject();
    for (const type of dns.capabilities().types) {
      for (const values of samples[type] ?? []) {
        const rrset: Rrset = { name: name(`conform-${type.toLowerCase()}`), type, ttl: 600, values };
        const made = await dns.upsert(zone, rrset, { expected: absent });
        expect(made.after).toEqual(rrset);
        await dns.remove(zone, rrset, { expected: made.version });
      }
    }
  });

  test('the apex and a wildcard are names like others', async () => {
    const { dns, zone, isThere, name } = subject();
    const apex: Rrset = { name: zone, type: 'A', ttl: 300, values: ['192.0.2.9'] };
    const wild: Rrset = { name: name('*'), type: 'A', ttl: 300, values: ['192.0.2.10'] };

    const made = await dns.upsert(zone, apex, { expected: absent });
    const star = await dns.upsert(zone, wild, { expected: absent });

    expect([await isThere(apex), await isThere(wild)]).toEqual([true, true]);
    await dns.remove(zone, apex, { expected: made.version });
    await dns.remove(zone, wild, { expected: star.version });
  });

  test('names and values in other spellings are the same rrset', async () => {
    const { dns, zone } = subject();
    const spelled: Rrset = {
      name: `BÜCHER.${zone}.`,
      type: 'CNAME',
      ttl: 300,
      values: ['Target.Example.NET.'],
    };

    const made = await dns.upsert(`${zone}.`, spelled, { expected: absent });
    const again = await dns.upsert(zone, spelled, { expected: 'whatever was seen' });

    expect(made.after).toMatchObject({ name: `xn--bcher-kva.${zone}`, values: ['target.example.net'] });
    expect(again.version).toBe(made.version);
    await dns.remove(zone, spelled, { expected: made.version });
  });

  test('a foreign change is noticed before a write and a removal, and both sides are handed over', async () => {
    const { dns, zone, changeBehind, a } = subject();
    const seen = await dns.upsert(zone, a('conform-conflict', '192.0.2.1'), { expected: absent });
    const theirs = a('conform-conflict', '198.51.100.7');
    const wanted = a('conform-conflict', '192.0.2.2');
    await changeBehind(theirs);

    const write = dns.upsert(zone, wanted, { expected: seen.version });
    await expect(write).rejects.toBeInstanceOf(DnsConflict);
    await expect(write).rejects.toMatchObject({
      kind: 'rejected',
      wanted,
      found: theirs,
      version: versionOf(theirs),
    });
    const removal = dns.remove(zone, wanted, { expected: seen.version });
    await expect(removal).rejects.toMatchObject({ name: 'DriverError', wanted: null, found: theirs });
    expect((await dns.find(zone, theirs)).rrset).toEqual(theirs);

    const decided = await dns.upsert(zone, wanted, { expected: versionOf(theirs) });
    await changeBehind(wanted, true);
    await expect(dns.upsert(zone, theirs, { expected: decided.version })).rejects.toMatchObject({
      found: null,
    });
  });

  test('writers side by side on one zone lose nothing', async () => {
    const { dns, zone, isThere, a } = subject();
    const wanted = Array.from({ length: 6 }, (_, index) =>
      a(`conform-many-${index}`, `192.0.2.${index + 1}`),
    );

    const written = await Promise.all(wanted.map((rrset) => dns.upsert(zone, rrset, { expected: absent })));
    const there = await Promise.all(wanted.map(isThere));
    const race = await Promise.allSettled([
      dns.upsert(zone, a('conform-many-0', '192.0.2.101'), { expected: written[0]?.version ?? '' }),
      dns.upsert(zone, a('conform-many-0', '192.0.2.102'), { expected: written[0]?.version ?? '' }),
    ]);

    expect(there).toEqual(wanted.map(() => true));
    expect(race.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    for (const rrset of wanted) {
      const { version } = await dns.find(zone, rrset);
      await dns.remove(zone, rrset, { expected: version });
    }
  });

  test('what DNS does not take is refused with a sentence before the provider is asked', async () => {
    const { dns, zone, name, a } = subject();
    const cname: Rrset = {
      name: name('conform-neighbour'),
      type: 'CNAME',
      ttl: 300,
      values: ['x.example.net'],
    };
    const made = await dns.upsert(zone, cname, { expected: absent });
    const refused = { name: 'InvalidRecord' };

    await expect(
      dns.upsert(zone, a('conform-neighbour', '192.0.2.1'), { expected: absent }),
    ).rejects.toMatchObject({ ...refused, field: 'type' });
    await expect(dns.upsert(zone, a('x', '999.1.1.1'), { expected: absent })).rejects.toMatchObject(refused);
    await expect(dns.upsert(zone, a('x'), { expected: absent })).rejects.toMatchObject(refused);
    await expect(
      dns.upsert(zone, { ...a('x', '192.0.2.1'), name: 'x.elsewhere.example' }, { expected: absent }),
    ).rejects.toMatchObject({ ...refused, field: 'name' });
    await expect(dns.remove(zone, { name: zone, type: 'NS' }, { expected: absent })).rejects.toMatchObject(
      refused,
    );
    await dns.remove(zone, cname, { expected: made.version });
  });

  test('a zone that is not there, and a caller who goes away, are told as such', async () => {
    const { dns, zone, a } = subject();
    const gone = AbortSignal.abort(new Error('the page was closed'));

    await expect(dns.find('not-held.example', { name: 'not-held.example', type: 'A' })).rejects.toMatchObject(
      { name: 'DriverError' },
    );
    await expect(dns.find(zone, a('conform-gone'), { signal: gone })).rejects.toThrow('the page was closed');
    await expect(
      dns.upsert(zone, a('conform-gone', '192.0.2.1'), { expected: absent, signal: gone }),
    ).rejects.toThrow('the page was closed');
  });
}
