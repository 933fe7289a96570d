import { absent, type Dns, DnsConflict, type Rrset } from './index.ts';

/** A zone that two writers and a foreign one work on. */
export interface SharedZone {
  zone: string;
  /** The same account, opened by each writer for itself. */
  writers: [Dns, Dns];
  /** Puts an rrset at the provider past us; null takes it away. */
  putBehind(key: Pick<Rrset, 'name' | 'type'>, rrset: Rrset | null): Promise<void>;
}

/** What became of the records of figure R8. */
export interface WritersOutcome {
  /** Records that were written and are not there at the end, or are there and were removed. */
  lost: string[];
  written: number;
  foreignChanges: number;
  /** Foreign changes that a writer noticed before it wrote, with what is there and what was wanted. */
  noticed: number;
}

/**
 * Figure R8. Each round both writers write records of their own at the same time, add a value each to one shared rrset, and take
 * an older record away; a third changes an rrset past us between a writer's look and its write.
 */
export async function twoWriters(
  { zone, writers, putBehind }: SharedZone,
  rounds: number,
): Promise<WritersOutcome> {
  const own = (writer: number, round: number): Rrset => ({
    ...{
      name: `w${writer}-${round}.${zone}`,
      type: 'A',
      ttl: 300,
      values: [`192.0.${2 + writer}.${(round % 250) + 1}`],
    },
  });
  const shared = { name: `shared.${zone}`, type: 'TXT' as const };
  const foreign = (round: number) => ({ name: `foreign-${round}.${zone}`, type: 'A' as const });
  const outcome: WritersOutcome = { lost: [], written: 0, foreignChanges: 0, noticed: 0 };

  async function work(dns: Dns, writer: number, round: number): Promise<void> {
    await dns.upsert(zone, own(writer, round), { expected: absent });
    await addValue(dns, zone, shared, `w${writer} r${round}`);
    outcome.written += 2;
    if (round < 5) return;
    const { version } = await dns.find(zone, own(writer, round - 5));
    await dns.remove(zone, own(writer, round - 5), { expected: version });
  }

  for (let round = 0; round < rounds; round += 1) {
    const [first, second] = writers;
    await Promise.all([work(first, 0, round), work(second, 1, round)]);
    const writer = round % 2 === 0 ? first : second;
    const mine: Rrset = { ...foreign(round), ttl: 300, values: ['192.0.2.200'] };
    const theirs: Rrset = { ...mine, values: ['198.51.100.7'] };
    const isRemoval = round % 3 === 2;
    const seen = await writer.upsert(zone, mine, { expected: absent });
    await putBehind(foreign(round), isRemoval ? null : theirs);
    outcome.foreignChanges += 1;
    if (
      await isNoticed(
        writer,
        zone,
        { ...mine, values: ['192.0.2.201'] },
        seen.version,
        isRemoval ? null : theirs,
      )
    )
      outcome.noticed += 1;
  }

  const { rrsets } = await writers[0].listRecords(zone);
  const there = new Map(rrsets.map(({ name, type, values }) => [`${name} ${type}`, values]));
  for (const writer of [0, 1]) {
    for (let round = 0; round < rounds; round += 1) {
      const { name } = own(writer, round);
      const isWanted = round >= rounds - 5;
      if (there.has(`${name} A`) !== isWanted) outcome.lost.push(name);
      if (there.get(`${shared.name} TXT`)?.includes(`w${writer} r${round}`) !== true)
        outcome.lost.push(`w${writer} r${round}`);
    }
  }
  return outcome;
}

/** Adds a value to what is there, as often as somebody else is faster. */
async function addValue(
  dns: Dns,
  zone: string,
  key: Pick<Rrset, 'name' | 'type'>,
  value: string,
): Promise<void> {
  for (;;) {
    const { rrset, version } = await dns.find(zone, key);
    try {
      const values = [...(rrset?.values ?? []), value];
      await dns.upsert(zone, { ...key, ttl: rrset?.ttl ?? 300, values }, { expected: version });
      return;
    } catch (error) {
      if (!(error instanceof DnsConflict)) throw error;
    }
  }
}

async function isNoticed(
  dns: Dns,
  zone: string,
  wanted: Rrset,
  expected: string,
  theirs: Rrset | null,
): Promise<boolean> {
  try {
    await dns.upsert(zone, wanted, { expected });
    return false;
  } catch (error) {
    if (!(error instanceof DnsConflict)) throw error;
    const isOffered = JSON.stringify(error.found) === JSON.stringify(theirs) && error.wanted !== null;
    const { rrset } = await dns.find(zone, wanted);
    return isOffered && JSON.stringify(rrset) === JSON.stringify(theirs);
  }
}
