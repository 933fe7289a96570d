import { InvalidRecord } from './invalid.ts';

/**
 * The one form in which names are kept and compared: absolute, lower case, no dot at the end, internationalised labels as
 * `xn--`; the root is `.`. Underscores and a `*` as the first label are allowed. Throws {@link InvalidRecord}.
 */
export function canonicalName(text: string): string {
  // Longer than any name is in any form, each byte as `\DDD`; looked at first, since who reads files gives anything.
  if (text.length > longestText) throw tooLong();
  const trimmed = text.trim();
  if (trimmed === '.') return '.';
  const labels = trimmed.normalize('NFC').replaceAll('。', '.').replace(/\.$/, '').split('.');
  const plain = labels.map((label, index) => canonicalLabel(label, index, trimmed));
  const name = plain.join('.');
  if (name.length > 253) throw tooLong();
  return name;
}

const longestText = 1024;

function tooLong(): InvalidRecord {
  return new InvalidRecord('name', 'A name has at most 253 characters.');
}

/** Like {@link canonicalName}, but null for what is no name. */
export function nameOrNull(text: string): string | null {
  try {
    return canonicalName(text);
  } catch (error) {
    if (error instanceof InvalidRecord) return null;
    throw error;
  }
}

function canonicalLabel(label: string, index: number, whole: string): string {
  if (label === '*' && index === 0) return label;
  const ascii = /^[\u0021-\u007e]*$/.test(label) ? label.toLowerCase() : punycode(label);
  if (ascii === null || !/^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/.test(ascii)) {
    throw new InvalidRecord('name', `${quoted(whole)} is not a name, such as www.example.com.`);
  }
  if (ascii.length > 63) throw new InvalidRecord('name', 'Each part of a name has at most 63 characters.');
  return ascii;
}

function punycode(label: string): string | null {
  // The suffix keeps the URL parser from reading a label of digits as an IPv4 address.
  const host = URL.parse(`http://${label}.invalid/`)?.hostname ?? '';
  const ascii = host.endsWith('.invalid') ? host.slice(0, -'.invalid'.length) : '';
  return ascii === '' || ascii.includes('.') ? null : ascii;
}

/** Whether `name` is the zone itself or lies below it; both canonical. */
export function isWithinZone(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

/** A name as zone files write it below its zone: `@` for the zone itself. */
export function relativeName(name: string, zone: string): string {
  if (name === zone) return '@';
  return name.endsWith(`.${zone}`) ? name.slice(0, -zone.length - 1) : `${name}.`;
}

/** The absolute name of what a person wrote below a zone: `@`, `www`, or the whole name. Throws {@link InvalidRecord}. */
export function absoluteName(text: string, zone: string): string {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === '@') return zone;
  const name = canonicalName(trimmed);
  if (trimmed.endsWith('.') || isWithinZone(name, zone)) return name;
  return canonicalName(`${name}.${zone}`);
}

/** The longest of `zones` that holds `name`; null when none does. */
export function zoneHolding(name: string, zones: Iterable<string>): string | null {
  let best: string | null = null;
  for (const zone of zones) {
    if (isWithinZone(name, zone) && (best === null || zone.length > best.length)) best = zone;
  }
  return best;
}

/** Orders names by their labels from the right, so that a zone stands before what lies below it. */
export function compareNames(left: string, right: string): number {
  const [a, b] = [left.split('.').reverse(), right.split('.').reverse()];
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const [one = '', other = ''] = [a[index], b[index]];
    if (one !== other) return one < other ? -1 : 1;
  }
  return a.length - b.length;
}

/** A foreign text in a sentence: short and in one line. */
export function quoted(text: string): string {
  const plain = text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
  return plain.length > 60 ? `“${plain.slice(0, 57)}…”` : `“${plain}”`;
}
