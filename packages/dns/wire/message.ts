import { randomInt } from 'node:crypto';
import { formatValue, type RecordType, type Value } from '../record.ts';
import { decodeValue, typeName, typeNumbers } from './rdata.ts';
import { encodeName, MalformedMessage, Reader, uint } from './reader.ts';

/** Answer codes (RFC 1035 section 4.1.1, RFC 2136 section 2.2, RFC 8945). */
export type ResponseCode = (typeof codes)[number] | `RCODE${number}`;

const codes = [
  ...['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'YXDOMAIN', 'YXRRSET'],
  ...['NXRRSET', 'NOTAUTH', 'NOTZONE'],
] as const;

/** Classes of records; the last two only in updates (RFC 2136). */
export const classes = { IN: 1, NONE: 254, ANY: 255 } as const;

/** A record of an answer. `value` is null for a type that is not handled. */
export interface WireRecord {
  name: string;
  type: string;
  class: number;
  ttl: number;
  value: Value | null;
  /** The value as text; empty for one that is not handled. */
  text: string;
  /** The data as it came. */
  data: Buffer;
  /** Where the record begins in the message. */
  start: number;
}

/** An answer. */
export interface Message {
  id: number;
  isResponse: boolean;
  opcode: number;
  isAuthoritative: boolean;
  isTruncated: boolean;
  code: ResponseCode;
  question: { name: string; type: string } | null;
  answers: WireRecord[];
  authority: WireRecord[];
  additional: WireRecord[];
}

/** Numbers of the types that only questions have. */
const questionNumbers: Record<RecordType | 'AXFR' | 'ANY', number> = { ...typeNumbers, AXFR: 252, ANY: 255 };

/** What is asked for: a type, or the whole zone. */
export type QuestionType = keyof typeof questionNumbers;

/** Makes a question; its id is random. EDNS (RFC 6891) lets answers of 1232 bytes come over UDP. */
export function encodeQuestion(
  question: { name: string; type: QuestionType },
  { recursion = true, edns = true }: { recursion?: boolean; edns?: boolean } = {},
): Buffer {
  const options = edns
    ? Buffer.concat([Buffer.from([0]), uint(41, 2), uint(1232, 2), uint(0, 4), uint(0, 2)])
    : Buffer.alloc(0);
  return Buffer.concat([
    header({ flags: recursion ? 0x0100 : 0, counts: [1, 0, 0, edns ? 1 : 0] }),
    ...[encodeName(question.name), uint(questionNumbers[question.type], 2), uint(classes.IN, 2)],
    options,
  ]);
}

/** The first twelve bytes of a message with a random id. */
export function header({
  flags,
  counts,
}: {
  flags: number;
  counts: [number, number, number, number];
}): Buffer {
  return Buffer.concat([
    uint(randomInt(65_536), 2),
    uint(flags, 2),
    ...counts.map((count) => uint(count, 2)),
  ]);
}

/** A record as bytes. */
export function encodeRecord(record: {
  name: string;
  type: number;
  class: number;
  ttl: number;
  data: Buffer;
}): Buffer {
  const { name, type, ttl, data } = record;
  const fixed = [uint(type, 2), uint(record.class, 2), uint(ttl, 4), uint(data.length, 2)];
  return Buffer.concat([encodeName(name), ...fixed, data]);
}

/** Reads a whole message. Throws {@link MalformedMessage}. */
export function decodeMessage(bytes: Buffer): Message {
  const reader = new Reader(bytes);
  const id = reader.uint16();
  const flags = reader.uint16();
  const [questions, answers, authority, additional] = [
    reader.uint16(),
    reader.uint16(),
    reader.uint16(),
    reader.uint16(),
  ];
  if (questions > 1) throw new MalformedMessage('A message has one question at most.');
  const question = questions === 0 ? null : { name: reader.name(), type: questionName(reader.uint16()) };
  if (question !== null) reader.uint16();
  const code = flags & 15;
  return {
    id,
    isResponse: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 15,
    isAuthoritative: (flags & 0x0400) !== 0,
    isTruncated: (flags & 0x0200) !== 0,
    code: codes[code] ?? `RCODE${code}`,
    question,
    answers: records(reader, answers),
    authority: records(reader, authority),
    additional: records(reader, additional),
  };
}

function questionName(number: number): string {
  if (number === questionNumbers.AXFR) return 'AXFR';
  return number === questionNumbers.ANY ? 'ANY' : typeName(number);
}

function records(reader: Reader, count: number): WireRecord[] {
  const found: WireRecord[] = [];
  for (let index = 0; index < count; index += 1) {
    const start = reader.at;
    const name = reader.name();
    const type = typeName(reader.uint16());
    const recordClass = reader.uint16();
    const ttl = reader.uint32();
    const length = reader.uint16();
    const end = reader.at + length;
    const data = reader.bytes.subarray(reader.at, end);
    if (data.length < length) throw new MalformedMessage('A record is cut short.');
    const value = recordClass === classes.IN ? decodeValue(type, reader, end) : null;
    reader.at = end;
    found.push({
      name,
      type,
      class: recordClass,
      ttl,
      value,
      text: value === null ? '' : formatValue(value),
      data,
      start,
    });
  }
  return found;
}
