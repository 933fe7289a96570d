import { InvalidRecord } from './invalid.ts';

const encoder = new TextEncoder();

/**
 * The bytes of a TXT value as a person writes it. Either character strings in quotes (`"a" "b"`, which belong together, as
 * in a zone file) or plain text; `\DDD` is a byte and `\\` a backslash in both (RFC 1035 section 5.1). Throws
 * {@link InvalidRecord}.
 */
export function bytesOfText(text: string): Uint8Array {
  const trimmed = text.trim();
  const isQuoted = trimmed.startsWith('"');
  const source = isQuoted ? joined(trimmed) : trimmed;
  const bytes: number[] = [];
  for (let at = 0; at < source.length; ) {
    const rest = source.slice(at, at + 4);
    const [, digits] = /^\\(\d{3})/.exec(rest) ?? [];
    if (digits !== undefined && Number(digits) <= 255) {
      bytes.push(Number(digits));
      at += 4;
    } else if (rest.startsWith('\\') && (isQuoted || rest[1] === '\\') && rest.length > 1) {
      const character = String.fromCodePoint(source.codePointAt(at + 1) ?? 0);
      bytes.push(...encoder.encode(character));
      at += 1 + character.length;
    } else {
      const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
      bytes.push(...encoder.encode(character));
      at += character.length;
    }
  }
  if (bytes.length > 65_000) throw new InvalidRecord('values', 'A text has at most 65,000 bytes.');
  return Uint8Array.from(bytes);
}

/** The strings of `"a" "b"` one after the other, escapes untouched. */
function joined(text: string): string {
  const strings = [...text.matchAll(/"((?:[^"\\]|\\[^])*)"(\s+|$)/gy)];
  const used = strings.reduce((sum, [whole]) => sum + whole.length, 0);
  if (used !== text.length) {
    throw new InvalidRecord('values', 'A text that begins with a quote must be whole strings in quotes.');
  }
  return strings.map(([, inner = '']) => inner).join('');
}

/** The one form in which texts are kept: readable characters as they are, `\\` for a backslash, `\DDD` for other bytes. */
export function textOfBytes(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const { character, length } = characterAt(bytes, at);
    const isEdge = at === 0 || at + length === bytes.length;
    const isEdgeSpace = isEdge && character !== null && /\p{Zs}/u.test(character);
    const isFirstQuote = character === '"' && at === 0;
    if (character === '\\') text += '\\\\';
    else if (character !== null && isReadable(character) && !isEdgeSpace && !isFirstQuote) text += character;
    else text += [...bytes.subarray(at, at + length)].map(escaped).join('');
    at += length;
  }
  return text;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function characterAt(bytes: Uint8Array, at: number): { character: string | null; length: number } {
  const first = bytes[at] ?? 0;
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  try {
    const character = decoder.decode(bytes.subarray(at, at + length));
    return [...character].length === 1 ? { character, length } : { character: null, length: 1 };
  } catch {
    // Not UTF-8 here: this byte is told by its number.
    return { character: null, length: 1 };
  }
}

function isReadable(character: string): boolean {
  return !/[\p{C}\p{Zl}\p{Zp}]/u.test(character);
}

function escaped(byte: number): string {
  return `\\${String(byte).padStart(3, '0')}`;
}

/** A text as zone files write it: strings of at most 255 bytes in quotes, everything but plain ASCII escaped. */
export function quotedText(bytes: Uint8Array): string {
  return stringsOf(bytes)
    .map((part) => `"${[...part].map(quotedByte).join('')}"`)
    .join(' ');
}

function quotedByte(byte: number): string {
  if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : escaped(byte);
}

/** Cuts bytes into character strings of at most 255 bytes; no bytes are one empty string. */
export function stringsOf(bytes: Uint8Array): Uint8Array[] {
  const strings: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += 255) strings.push(bytes.subarray(at, at + 255));
  return strings;
}
