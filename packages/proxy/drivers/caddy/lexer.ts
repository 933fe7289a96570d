/** A word of a Caddyfile, or a comment. */
export interface Token {
  kind: 'word' | 'comment';
  /** Without quotes; a comment without its mark. */
  text: string;
  isQuoted: boolean;
  /** Lines in which it begins and ends, counted from 1; a line that goes on by `\` is one. */
  line: number;
  endLine: number;
  begin: number;
  end: number;
}

const pattern =
  /(?<space>\s+)|(?<joined>\\\r?\n)|#(?<comment>[^\n]*)|"(?<quoted>[^"\\]*(?:\\[^][^"\\]*)*)"|`(?<ticked>[^`]*)`|(?<word>\S+)/y;

/** The words of a Caddyfile as its own lexer cuts them (caddyserver.com/docs/caddyfile/concepts), with comments kept. */
export function* tokensOf(text: string): Generator<Token> {
  let line = 1;
  let joined = 0;
  for (pattern.lastIndex = 0; pattern.lastIndex < text.length; ) {
    const begin = pattern.lastIndex;
    const groups = pattern.exec(text)?.groups;
    // A quote that is never closed is for the adapter to tell of.
    if (groups === undefined) return;
    let end = pattern.lastIndex;
    const { comment, quoted, ticked } = groups;
    let { word } = groups;
    const lines = linesIn(groups.space ?? '');
    if (lines > 0) line += lines + joined;
    if (lines > 0) joined = 0;
    if (groups.joined !== undefined) joined += 1;
    const marker = /^<<([A-Za-z0-9_-]+)$/.exec(word ?? '')?.[1];
    if (marker !== undefined) {
      const close = new RegExp(`\\n[^\\S\\n]*${marker}(?=\\s|$)`, 'g');
      close.lastIndex = end;
      end = close.exec(text) === null ? text.length : close.lastIndex;
      word = text.slice(begin, end);
    }
    const found = comment ?? quoted ?? ticked ?? word;
    if (found !== undefined) {
      const inner = text.slice(begin, end);
      const endLine = line + linesIn(inner);
      yield {
        ...{ kind: comment === undefined ? 'word' : 'comment', text: found, begin, end, line, endLine },
        isQuoted: word === undefined,
      };
      line = endLine;
    }
    // The generator's caller may have used the pattern in between.
    pattern.lastIndex = end;
  }
}

function linesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
