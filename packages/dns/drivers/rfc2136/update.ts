import type { Change } from '../../port.ts';
import { parseValue } from '../../record.ts';
import { classes, encodeRecord, header } from '../../wire/message.ts';
import { encodeValue, typeNumbers } from '../../wire/rdata.ts';
import { encodeName, uint } from '../../wire/reader.ts';

/**
 * An update (RFC 2136): the rrset must be as it was read, then it is replaced, in one step at the server. `nothing` changes
 * nothing and only asks whether updates are taken.
 */
export function encodeUpdate(change: Change, what: 'all' | 'nothing'): Buffer {
  const prerequisites = what === 'nothing' ? [] : conditionsOf(change);
  const updates = what === 'nothing' ? [] : updatesOf(change);
  const zone = [encodeName(change.zone), uint(typeNumbers.SOA, 2), uint(classes.IN, 2)];
  const counts: [number, number, number, number] = [1, prerequisites.length, updates.length, 0];
  return Buffer.concat([header({ flags: 0x2800, counts }), ...zone, ...prerequisites, ...updates]);
}

function conditionsOf({ key, before }: Change): Buffer[] {
  if (before === null) return [record(key, classes.NONE, 0, null)];
  return before.values.map((value) => record(key, classes.IN, 0, value));
}

function updatesOf({ zone, key, before, after }: Change): Buffer[] {
  const added = (after?.values ?? []).map((value) => record(key, classes.IN, after?.ttl ?? 0, value));
  const isApexNs = key.type === 'NS' && key.name === zone;
  if (!isApexNs) return [record(key, classes.ANY, 0, null), ...added];
  // The name servers of the zone itself are not removed as a set (section 3.4.2.3), so the new come before the old go.
  const old = (before?.values ?? []).filter((value) => after?.values.includes(value) !== true);
  return [...added, ...old.map((value) => record(key, classes.NONE, 0, value))];
}

function record(
  { name, type }: Change['key'],
  recordClass: number,
  ttl: number,
  value: string | null,
): Buffer {
  const data = value === null ? Buffer.alloc(0) : encodeValue(parseValue(type, value));
  return encodeRecord({ name, type: typeNumbers[type], class: recordClass, ttl, data });
}
