/**
 * The text of a container's log. Without a terminal the engine sends frames of both streams: a byte for the stream, three
 * zeros, four bytes of length, then the text (docs.docker.com/reference/api/engine, attach).
 */
export function plainText(bytes: Buffer): string {
  if (!isFramed(bytes)) return bytes.toString('utf8');
  const parts: Buffer[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at + 4);
    parts.push(bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(parts).toString('utf8');
}

function isFramed(bytes: Buffer): boolean {
  return bytes.length >= 8 && (bytes[0] ?? 9) <= 2 && bytes.readUIntBE(1, 3) === 0;
}
