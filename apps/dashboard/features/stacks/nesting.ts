/**
 * What a parser of YAML must leave out: holding each key against all before it, and quoting the whole line for each of its
 * faults. Both take time by the square of a text.
 */
export const linear = { uniqueKeys: false, prettyErrors: false } as const;

/** Lists and maps in one another at most; ordinary files have about ten. */
const deepest = 100;

/**
 * The line in which a YAML text nests deeper than is taken here; null when it does not. Parsers take time by the square of the
 * depth, in which nobody else has a turn, so this looks at the marks of the text alone, once.
 */
export async function tooDeepAt(text: string): Promise<number | null> {
  const { Lexer } = await import('yaml');
  let line = 1;
  /** Brackets that are open, and marks of lists and maps in this line outside of them. */
  let [open, marks] = [0, 0];
  let isScalar = false;
  for (const mark of new Lexer().lex(text)) {
    if (isScalar) isScalar = false;
    else if (mark === scalarFollows) isScalar = true;
    else if (mark === '[' || mark === '{') open += 1;
    else if (mark === ']' || mark === '}') open = Math.max(0, open - 1);
    else if (mark === flowBroken) open = 0;
    else if (open === 0 && (mark === '-' || mark === '?' || mark === ':')) marks += 1;
    if (open + marks > deepest) return line;
    const ends = countOf(mark, '\n');
    line += ends;
    if (ends > 0) marks = 0;
  }
  return null;
}

/** What the lexer tells besides the text itself. */
const scalarFollows = '\x1f';
const flowBroken = '\x18';

function countOf(text: string, character: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) count += 1;
  return count;
}
