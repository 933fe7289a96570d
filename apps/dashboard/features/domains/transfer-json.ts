import { mostRecord } from './transfer-csv.ts';
import { unreadable } from './transfer-unreadable.ts';

/** One entry of a list, as text, and the line in which it begins. */
export interface JsonEntry {
  line: number;
  text: string;
}

const space = /[ \t\r\n]*/y;
const mark = /["[\]{}\n]/g;
const scalar = /[^\s,\]}]+/y;

/**
 * Cuts a list in JSON into its entries without parsing it as a whole, which would hold up everybody else: an array, or what an
 * object has under `domains`. Of each member that is passed over a null comes, so that others get turns.
 *
 * @throws AppError FILE_UNREADABLE with the line
 */
export function* readEntries(text: string): Generator<JsonEntry | null> {
  const reader = { text, at: text.startsWith('\ufeff') ? 1 : 0, line: 1 };
  skipSpace(reader);
  const isBare = text[reader.at] === '[';
  if (!isBare && !(yield* findList(reader))) throw unreadable('no-list', null);
  reader.at += 1;
  skipSpace(reader);
  if (text[reader.at] === ']') reader.at += 1;
  else yield* entries(reader);
  if (!isBare) yield* skipMembers(reader);
  skipSpace(reader);
  if (reader.at < text.length) throw unreadable('not-json', reader.line);
}

interface Reader {
  text: string;
  at: number;
  line: number;
}

function* entries(reader: Reader): Generator<JsonEntry> {
  for (;;) {
    skipSpace(reader);
    const { line } = reader;
    yield { line, text: takeValue(reader) };
    skipSpace(reader);
    const next = reader.text[reader.at];
    reader.at += 1;
    if (next === ']') return;
    if (next !== ',') throw unreadable('not-json', reader.line);
  }
}

/** Goes to the list under `domains`; false when there is none. */
function* findList(reader: Reader): Generator<null, boolean> {
  if (reader.text[reader.at] !== '{') return false;
  reader.at += 1;
  for (;;) {
    skipSpace(reader);
    if (reader.text[reader.at] === '}') return false;
    const name = takeName(reader);
    if (name === '"domains"') return reader.text[reader.at] === '[';
    takeValue(reader);
    skipSpace(reader);
    if (reader.text[reader.at] !== ',') return false;
    reader.at += 1;
    yield null;
  }
}

/** Passes over what an object has after its list, up to its end. */
function* skipMembers(reader: Reader): Generator<null, void> {
  for (;;) {
    skipSpace(reader);
    const next = reader.text[reader.at];
    reader.at += 1;
    if (next === '}') return;
    if (next !== ',') throw unreadable('not-json', reader.line);
    skipSpace(reader);
    takeName(reader);
    takeValue(reader);
    yield null;
  }
}

function takeName(reader: Reader): string {
  if (reader.text[reader.at] !== '"') throw unreadable('not-json', reader.line);
  const name = takeValue(reader);
  skipSpace(reader);
  if (reader.text[reader.at] !== ':') throw unreadable('not-json', reader.line);
  reader.at += 1;
  skipSpace(reader);
  return name;
}

/** The text of the value that begins here; whether it is well formed is for who parses it. */
function takeValue(reader: Reader): string {
  const { text, at: begin } = reader;
  scalar.lastIndex = begin;
  if (!/["[{]/.test(text[begin] ?? '')) {
    const word = scalar.exec(text)?.[0];
    if (word === undefined) throw unreadable('not-json', reader.line);
    if (word.length > mostRecord) throw unreadable('too-long', reader.line);
    reader.at = begin + word.length;
    return word;
  }
  let depth = 0;
  let at = begin;
  do {
    mark.lastIndex = at;
    const found = mark.exec(text);
    if (found === null) throw unreadable('not-json', reader.line);
    at = found.index + 1;
    if (found[0] === '"') at = endOfText(text, at, reader.line);
    else if (found[0] === '\n') reader.line += 1;
    else depth += found[0] === '[' || found[0] === '{' ? 1 : -1;
    if (at - begin > mostRecord) throw unreadable('too-long', reader.line);
  } while (depth > 0);
  reader.at = at;
  return text.slice(begin, at);
}

function endOfText(text: string, from: number, line: number): number {
  for (let end = text.indexOf('"', from); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return end + 1;
    if (end - from > mostRecord) throw unreadable('too-long', line);
  }
  throw unreadable('not-json', line);
}

function skipSpace(reader: Reader): void {
  space.lastIndex = reader.at;
  const [passed = ''] = space.exec(reader.text) ?? [];
  if (passed.length > mostRecord) throw unreadable('too-long', reader.line);
  for (const character of passed) if (character === '\n') reader.line += 1;
  reader.at += passed.length;
}
