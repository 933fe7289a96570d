/** Why a line cannot be split into words. */
export class WordsError extends Error {
  override readonly name = 'WordsError';
}

/**
 * Splits a line into words as a POSIX shell does (XCU 2.2), without running anything: quotes, escapes and continued lines are
 * resolved; what a shell would replace or do is kept as text and named in `live`.
 *
 * @throws {WordsError} when a quote does not end
 */
export function shellWords(line: string): { words: string[]; live: string[] } {
  const words: string[] = [];
  const live = new Set<string>();
  let word: string | null = null;
  const add = (text: string) => {
    word = (word ?? '') + text;
  };
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (character === '\\') {
      at += 1;
      const next = line[at] ?? '';
      if (next === '\r' && line[at + 1] === '\n') at += 1;
      else if (next !== '\n') add(next);
    } else if (character === "'") {
      const end = line.indexOf("'", at + 1);
      if (end === -1) throw new WordsError('A single quote does not end.');
      add(line.slice(at + 1, end));
      at = end;
    } else if (character === '"') {
      add('');
      at = readDouble(line, at + 1, add, live);
    } else if (/\s/.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      note(line, at, live);
      add(character);
    }
  }
  if (word !== null) words.push(word);
  return { words, live: [...live] };
}

/** Writes a word so that a shell reads it as it is. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function readDouble(line: string, from: number, add: (text: string) => void, live: Set<string>): number {
  for (let at = from; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (character === '"') return at;
    if (character === '\\') {
      at += 1;
      const next = line[at] ?? '';
      if (next === '\n') continue;
      add('$`"\\'.includes(next) ? next : `\\${next}`);
    } else {
      if (character === '$' || character === '`') note(line, at, live);
      add(character);
    }
  }
  throw new WordsError('A double quote does not end.');
}

function note(line: string, at: number, live: Set<string>): void {
  const rest = line.slice(at);
  const variable = /^\$(?:\{[^}]*\}|\([^)]*\)|\w+)/.exec(rest)?.[0] ?? /^`[^`]*`/.exec(rest)?.[0];
  if (variable !== undefined) live.add(variable);
  else if (/^[|&;<>]/.test(rest)) live.add(rest[0] ?? '');
}
