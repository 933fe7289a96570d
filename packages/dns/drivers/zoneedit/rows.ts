import { DnsConflict } from '../../faults.ts';
import type { Change } from '../../port.ts';
import {
  absoluteName,
  bytesOfText,
  gatherRrsets,
  InvalidRecord,
  parseValue,
  type RawRecord,
  relativeName,
  textOfBytes,
} from '../../record.ts';
import { versionOf } from '../../version.ts';
import type { FormFields } from './form.ts';

/** How the panel edits a type: its page, the prefix of its fields, and the fields that hold the value. */
export interface PanelType {
  type: 'A' | 'AAAA' | 'CNAME' | 'MX' | 'NS' | 'TXT';
  page: string;
  prefix: string;
}

/** The types the panel knows. */
export const panelTypes: readonly PanelType[] = [
  { type: 'A', page: 'a', prefix: 'A' },
  { type: 'AAAA', page: 'ipv6', prefix: 'IPV6' },
  { type: 'CNAME', page: 'cname', prefix: 'CNAME' },
  { type: 'MX', page: 'mx', prefix: 'MX' },
  { type: 'NS', page: 'ns', prefix: 'NS' },
  { type: 'TXT', page: 'txt', prefix: 'TXT' },
];

interface Row {
  index: number;
  fields: Map<string, string>;
}

/** The records on a page. */
export function recordsOn(fields: FormFields, kind: PanelType, zone: string): RawRecord[] {
  return rowsOf(fields, kind)
    .filter((row) => !isBlank(row))
    .map((row) => ({
      name: ownerOf(row, zone),
      type: kind.type,
      ttl: Number(row.fields.get('ttl')) || 3600,
      value: valueOf(row, kind),
    }));
}

/**
 * The page with a change made in it: all rows of the type go back, those of the rrset changed in place, taken away or added
 * at the next free index. Throws DnsConflict when the page does not show what was read before.
 */
export function changedPage(
  fields: FormFields,
  kind: PanelType,
  { zone, key, before, after }: Change,
): FormFields {
  const found =
    gatherRrsets(recordsOn(fields, kind, zone)).rrsets.find(({ name }) => name === key.name) ?? null;
  if (versionOf(found) !== versionOf(before)) throw new DnsConflict(zone, key, { wanted: after, found });
  const page: FormFields = new Map(fields);
  page.set('MODE', 'edit');
  const rows = rowsOf(fields, kind);
  const own = rows.filter((row) => !isBlank(row) && ownerOf(row, zone) === key.name);
  const isKept = (row: Row) => after?.values.includes(canonicalOf(row, kind)) === true;
  const kept = own.filter(isKept);
  const free = own.filter((row) => !isKept(row));
  const added = (after?.values ?? []).filter(
    (value) => !kept.some((row) => canonicalOf(row, kind) === value),
  );
  const put = (index: number, name: string, value: string) =>
    page.set(`${kind.prefix}::${index}::${name}`, value);
  for (const row of kept) put(row.index, 'ttl', String(after?.ttl ?? ''));
  let next = rows.find(isBlank)?.index ?? Math.max(-1, ...rows.map(({ index }) => index)) + 1;
  for (const value of added) {
    const place = free.shift()?.index ?? next++;
    put(place, 'host', relativeName(key.name, zone));
    put(place, 'ttl', String(after?.ttl ?? ''));
    for (const [name, text] of Object.entries(partsOf(value, kind))) put(place, name, text);
  }
  for (const row of free) put(row.index, 'del', '1');
  return page;
}

function rowsOf(fields: FormFields, { prefix }: PanelType): Row[] {
  const rows = new Map<number, Row>();
  for (const [name, value] of fields) {
    const [, own, index = '', field = ''] = /^([A-Z0-9]+)::(\d{1,6})::([a-z_]+)$/.exec(name) ?? [];
    if (own !== prefix) continue;
    const row = rows.get(Number(index)) ?? { index: Number(index), fields: new Map() };
    row.fields.set(field, value);
    rows.set(row.index, row);
  }
  return [...rows.values()].sort((left, right) => left.index - right.index);
}

/** The panel shows empty rows for what may be added. */
function isBlank({ fields }: Row): boolean {
  return ['ip', 'alias', 'server', 'txt'].every((name) => (fields.get(name) ?? '').trim() === '');
}

function ownerOf({ fields }: Row, zone: string): string {
  const host = fields.get('host') ?? '';
  try {
    return absoluteName(host, zone);
  } catch (error) {
    if (error instanceof InvalidRecord) return host;
    throw error;
  }
}

/** The value as our parsers take it; `PARK` and `LOCAL` are the panel's own and stay unread. */
function valueOf({ fields }: Row, { type }: PanelType): string {
  switch (type) {
    case 'A':
    case 'AAAA':
      return fields.get('ip') ?? '';
    case 'CNAME':
      return fields.get('alias') ?? '';
    case 'NS':
      return fields.get('server') ?? '';
    case 'MX': {
      const server = fields.get('server') ?? '';
      return server === 'LOCAL' ? server : `${fields.get('pref') ?? ''} ${server}`;
    }
    case 'TXT':
      return textOfBytes(new TextEncoder().encode(fields.get('txt') ?? ''));
    default:
      return type satisfies never;
  }
}

function canonicalOf(row: Row, kind: PanelType): string {
  const record = { name: 'x', type: kind.type, ttl: 1, value: valueOf(row, kind) };
  return gatherRrsets([record]).rrsets[0]?.values[0] ?? '';
}

function partsOf(text: string, { type }: PanelType): Record<string, string> {
  const value = parseValue(type, text);
  switch (value.type) {
    case 'A':
    case 'AAAA':
      return { ip: value.address };
    case 'CNAME':
      return { alias: value.target };
    case 'NS':
      return { server: value.target };
    case 'MX':
      return { pref: String(value.preference), server: value.exchange };
    case 'TXT':
      return { txt: plainTextOf(text) };
    default:
      return {};
  }
}

function plainTextOf(value: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytesOfText(value));
  } catch {
    // The decoder's only complaint.
    throw new InvalidRecord('values', 'ZoneEdit takes texts only, not other bytes.');
  }
}
