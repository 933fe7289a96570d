import type { RecordType } from '../contract.ts';
import { copy } from './copy.ts';

const names = copy.form.fields;

/** A field of a value in a form; `wide` ones take the room that is left. */
export interface PartField {
  id: string;
  label: string;
  example: string;
  isNarrow: boolean;
}

const field = (id: keyof typeof names, example: string, isNarrow = false): PartField => ({
  ...{ id, label: names[id], example, isNarrow },
});

const fields: Record<RecordType, PartField[]> = {
  A: [field('address', '192.0.2.1')],
  AAAA: [field('address', '2001:db8::1')],
  CNAME: [field('target', 'www.example.com')],
  NS: [field('target', 'ns1.example.com')],
  PTR: [field('target', 'host.example.com')],
  TXT: [field('text', 'v=spf1 -all')],
  MX: [field('preference', '10', true), field('server', 'mail.example.com')],
  SRV: [
    ...[field('priority', '10', true), field('weight', '5', true), field('port', '443', true)],
    field('target', 'host.example.com'),
  ],
  CAA: [field('flags', '0', true), field('tag', 'issue', true), field('authority', 'letsencrypt.org')],
  SOA: [field('text', '')],
};

/** The fields of a type's value, in the order in which they are written. */
export function partFields(type: RecordType): PartField[] {
  return fields[type];
}

/** A value in its parts, one for each field. */
export function splitValue(type: RecordType, value: string): string[] {
  const count = fields[type].length;
  if (count === 1) return [value];
  const words = value.trim().split(/\s+/);
  const parts = [...words.slice(0, count - 1), words.slice(count - 1).join(' ')];
  return type === 'CAA' ? parts.map((part, at) => (at === 2 ? part.replace(/^"(.*)"$/, '$1') : part)) : parts;
}

/** The value that parts make. */
export function joinValue(type: RecordType, parts: string[]): string {
  if (parts.length === 1) return parts[0] ?? '';
  const [last = ''] = parts.slice(-1);
  const head = parts.slice(0, -1).map((part) => part.trim());
  return [...head, type === 'CAA' ? `"${last.trim()}"` : last.trim()].join(' ');
}

/** Parts of a value that nobody has entered yet. */
export function emptyParts(type: RecordType): string[] {
  return fields[type].map(({ id, example }) =>
    id === 'flags' || id === 'tag' || id === 'preference' ? example : '',
  );
}
