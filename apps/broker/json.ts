/** A JSON value as the broker holds it; objects have no prototype, so `__proto__` is a key like any other. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object without a prototype. */
export interface JsonObject {
  [key: string]: Json;
}

/** Why a text is not JSON the broker accepts. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
}

const space = /[ \t\n\r]*/y;
const numberToken = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// A string without control characters; escapes are checked here and decoded by JSON.parse.
const stringToken = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/**
 * Parses JSON strictly: one value, no duplicate keys, whole safe numbers, no NUL, no lone surrogates, at most 24
 * levels. Two readers of an accepted text cannot disagree about it.
 *
 * @param source text or UTF-8 bytes
 * @param keys `folded` also refuses keys of one object that differ only by case, as the engine would merge them
 * @param limits `deepest` level; whether `fractions` may stand among the numbers
 * @throws {JsonError}
 */
export function parseJson(
  source: string | Buffer,
  keys: 'folded' | 'exact' = 'folded',
  { deepest = 24, fractions = false }: { deepest?: number; fractions?: boolean } = {},
): Json {
  const text = typeof source === 'string' ? source : decodeUtf8(source);
  let at = 0;

  function fail(what: string): never {
    throw new JsonError(`The JSON is not acceptable at character ${at}: ${what}.`);
  }

  function match(token: RegExp): string | undefined {
    token.lastIndex = at;
    const found = token.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  }

  function take(character: string): boolean {
    match(space);
    if (text[at] !== character) return false;
    at += 1;
    return true;
  }

  function readString(): string {
    const token = match(stringToken);
    if (token === undefined) fail('a string was expected');
    const value: unknown = JSON.parse(token);
    if (typeof value !== 'string') fail('a string was expected');
    if (!value.isWellFormed() || value.includes('\0')) fail('a string holds NUL or half a character');
    return value;
  }

  function readNumber(): number {
    const token = match(numberToken);
    if (token === undefined) fail('a value was expected');
    const value = Number(token);
    const isExact =
      fractions && !Number.isInteger(value) ? Number.isFinite(value) : Number.isSafeInteger(value);
    if (!isExact) fail(`numbers are ${fractions ? '' : 'whole and '}below 2^53`);
    return value === 0 ? 0 : value;
  }

  function readList(depth: number): Json[] {
    const list: Json[] = [];
    if (take(']')) return list;
    do list.push(readValue(depth));
    while (take(','));
    if (!take(']')) fail('the list does not end');
    return list;
  }

  function readObject(depth: number): JsonObject {
    const object = emptyObject();
    if (take('}')) return object;
    const seen = new Set<string>();
    do {
      match(space);
      const key = readString();
      const folded = keys === 'folded' ? foldKey(key) : key;
      if (seen.has(folded)) fail(`the key ${JSON.stringify(key)} stands twice`);
      seen.add(folded);
      if (!take(':')) fail('a colon was expected');
      object[key] = readValue(depth);
    } while (take(','));
    if (!take('}')) fail('the object does not end');
    return object;
  }

  function readValue(depth: number): Json {
    if (depth > deepest) fail(`it is more than ${deepest} levels deep`);
    match(space);
    if (text[at] === '"') return readString();
    if (take('{')) return readObject(depth + 1);
    if (take('[')) return readList(depth + 1);
    for (const [word, value] of words) {
      if (text.startsWith(word, at)) {
        at += word.length;
        return value;
      }
    }
    return readNumber();
  }

  const value = readValue(0);
  match(space);
  if (at !== text.length) fail('something follows the value');
  return value;
}

const words: [string, Json][] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

/** A new object without a prototype. */
export function emptyObject(): JsonObject {
  const object: JsonObject = Object.create(null);
  return object;
}

/** Tells whether a value is a JSON object. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A key as the engine compares it: Go's `encoding/json` matches by simple case folding (K is the Kelvin sign too). */
export function foldKey(key: string): string {
  return key.toUpperCase().toLowerCase();
}

/** JSON with sorted keys and no spaces: the same value always gives the same text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
    const sorted: Record<string, unknown> = Object.create(null);
    for (const [key, inner] of Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) sorted[key] = inner;
    return sorted;
  });
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new JsonError('The body is not valid UTF-8.', { cause });
  }
}
