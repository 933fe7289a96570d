import { InvalidRecord } from './record/invalid.ts';
import { canonicalName, quoted } from './record/name.ts';
import type { RawRecord } from './record/rrset.ts';

/** A record of a zone file and the line in which it begins, or why it cannot be read. */
export type ZoneFileEntry = { line: number } & ({ record: RawRecord } | { owner: string; problem: string });

/** How a zone file is read: the zone that relative names lie in until `$ORIGIN` says another; null when it must say one. */
export interface ZoneFileOptions {
  origin: string | null;
}

/**
 * Reads a zone file (RFC 1035 section 5, `$TTL` of RFC 2308, times such as `1h30m` as BIND has them), one record at a time:
 * comments, parentheses, texts in quotes, `\DDD`, names relative to `$ORIGIN`, an owner that is left out. Files are not
 * followed: `$INCLUDE` and `$GENERATE` are problems. Values come in the form in which a person writes them, names absolute; of
 * many lines that say nothing a null comes now and then.
 *
 * @throws {InvalidRecord} `name` when `origin` is no name
 */
export function* readZoneFile(text: string, options: ZoneFileOptions): Generator<ZoneFileEntry | null> {
  let origin = options.origin === null ? null : canonicalName(options.origin);
  let owner: string | null = null;
  let defaultTtl: number | null = null;
  let lastTtl: number | null = null;
  let isOwnerLost = false;
  for (const statement of statements(text)) {
    if (statement === null) {
      yield null;
      continue;
    }
    const { line, tokens, hasOwner, problem } = statement;
    const [first] = tokens;
    const isDirective = hasOwner && first?.isQuoted === false && first.text.startsWith('$');
    const word = isDirective ? first.text.toUpperCase() : '';
    // What cannot be read leaves none behind: records after it are not those of the name, or the zone, before.
    if (hasOwner && !isDirective && (first !== undefined || problem !== null)) {
      owner = null;
      isOwnerLost = true;
    }
    const outer: string | null = origin;
    if (word === '$ORIGIN') origin = null;
    try {
      if (hasOwner && !isDirective && first !== undefined) owner = absolute(first.text, origin);
      if (problem !== null) throw wrong(problem);
      if (first === undefined) continue;
      if (isDirective) {
        const [, argument, ...others] = tokens;
        if (word === '$INCLUDE') {
          throw wrong('$INCLUDE is not followed: other files are not read. Put its records in here.');
        }
        if (word !== '$ORIGIN' && word !== '$TTL') throw wrong(`${quoted(first.text)} is not known here.`);
        if (argument === undefined || others.length > 0) throw wrong(`${word} takes one word.`);
        if (word === '$ORIGIN') origin = absolute(argument.text, outer);
        else defaultTtl = timeOf(argument.text) ?? fail(`${quoted(argument.text)} is no time to live.`);
        continue;
      }
      const rest = hasOwner ? tokens.slice(1) : [...tokens];
      if (owner === null) {
        throw wrong(
          isOwnerLost
            ? 'It belongs to the name of a line before, which cannot be read.'
            : 'The first record has no name.',
        );
      }
      const head = headOf(rest);
      const [type, ...data] = head.rest;
      if (type === undefined) throw wrong('The type is missing.');
      // RFC 1035: a time that is left out is the last one given; $TTL stands before that.
      const ttl = head.ttl ?? defaultTtl ?? lastTtl ?? 3600;
      lastTtl = head.ttl ?? lastTtl;
      const record = { name: owner, type: type.text.toUpperCase(), ttl };
      yield { line, record: { ...record, value: valueOf(record.type, data, origin) } };
    } catch (error) {
      if (!(error instanceof InvalidRecord)) throw error;
      yield { line, owner: owner ?? '', problem: error.message };
    }
    if (statement.isUnclosed) {
      owner = null;
      isOwnerLost = true;
    }
  }
}

interface Token {
  /** As written, escapes untouched; without the quotes. */
  text: string;
  isQuoted: boolean;
}

interface Statement {
  line: number;
  tokens: Token[];
  /** Whether it begins in the first column. */
  hasOwner: boolean;
  problem: string | null;
  /** Whether a parenthesis took in lines of which nobody knows whose they are. */
  isUnclosed: boolean;
}

/** Characters of one record at most: a text of 65,000 bytes, each as `\DDD`. */
const longestStatement = 300_000;
/** Words of one record at most; a text of 65,000 bytes has 257 where each is filled. */
const mostWords = 4096;

/**
 * Cuts a file into its statements: a line each, but for parentheses. Looked at after every word, so that no record takes long;
 * of many words a null comes now and then.
 */
