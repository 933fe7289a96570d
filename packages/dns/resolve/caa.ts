import { parseValue } from '../record.ts';
import type { AskOptions, Resolver } from './resolver.ts';

/** What CAA records say about who may issue a certificate for a name (RFC 8659). */
export interface CaaFinding {
  /** Where the records stand; null when there are none up to the root, and everybody may issue. */
  at: string | null;
  records: { flags: number; tag: string; value: string }[];
}

/** Finds the CAA records that hold for a name: its own, or those of the nearest name above it (RFC 8659 section 3). */
export async function findCaa(
  resolver: Resolver,
  name: string,
  options: AskOptions = {},
): Promise<CaaFinding> {
  const labels = name.replace(/^\*\./, '').split('.');
  for (let from = 0; from < labels.length; from += 1) {
    const at = labels.slice(from).join('.');
    const { values } = await resolver.ask(at, 'CAA', options);
    const records = values.flatMap((text) => {
      const value = parseValue('CAA', text);
      return value.type === 'CAA' ? [{ flags: value.flags, tag: value.tag, value: value.value }] : [];
    });
    if (records.length > 0) return { at, records };
  }
  return { at: null, records: [] };
}

/**
 * Whether the CA with this identifier, such as `letsencrypt.org`, may issue for a name. A critical property that nobody knows
 * forbids it; `issuewild` goes before `issue` for wildcards; parameters after `;` are the CA's own to judge.
 */
export function caaAllows({ records }: CaaFinding, authority: string, isWildcard: boolean): boolean {
  const known = ['issue', 'issuewild', 'iodef', 'issuemail', 'issuevmc', 'contactemail', 'contactphone'];
  if (records.some(({ flags, tag }) => (flags & 128) !== 0 && !known.includes(tag))) return false;
  const tagged = (tag: string) => records.filter((record) => record.tag === tag);
  const wild = isWildcard ? tagged('issuewild') : [];
  const ruling = wild.length > 0 ? wild : tagged('issue');
  if (ruling.length === 0) return true;
  return ruling.some(({ value }) => value.split(';')[0]?.trim().toLowerCase() === authority.toLowerCase());
}
