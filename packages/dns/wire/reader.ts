/** Bytes that are no DNS message, or not the answer to what was asked. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

/** Reads the parts of a DNS message (RFC 1035 section 4.1) and throws {@link MalformedMessage} at its end. */
export class Reader {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  uint8(): number {
    return this.take(1).readUInt8(0);
  }

  uint16(): number {
    return this.take(2).readUInt16BE(0);
  }

  uint32(): number {
    return this.take(4).readUInt32BE(0);
  }

  uint48(): number {
    return this.take(6).readUIntBE(0, 6);
  }

  take(length: number): Buffer {
    if (this.at + length > this.bytes.length) throw new MalformedMessage('The message is cut short.');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** A name in presentation form without the dot at the end; pointers may only lead backwards, so it always ends. */
  name(): string {
    const labels: string[] = [];
    let length = 0;
    let at = this.at;
    let end: number | null = null;
    for (;;) {
      const size = this.bytes[at];
      if (size === undefined) throw new MalformedMessage('A name is cut short.');
      if (size >= 0xc0) {
        const low = this.bytes[at + 1];
        if (low === undefined) throw new MalformedMessage('A name is cut short.');
        const next = ((size & 0x3f) << 8) | low;
        end ??= at + 2;
        if (next >= at) throw new MalformedMessage('A name points forwards.');
        at = next;
        continue;
      }
      if (size > 63) throw new MalformedMessage('A label is of an unknown kind.');
      at += 1;
      if (size === 0) break;
      const label = this.bytes.subarray(at, at + size);
      if (label.length < size) throw new MalformedMessage('A name is cut short.');
      length += size + 1;
      if (length > 254) throw new MalformedMessage('A name is too long.');
      labels.push(labelText(label));
      at += size;
    }
    this.at = end ?? at;
    return labels.length === 0 ? '.' : labels.join('.');
  }
}

function labelText(label: Buffer): string {
  let text = '';
  for (const byte of label) {
    if (byte > 0x20 && byte < 0x7f && byte !== 0x2e && byte !== 0x5c)
      text += String.fromCharCode(byte).toLowerCase();
    else text += `\\${String(byte).padStart(3, '0')}`;
  }
  return text;
}

/** A canonical name as bytes, without compression. */
export function encodeName(name: string): Buffer {
  const labels = name === '.' ? [] : name.split('.').map((label) => Buffer.from(label, 'latin1'));
  return Buffer.concat([
    ...labels.flatMap((label) => [Buffer.from([label.length]), label]),
    Buffer.from([0]),
  ]);
}

/** A number of 1, 2, 4 or 6 bytes, highest first. */
export function uint(value: number, bytes: 1 | 2 | 4 | 6): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}
