import { canonicalValue, InvalidRecord, type Rrset, type ZoneFileEntry } from '@nebula/dns';
import type { DomainDns } from './contract-fields.ts';
import { mostRows } from './contract-transfer.ts';
import { said } from './contract-transfer-words.ts';
import { domainName, invalidRow, leftRow, type ReadRow } from './transfer-stated.ts';
import { tooManyRows } from './transfer-unreadable.ts';

/** What a zone says of one name. */
interface ZoneName {
  line: number | null;
  /** Records that lead somewhere, such as `A 192.0.2.1`. */
  leading: string[];
  otherTypes: Set<string>;
}

/** A record that a provider lists. */
interface ListedRecord {
  line: null;
  record: Extract<ZoneFileEntry, { record: unknown }>['record'];
}

const leadingTypes = ['A', 'AAAA', 'CNAME'] as const;
const mostShown = 6;

/** The names of a zone file, each a row; what cannot be read comes first. Lets others have their turns by `rest`. */
export async function readZoneEntries(
  entries: Iterable<ZoneFileEntry | ListedRecord | null>,
  keeperOf: (name: string) => DomainDns | undefined,
  rest: () => Promise<void>,
): Promise<ReadRow[]> {
  const names = new Map<string, ZoneName>();
  const rows: ReadRow[] = [];
  for (const entry of entries) {
    await rest();
    if (entry === null) continue;
    if (rows.length + names.size > mostRows) throw tooManyRows();
    if ('problem' in entry) {
      rows.push(invalidRow(entry.line, entry.owner, said('zone-line', { message: entry.problem })));
      continue;
    }
    const { name, type, value } = entry.record;
    const known = names.get(name) ?? { line: entry.line, leading: [], otherTypes: new Set() };
    names.set(name, known);
    const leading = leadingTypes.find((each) => each === type);
    if (leading === undefined) {
      known.otherTypes.add(type.slice(0, 20));
      continue;
    }
    try {
      known.leading.push(`${leading} ${canonicalValue(leading, value)}`);
    } catch (error) {
      if (!(error instanceof InvalidRecord)) throw error;
      rows.push(invalidRow(entry.line, name, said('zone-line', { message: error.message })));
    }
  }
  for (const [name, known] of names) {
    await rest();
    rows.push(rowOf(name, known, keeperOf(name)));
  }
  return rows;
}

/** The rrsets of a provider as entries of a zone file that has no lines. */
export function* entriesOf(rrsets: readonly Rrset[]): Generator<ListedRecord> {
  for (const { name, type, ttl, values } of rrsets) {
    for (const value of values) yield { line: null, record: { name, type, ttl, value } };
  }
}

function rowOf(name: string, { line, leading, otherTypes }: ZoneName, dns: DomainDns | undefined): ReadRow {
  if (leading.length === 0) {
    return leftRow(line, name, said('no-address', { types: [...otherTypes].join(', ') }));
  }
  const own = domainName(name);
  if (own === null) return leftRow(line, name, said('no-name'));
  const shown = [...leading.slice(0, mostShown), ...(leading.length > mostShown ? ['…'] : [])];
  return {
    ...{ line, name: own, verdict: null, notes: [] },
    stated: { name: own, dns },
    why: said('needs-target', { records: shown.join(', ') }),
  };
}
