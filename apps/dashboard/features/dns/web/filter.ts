import type { RecordType } from '../contract.ts';
import type { Search } from '../../../web/feature.ts';

/** Which records are shown. */
export type RecordFilter = { type?: RecordType | undefined; search?: string | undefined };

/** Types that can be chosen; here so that the first page need not load how values are read. */
export const types: readonly RecordType[] = [
  'A',
  'AAAA',
  'CNAME',
  'MX',
  'TXT',
  'SRV',
  'CAA',
  'NS',
  'PTR',
  'SOA',
];

/** Reads the filter of the address. */
export function readRecordFilter({ type = '', search }: Search): RecordFilter {
  return { type: readType(type), search: search === '' ? undefined : search?.slice(0, 100) };
}

/** A type by its name; undefined for anything else. */
export function readType(text: string): RecordType | undefined {
  return types.find((type) => type === text);
}