function* statements(text: string): Generator<Statement | null> {
  let line = 1;
  let depth = 0;
  let from = 0;
  let statement = begin(text, 0, line);
  let steps = 0;
  for (let at = 0; at < text.length; ) {
    steps += 1;
    if (steps % 1000 === 0) yield null;
    const isTooLong = at - from >= longestStatement || statement.tokens.length > mostWords;
    const character = text[at] ?? '';
    if (character === '\n') {
      line += 1;
      at += 1;
      if (depth > 0 && !isTooLong) continue;
      close(statement, depth);
      depth = 0;
      yield statement;
      from = at;
      statement = begin(text, at, line);
    } else if (isTooLong) {
      statement.problem ??= depth > 0 ? unclosed : tooLong;
      at = endOfLine(text, at);
    } else if (character === '(' || character === ')') {
      depth += character === '(' ? 1 : -1;
      at += 1;
      if (depth < 0) {
        statement.problem ??= 'A parenthesis is closed that was not opened.';
        depth = 0;
      }
    } else {
      const passed = matchAt(between, text, at);
      const isQuoted = character === '"';
      const begun = isQuoted ? at + 1 : at;
      const end = passed === null ? endOfRun(isQuoted ? inQuotes : inWord, text, begun) : at;
      const isWhole = isQuoted ? text[end] === '"' : end > begun;
      if (passed !== null) {
        at += passed[0].length;
      } else if (end - begun > longestStatement) {
        statement.problem ??= tooLong;
        at = endOfLine(text, at);
      } else if (isWhole) {
        statement.tokens.push({ text: text.slice(begun, end), isQuoted });
        at = isQuoted ? end + 1 : end;
      } else {
        statement.problem ??= isQuoted ? 'A quote is not closed.' : `${quoted(character)} does not fit here.`;
        at = endOfLine(text, at);
      }
    }
  }
  close(statement, depth);
  yield statement;
}

const between = /[ \t\r\ufeff]+|;[^\n]*/y;
const inWord = /[^\\\s"();]+|\\[^\n]/y;
const inQuotes = /[^"\\\n]+|\\[^\n]/y;
const tooLong = 'One record is longer than any record can be.';
const unclosed = 'A parenthesis is not closed.';

function close(statement: Statement, depth: number): void {
  if (depth === 0) return;
  statement.problem ??= unclosed;
  statement.isUnclosed = true;
}

/** Where pieces end that follow one another; one pattern for all of them overflows on long texts. */
function endOfRun(piece: RegExp, text: string, from: number): number {
  let at = from;
  while (at - from < longestStatement) {
    const found = matchAt(piece, text, at);
    if (found === null) break;
    at += found[0].length;
  }
  return at;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

function begin(text: string, at: number, line: number): Statement {
  const isBlank = /^[ \t]$/.test(text[at] ?? '');
  return { line, tokens: [], hasOwner: !isBlank, problem: null, isUnclosed: false };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Time to live and class may come in either order, or not at all. */
function headOf(tokens: readonly Token[]): { ttl: number | null; rest: Token[] } {
  let ttl: number | null = null;
  let hasClass = false;
  const rest = [...tokens];
  for (let [next] = rest; next !== undefined && !next.isQuoted; [next] = rest) {
    const time = timeOf(next.text);
    if (/^(?:in|ch|hs|cs)$/i.test(next.text) && !hasClass) {
      if (!/^in$/i.test(next.text))
        throw wrong(`The class ${next.text.toUpperCase()} is not that of the internet.`);
      hasClass = true;
    } else if (time !== null && ttl === null) ttl = time;
    else break;
    rest.shift();
  }
  return { ttl, rest };
}

/** Seconds of `3600` or `1h30m`; null for what is neither. */
function timeOf(text: string): number | null {
  if (!/^(?:\d{1,10}|(?:\d{1,10}[smhdw])+)$/i.test(text)) return null;
  const units: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
  let seconds = 0;
  for (const [, amount, unit = 's'] of text.matchAll(/(\d+)([smhdw])?/gi)) {
    seconds += Number(amount) * (units[unit.toLowerCase()] ?? 1);
  }
  return seconds > 2_147_483_647 ? null : seconds;
}

/** Which of the words of a type's data are names. */
const names: Record<string, readonly number[]> = {
  ...{ CNAME: [0], NS: [0], PTR: [0], DNAME: [0], MX: [1], SRV: [3], SOA: [0, 1] },
};

function valueOf(type: string, data: readonly Token[], origin: string | null): string {
  if (data.length === 0) throw wrong(`The data of the ${quoted(type)} record is missing.`);
  for (const { text } of data) {
    const [, digits] = [...text.matchAll(/\\(\d{3})/g)].find(([, number]) => Number(number) > 255) ?? [];
    if (digits !== undefined) throw wrong(`\\${digits} is no byte.`);
  }
  if (type === 'TXT' || type === 'SPF') return data.map(({ text }) => `"${text}"`).join(' ');
  const isName = names[type] ?? [];
  return data
    .map(({ text, isQuoted }, at) => {
      if (isName.includes(at)) return wholeName(text, origin);
      if (type === 'SOA' && at > 1) return String(timeOf(text) ?? text);
      return isQuoted ? `"${text}"` : text;
    })
    .join(' ');
}

/** A name in data, not yet proven: what is no name is for who reads the value. */
function wholeName(text: string, origin: string | null): string {
  if (text.endsWith('.') && text !== '.') return text.slice(0, -1);
  if (text === '.') return text;
  if (origin === null) throw noOrigin(text);
  if (text === '@') return origin;
  return origin === '.' ? text : `${text}.${origin}`;
}

function noOrigin(text: string): InvalidRecord {
  return wrong(`${quoted(text)} lies below a zone that is not named: $ORIGIN is missing.`);
}

/** `@` is the origin, a name with a dot at its end is whole, any other lies below the origin. */
function absolute(text: string, origin: string | null): string {
  if (text.endsWith('.')) return canonicalName(text);
  if (origin === null) throw noOrigin(text);
  if (text === '@') return origin;
  return canonicalName(origin === '.' ? text : `${text}.${origin}`);
}

function wrong(message: string): InvalidRecord {
  return new InvalidRecord('values', message);
}

function fail(message: string): never {
  throw wrong(message);
}
