import { InvalidRecord } from './invalid.ts';
import { canonicalName, compareNames, isWithinZone, nameOrNull, quoted } from './name.ts';
import { canonicalValue, isRecordType, parseValue, type RecordType, targetsOf } from './value.ts';

/**
 * All records of one type at one name: the unit that is read, compared and written. `name` and `values` are canonical
 * ({@link canonicalName}, {@link canonicalValue}), values sorted and each there once; `ttl` in seconds.
 */
export interface Rrset {
  name: string;
  type: RecordType;
  ttl: number;
  values: string[];
}

/** Which rrset. */
export type RrsetKey = Pick<Rrset, 'name' | 'type'>;

/** Makes an rrset canonical. Throws {@link InvalidRecord}. */
export function canonicalRrset(given: Rrset): Rrset {
  const values = new Set(given.values.map((value) => canonicalValue(given.type, value)));
  return { name: canonicalName(given.name), type: given.type, ttl: given.ttl, values: [...values].sort() };
}

/**
 * What may be written: canonical, within the zone, and such that no name server would refuse it. Throws
 * {@link InvalidRecord}, whose sentence says what to change.
 */
export function writableRrset(given: Rrset, zone: string): Rrset {
  const rrset = canonicalRrset(given);
  const { name, type, ttl, values } = rrset;
  if (type === 'SOA') throw new InvalidRecord('type', 'The SOA record is kept by the provider.');
  if (!isWithinZone(name, zone))
    throw new InvalidRecord('name', `${quoted(name)} does not lie in the zone ${zone}.`);
  if (!Number.isInteger(ttl) || ttl < 1 || ttl > 2_147_483_647) {
    throw new InvalidRecord('ttl', 'The time to live is a whole number of seconds, at least 1.');
  }
  if (values.length === 0) throw new InvalidRecord('values', 'At least one value is needed.');
  if (values.length > 200) throw new InvalidRecord('values', 'One name has at most 200 values of a type.');
  if (type === 'CNAME' && values.length > 1)
    throw new InvalidRecord('values', 'A name has one CNAME at most.');
  if (type === 'CNAME' && name === zone)
    throw new InvalidRecord('type', 'The name of the zone itself cannot be a CNAME.');
  for (const value of values) refuseTarget(rrset, value);
  return rrset;
}

function refuseTarget({ name, type }: Rrset, value: string): void {
  for (const target of targetsOf(parseValue(type, value))) {
    if (target === '.' && (type === 'MX' || type === 'SRV')) continue;
    if (!target.includes('.'))
      throw new InvalidRecord('values', `${quoted(target)} is not a whole name, such as www.example.com.`);
    if (target.includes('*')) throw new InvalidRecord('values', 'A target has no wildcard.');
    if (target === name && type === 'CNAME')
      throw new InvalidRecord('values', 'A name cannot point to itself.');
  }
}

/** A record by itself, as a provider tells it; `type` may be one that is not handled. */
export interface RawRecord {
  name: string;
  type: string;
  ttl: number;
  value: string;
}

/** Records that are there and are not handled: other types, or values that are not understood. They are left alone. */
export interface OtherRecords {
  name: string;
  type: string;
  count: number;
}

/** Puts single records together to rrsets in the order of their names; the shortest time to live holds for the set. */
export function gatherRrsets(records: Iterable<RawRecord>): { rrsets: Rrset[]; others: OtherRecords[] } {
  const rrsets = new Map<string, Rrset>();
  const others = new Map<string, OtherRecords>();
  for (const record of records) {
    const known = understood(record);
    const { type } = record;
    const name = known?.name ?? nameOrNull(record.name) ?? record.name;
    const key = `${name} ${type}`;
    if (known === null) {
      others.set(key, { name, type, count: (others.get(key)?.count ?? 0) + 1 });
      continue;
    }
    const before = rrsets.get(key);
    const values = new Set([...(before?.values ?? []), ...known.values]);
    const ttl = Math.min(before?.ttl ?? known.ttl, known.ttl);
    rrsets.set(key, { name: known.name, type: known.type, ttl, values: [...values].sort() });
  }
  const order = (left: { name: string; type: string }, right: { name: string; type: string }) =>
    compareNames(left.name, right.name) || (left.type < right.type ? -1 : 1);
  // A set of which a part is not understood must not be written: that part would be lost.
  const whole = [...rrsets.values()].filter(({ name, type }) => !others.has(`${name} ${type}`));
  for (const { name, type, values } of rrsets.values()) {
    const other = others.get(`${name} ${type}`);
    if (other !== undefined) other.count += values.length;
  }
  return { rrsets: whole.sort(order), others: [...others.values()].sort(order) };
}

function understood({ name, type, ttl, value }: RawRecord): Rrset | null {
  if (!isRecordType(type)) return null;
  try {
    return canonicalRrset({ name, type, ttl, values: [value] });
  } catch (error) {
    if (error instanceof InvalidRecord) return null;
    throw error;
  }
}
