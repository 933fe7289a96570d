import { InvalidRecord } from './invalid.ts';
import { canonicalName, quoted } from './name.ts';
import { bytesOfText, quotedText, textOfBytes } from './text.ts';

/** Types of records that are handled; SOA is read only. */
export const recordTypes = ['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'SRV', 'CAA', 'NS', 'PTR', 'SOA'] as const;

/** A type of {@link recordTypes}. */
export type RecordType = (typeof recordTypes)[number];

/** Whether a text names a type that is handled. */
export function isRecordType(text: string): text is RecordType {
  return recordTypes.some((type) => type === text);
}

/** The data of one record in its parts; names are canonical. */
export type Value =
  | { type: 'A' | 'AAAA'; address: string }
  | { type: 'CNAME' | 'NS' | 'PTR'; target: string }
  | { type: 'MX'; preference: number; exchange: string }
  | { type: 'TXT'; bytes: Uint8Array }
  | { type: 'SRV'; priority: number; weight: number; port: number; target: string }
  | { type: 'CAA'; flags: number; tag: string; value: string }
  | {
      type: 'SOA';
      primary: string;
      mailbox: string;
      serial: number;
      refresh: number;
      retry: number;
      expire: number;
      /** Seconds that resolvers remember that a name is not there (RFC 2308). */
      minimum: number;
    };

/** Reads the data of a record as a person or a zone file writes it. Throws {@link InvalidRecord} with a sentence. */
export function parseValue(type: RecordType, text: string): Value {
  const words = text.trim().split(/\s+/);
  switch (type) {
    case 'A':
      return { type, address: ipv4(text.trim()) };
    case 'AAAA':
      return { type, address: ipv6(text.trim()) };
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return { type, target: canonicalName(text) };
    case 'MX': {
      const [preference, exchange] = exactly(
        words,
        2,
        'A preference and a mail server, such as 10 mail.example.com',
      );
      return {
        type,
        preference: number(preference, 65_535, 'preference'),
        exchange: canonicalName(exchange ?? ''),
      };
    }
    case 'TXT':
      return { type, bytes: bytesOfText(text) };
    case 'SRV': {
      const hint = 'Priority, weight, port and target, such as 10 5 5060 sip.example.com';
      const [priority, weight, port, target] = exactly(words, 4, hint);
      return {
        type,
        priority: number(priority, 65_535, 'priority'),
        weight: number(weight, 65_535, 'weight'),
        port: number(port, 65_535, 'port'),
        target: canonicalName(target ?? ''),
      };
    }
    case 'CAA':
      return caa(text);
    case 'SOA': {
      const [primary, mailbox, ...numbers] = exactly(words, 7, 'Seven parts make an SOA');
      const [serial = 0, refresh = 0, retry = 0, expire = 0, minimum = 0] = numbers.map((word) =>
        number(word, 4_294_967_295, 'number'),
      );
      const names = { primary: canonicalName(primary ?? ''), mailbox: canonicalName(mailbox ?? '') };
      return { type, ...names, serial, refresh, retry, expire, minimum };
    }
    default:
      return type satisfies never;
  }
}

/** The one text of a value: what people see, what is compared. Names carry no dot at the end. */
export function formatValue(value: Value): string {
  return value.type === 'TXT' ? textOfBytes(value.bytes) : written(value, (name) => name);
}

/** A value as zone files and most APIs write it: absolute names with a dot at the end, texts in quotes. */
export function zoneFileValue(value: Value): string {
  if (value.type === 'TXT') return quotedText(value.bytes);
  return written(value, (name) => (name === '.' ? name : `${name}.`));
}

/** The canonical text of what somebody wrote. Throws {@link InvalidRecord}. */
export function canonicalValue(type: RecordType, text: string): string {
  return formatValue(parseValue(type, text));
}

/** The names a value points to. */
export function targetsOf(value: Value): string[] {
  if ('target' in value) return [value.target];
  return value.type === 'MX' ? [value.exchange] : [];
}

function written(value: Exclude<Value, { type: 'TXT' }>, name: (text: string) => string): string {
  switch (value.type) {
    case 'A':
    case 'AAAA':
      return value.address;
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return name(value.target);
    case 'MX':
      return `${value.preference} ${name(value.exchange)}`;
    case 'SRV':
      return `${value.priority} ${value.weight} ${value.port} ${name(value.target)}`;
    case 'CAA':
      return `${value.flags} ${value.tag} "${value.value}"`;
    case 'SOA': {
      const { serial, refresh, retry, expire, minimum } = value;
      const names = `${name(value.primary)} ${name(value.mailbox)}`;
      return [names, serial, refresh, retry, expire, minimum].join(' ');
    }
    default:
      return value satisfies never;
  }
}

function ipv4(text: string): string {
  const parts = text.split('.');
  const isAddress =
    parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  if (!isAddress)
    throw new InvalidRecord('values', `${quoted(text)} is not an IPv4 address, such as 192.0.2.1.`);
  return text;
}

/** In the form of RFC 5952, which the URL parser writes. */
function ipv6(text: string): string {
  const host =
    /^[0-9a-f:.]+$/i.test(text) && text.includes(':') ? URL.parse(`http://[${text}]/`)?.hostname : undefined;
  if (host === undefined)
    throw new InvalidRecord('values', `${quoted(text)} is not an IPv6 address, such as 2001:db8::1.`);
  return host.slice(1, -1);
}

function caa(text: string): Value {
  const [, flags, tag, quotedValue, plain] =
    /^\s*(\d+)\s+([a-zA-Z0-9]{1,15})\s+(?:"([\u0020\u0021\u0023-\u005b\u005d-\u007e]*)"|([\u0021\u0023-\u005b\u005d-\u007e]*))\s*$/.exec(
      text,
    ) ?? [];
  if (flags === undefined || tag === undefined) {
    throw new InvalidRecord('values', 'Flags, a tag and a value, such as 0 issue "letsencrypt.org".');
  }
  const value = quotedValue ?? plain ?? '';
  return { type: 'CAA', flags: number(flags, 255, 'flags'), tag: tag.toLowerCase(), value };
}

function exactly(words: string[], count: number, hint: string): string[] {
  if (words.length !== count) throw new InvalidRecord('values', `${hint}.`);
  return words;
}

function number(text: string | undefined, most: number, what: string): number {
  if (text === undefined || !/^\d{1,10}$/.test(text) || Number(text) > most)
    throw new InvalidRecord('values', `The ${what} is a number from 0 to ${most}.`);
  return Number(text);
}
