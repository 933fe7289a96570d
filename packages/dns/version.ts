import { createHash } from 'node:crypto';
import type { OtherRecords, Rrset } from './record.ts';

/**
 * What an rrset is, in short: equal when, and only when, name, type, time to live and values are. {@link absent} is the
 * version of one that is not there.
 */
export type Version = string;

/** See {@link Version}. */
export const absent: Version = 'absent';

/** The version of an rrset, or of none. */
export function versionOf(rrset: Rrset | null): Version {
  if (rrset === null) return absent;
  const { name, type, ttl, values } = rrset;
  const text = JSON.stringify([name, type, ttl, values.toSorted()]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

/** Whether two rrsets are the same, the time to live aside. */
export function hasSameValues(left: Rrset | null, right: Rrset | null): boolean {
  return versionOf(left && { ...left, ttl: 0 }) === versionOf(right && { ...right, ttl: 0 });
}

/** The version of a whole zone: another one as soon as anything in it changes. */
export function zoneVersion(rrsets: Rrset[], others: OtherRecords[]): Version {
  const parts = [
    ...rrsets.map(versionOf),
    ...others.map(({ name, type, count }) => `${name} ${type} ${count}`),
  ];
  return createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 22);
}
