import { type RecordType, stringsOf, type Value } from '../record.ts';
import { encodeName, MalformedMessage, type Reader, uint } from './reader.ts';

/** Numbers of the record types (IANA, Domain Name System parameters). */
export const typeNumbers: Record<RecordType, number> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  CAA: 257,
};

const typesByNumber = new Map(Object.entries(typeNumbers).map(([type, number]) => [number, type]));

/** Name of a type; `TYPE65` for one that is not handled (RFC 3597). */
export function typeName(number: number): string {
  return typesByNumber.get(number) ?? `TYPE${number}`;
}

/** The data of a record as bytes, without compression. */
export function encodeValue(value: Value): Buffer {
  switch (value.type) {
    case 'A':
      return Buffer.from(value.address.split('.').map(Number));
    case 'AAAA':
      return ipv6Bytes(value.address);
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return encodeName(value.target);
    case 'MX':
      return Buffer.concat([uint(value.preference, 2), encodeName(value.exchange)]);
    case 'TXT':
      return Buffer.concat(stringsOf(value.bytes).flatMap((part) => [uint(part.length, 1), part]));
    case 'SRV': {
      const numbers = [value.priority, value.weight, value.port].map((one) => uint(one, 2));
      return Buffer.concat([...numbers, encodeName(value.target)]);
    }
    case 'CAA': {
      const tag = Buffer.from(value.tag, 'latin1');
      return Buffer.concat([
        uint(value.flags, 1),
        uint(tag.length, 1),
        tag,
        Buffer.from(value.value, 'latin1'),
      ]);
    }
    case 'SOA': {
      const { serial, refresh, retry, expire, minimum } = value;
      const numbers = [serial, refresh, retry, expire, minimum].map((one) => uint(one, 4));
      return Buffer.concat([encodeName(value.primary), encodeName(value.mailbox), ...numbers]);
    }
    default:
      return value satisfies never;
  }
}

/** Reads the data of a record that ends at `end`; null for a type that is not handled. Throws MalformedMessage. */
export function decodeValue(type: string, reader: Reader, end: number): Value | null {
  const value = partsOf(type, reader, end);
  if (value !== null && reader.at !== end)
    throw new MalformedMessage('The data of a record has another length.');
  return value;
}

function partsOf(type: string, reader: Reader, end: number): Value | null {
  switch (type) {
    case 'A':
      return { type, address: [...reader.take(4)].join('.') };
    case 'AAAA':
      return { type, address: ipv6Text(reader.take(16)) };
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return { type, target: reader.name() };
    case 'MX':
      return { type, preference: reader.uint16(), exchange: reader.name() };
    case 'TXT': {
      const parts: Buffer[] = [];
      while (reader.at < end) parts.push(reader.take(reader.uint8()));
      return { type, bytes: Buffer.concat(parts) };
    }
    case 'SRV': {
      const [priority, weight, port] = [reader.uint16(), reader.uint16(), reader.uint16()];
      return { type, priority, weight, port, target: reader.name() };
    }
    case 'CAA': {
      const flags = reader.uint8();
      const tag = reader.take(reader.uint8()).toString('latin1').toLowerCase();
      if (reader.at > end) throw new MalformedMessage('A CAA record is cut short.');
      return { type, flags, tag, value: reader.take(end - reader.at).toString('latin1') };
    }
    case 'SOA': {
      const names = { primary: reader.name(), mailbox: reader.name() };
      const [serial, refresh, retry] = [reader.uint32(), reader.uint32(), reader.uint32()];
      return { type, ...names, serial, refresh, retry, expire: reader.uint32(), minimum: reader.uint32() };
    }
    default:
      return null;
  }
}

function ipv6Bytes(address: string): Buffer {
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array<string>(8 - left.length - right.length).fill('0');
  return Buffer.concat([...left, ...zeros, ...right].map((group) => uint(Number.parseInt(group, 16), 2)));
}

function ipv6Text(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}
