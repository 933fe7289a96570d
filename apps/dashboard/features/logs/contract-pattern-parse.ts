/** A part of a regular expression. */
export type Node =
  | { kind: 'set'; has: CharTest }
  | { kind: 'start' | 'end' | 'word-edge' | 'no-word-edge' | 'empty' }
  | { kind: 'sequence' | 'either'; parts: Node[] }
  | { kind: 'repeat'; part: Node; least: number; most: number };

/** Whether a character (a lower-case UTF-16 unit) belongs to a set. */
export type CharTest = (code: number) => boolean;

/** What is wrong with a regular expression, in a sentence. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

const mostRepeats = 100;

/**
 * Reads the part of JavaScript's regular expressions that can be matched in linear time: literals, sets, groups, `|`, `* + ?
 * {n,m}`, `^ $ \b`. References to groups and looking ahead or behind are refused. Throws {@link PatternError}.
 */
export function parsePattern(source: string): Node {
  let at = 0;
  let depth = 0;
  const peek = () => source[at] ?? '';

  function either(): Node {
    const parts = [sequence()];
    while (peek() === '|') {
      at += 1;
      parts.push(sequence());
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'either', parts };
  }

  function sequence(): Node {
    const parts: Node[] = [];
    while (at < source.length && peek() !== '|' && peek() !== ')') parts.push(repeated());
    return { kind: 'sequence', parts };
  }

  function repeated(): Node {
    const part = atom();
    const counts = counted();
    if (counts === null) return part;
    if (peek() === '?') at += 1;
    if ('*+?'.includes(peek()) && peek() !== '')
      throw new PatternError('A repetition cannot be repeated; put it into a group.');
    return { kind: 'repeat', part, ...counts };
  }

  function counted(): { least: number; most: number } | null {
    const sign = peek();
    const simple: Record<string, [number, number]> = {
      '*': [0, Number.POSITIVE_INFINITY],
      '+': [1, Number.POSITIVE_INFINITY],
      '?': [0, 1],
    };
    const bounds = simple[sign];
    if (bounds !== undefined) {
      at += 1;
      return { least: bounds[0], most: bounds[1] };
    }
    const braces = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(source.slice(at, at + 12));
    if (braces === null) return null;
    at += braces[0].length;
    const least = Number(braces[1]);
    const most =
      braces[2] === undefined ? least : braces[3] === '' ? Number.POSITIVE_INFINITY : Number(braces[3]);
    if (most < least) throw new PatternError('A repetition has its smaller number first.');
    if (least > mostRepeats || (most > mostRepeats && most !== Number.POSITIVE_INFINITY))
      throw new PatternError(`A part is repeated ${mostRepeats} times at most.`);
    return { least, most };
  }

  function atom(): Node {
    const sign = peek();
    at += 1;
    if (sign === '(') return group();
    if (sign === '[') return { kind: 'set', has: charClass() };
    if (sign === '.') return { kind: 'set', has: () => true };
    if (sign === '^') return { kind: 'start' };
    if (sign === '$') return { kind: 'end' };
    if (sign === '\\') return escaped();
    if (sign === '*' || sign === '+' || sign === '?')
      throw new PatternError(`There is nothing before ${sign} to repeat.`);
    return { kind: 'set', has: only(sign) };
  }

  function group(): Node {
    if (peek() === '?') {
      if (source[at + 1] !== ':')
        throw new PatternError('Looking ahead or behind and named groups are not available.');
      at += 2;
    }
    depth += 1;
    if (depth > 20) throw new PatternError('Groups are nested too deeply.');
    const inner = either();
    depth -= 1;
    if (peek() !== ')') throw new PatternError('A group is not closed.');
    at += 1;
    return inner;
  }

  function escaped(): Node {
    const sign = peek();
    at += 1;
    if (sign === '') throw new PatternError('A backslash stands at the end.');
    if (sign === 'b') return { kind: 'word-edge' };
    if (sign === 'B') return { kind: 'no-word-edge' };
    if (/[1-9k]/.test(sign)) throw new PatternError('References to groups are not available.');
    return { kind: 'set', has: kinds[sign] ?? only(literal(sign)) };
  }

  function literal(sign: string): string {
    const known: Record<string, string> = { t: '\t', n: '\n', r: '\r', f: '\f', v: '\v', 0: '\0' };
    if (sign === 'x' || sign === 'u') {
      const digits = new RegExp(`^[0-9a-fA-F]{${sign === 'x' ? 2 : 4}}`).exec(source.slice(at))?.[0];
      if (digits === undefined) return sign;
      at += digits.length;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    return known[sign] ?? sign;
  }

  function charClass(): CharTest {
    const isNegated = peek() === '^';
    if (isNegated) at += 1;
    const tests: CharTest[] = [];
    for (let isFirst = true; peek() !== ']' || isFirst; isFirst = false) {
      if (at >= source.length) throw new PatternError('A set is not closed.');
      if (peek() === ']') break;
      const from = member();
      if (typeof from === 'function') {
        tests.push(from);
        continue;
      }
      const isRange = peek() === '-' && source[at + 1] !== ']' && at + 1 < source.length;
      if (!isRange) {
        tests.push(only(from));
        continue;
      }
      at += 1;
      const to = member();
      if (typeof to === 'function' || to < from) throw new PatternError('A range in a set is not in order.');
      tests.push(range(from.charCodeAt(0), to.charCodeAt(0)));
    }
    at += 1;
    return (code) => tests.some((test) => test(code)) !== isNegated;
  }

  function member(): string | CharTest {
    const sign = peek();
    at += 1;
    if (sign !== '\\') return sign;
    const next = peek();
    at += 1;
    return kinds[next] ?? (next === 'b' ? '\b' : literal(next));
  }

  const pattern = either();
  if (at < source.length) throw new PatternError('A group is closed that was not opened.');
  return pattern;
}

/** Whether a character is part of a word. */
export const isWord: CharTest = (code) =>
  (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 95 || (code >= 65 && code <= 90);
const isDigit: CharTest = (code) => code >= 48 && code <= 57;
const isSpace: CharTest = (code) =>
  code === 32 || (code >= 9 && code <= 13) || code === 160 || code === 0xfeff;

const kinds: Record<string, CharTest> = {
  ...{ w: isWord, d: isDigit, s: isSpace },
  ...{ W: (code) => !isWord(code), D: (code) => !isDigit(code), S: (code) => !isSpace(code) },
};

function only(sign: string): CharTest {
  const wanted = sign.toLowerCase().charCodeAt(0);
  return (code) => code === wanted;
}

/** Lines are compared in lower case, so a range of capitals means the small letters too. */
function range(from: number, to: number): CharTest {
  return (code) => {
    if (code >= from && code <= to) return true;
    const capital = code >= 97 && code <= 122 ? code - 32 : code;
    return capital >= from && capital <= to;
  };
}
