/** A value of DER (X.690): its tag, its content, and itself as a whole. */
export interface DerValue {
  tag: number;
  content: Buffer;
  whole: Buffer;
}

/** Reads the values that follow each other. Throws a TypeError for what is no DER with one-byte tags. */
export function readDer(bytes: Buffer): DerValue[] {
  const values: DerValue[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1];
    if ((tag & 0x1f) === 0x1f || first === undefined) throw new TypeError('This is not DER.');
    const more = first < 0x80 ? 0 : first & 0x7f;
    if (more > 4) throw new TypeError('This is not DER.');
    const length = more === 0 ? first : bytes.readUIntBE(at + 2, more);
    const begin = at + 2 + more;
    if (begin + length > bytes.length) throw new TypeError('This DER is cut short.');
    values.push({
      tag,
      content: bytes.subarray(begin, begin + length),
      whole: bytes.subarray(at, begin + length),
    });
    at = begin + length;
  }
  return values;
}

/** Writes a value whose content is these parts, one after the other. */
export function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const short = length.subarray(length.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.from([tag, 0x80 | short.length]), short, content]);
}

/** Writes an object identifier. */
export function derOid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest.flatMap(base128)];
  return der(tags.oid, Buffer.from(bytes));
}

function base128(arc: number): number[] {
  const bytes = [arc & 0x7f];
  for (let left = arc >>> 7; left > 0; left >>>= 7) bytes.unshift(0x80 | (left & 0x7f));
  return bytes;
}

/** Tags that are used here. */
export const tags = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  sequence: 0x30,
  set: 0x31,
  context0: 0xa0,
  implicit0: 0x80,
  implicit2: 0x82,
} as const;
