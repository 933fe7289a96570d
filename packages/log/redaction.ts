const known = new Map<string, string[]>();
let matcher: RegExp | null = null;

/** Our own tokens are recognised by their prefix wherever they stand. */
const ownTokens = /\b(neb_|nes_|neu_|nec_|ner_)[A-Za-z0-9_-]{20,}/g;
const secretKeys =
  /("(?:[\w-]*(?:password|passwd|secret|token|api[-_]?key|authorization|cookie|credential|private[-_]?key)[\w-]*)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;

/**
 * Makes a value known as secret for the life of the process: {@link redact} then removes it in plain form and as
 * base64, base64url, hex (both cases), percent-encoded, JSON-escaped and HTML-escaped text. Values under 6 characters are
 * left alone, since they would blank ordinary words.
 */
export function registerSecret(value: string): void {
  if (value.length < 6 || known.has(value)) return;
  known.set(value, encodingsOf(value));
  matcher = null;
}

/** Takes a value out of the known secrets again. */
export function forgetSecret(value: string): void {
  if (known.delete(value)) matcher = null;
}

/** The text without known secrets, our own tokens, and values of JSON keys whose names say that they are secret. */
export function redact(text: string): string {
  const byShape = text.replace(ownTokens, '$1[secret]').replace(secretKeys, '$1"[secret]"');
  if (known.size === 0) return byShape;
  matcher ??= new RegExp([...known.values()].flat().sort(longestFirst).map(escapeRegExp).join('|'), 'g');
  return byShape.replace(matcher, '[secret]');
}

/**
 * The value as JSON without the same things. A secret can be a number or a whole document too: what then stands for it is a
 * text of its own, so that whoever reads it still reads JSON.
 */
export function redactJson(value: unknown): string {
  const json = JSON.stringify(value);
  const redacted = redact(json);
  return redacted === json || isJson(redacted) ? redacted : JSON.stringify(redactedPart(JSON.parse(json)));
}

/** {@link redactJson} for a line of JSON that is written already. */
export function redactLine(line: string): string {
  const redacted = redact(line);
  return redacted === line || isJson(redacted) ? redacted : `${redactJson(JSON.parse(line))}\n`;
}

function redactedPart(value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  const json = JSON.stringify(value);
  const redacted = redact(json);
  if (redacted === json) return value;
  if (typeof value !== 'object' || value === null || redacted === '[secret]') return '[secret]';
  if (Array.isArray(value)) return value.map(redactedPart);
  // By its name or by itself: a pair tells both.
  const parts = Object.entries(value).map(([key, part]) => {
    const pair = redact(JSON.stringify({ [key]: part }));
    return [redact(key), isJson(pair) && typeof part === 'string' ? partOf(pair) : redactedPart(part)];
  });
  return Object.fromEntries(parts);
}

/** The one value of an object that is written as JSON. */
function partOf(json: string): unknown {
  return Object.values(JSON.parse(json))[0];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function encodingsOf(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  const forms = new Set([
    value,
    bytes.toString('base64url'),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    encodeURIComponent(value),
    new URLSearchParams({ v: value }).toString().slice(2),
    JSON.stringify(value).slice(1, -1),
    value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
  ]);
  for (const offset of [0, 1, 2]) for (const form of base64At(bytes, offset)) forms.add(form);
  return [...forms].filter((form) => form.length >= 6);
}

/** Base64 of bytes that stand `offset` bytes after the start of a group of three, as inside a longer encoded text. */
function base64At(bytes: Buffer, offset: number): string[] {
  const padded = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const start = offset === 0 ? 0 : offset + 1;
  const end = (offset + bytes.length) % 3 === 0 ? padded.length : padded.length - 1;
  const core = padded.slice(start, end);
  return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
}

function longestFirst(a: string, b: string): number {
  return b.length - a.length;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
