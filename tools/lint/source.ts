/** A source file as the rules see it. */
export interface SourceFile {
  /** Path from the project's root, with `/`. */
  path: string;
  text: string;
  /** The text with the contents of comments and strings blanked, so that positions stay. */
  code: string;
  comments: Piece[];
  strings: Piece[];
}

/** A comment, or the inside of a string or of a part of a template. */
export interface Piece {
  text: string;
  line: number;
  /** Position of its first character, quotes excluded. */
  start: number;
}

/** What a rule says about a file. */
export interface Problem {
  path: string;
  line: number;
  message: string;
}

/** Line of a position, from 1. */
export function lineAt(text: string, position: number): number {
  let line = 1;
  for (
    let index = text.indexOf('\n');
    index !== -1 && index < position;
    index = text.indexOf('\n', index + 1)
  ) {
    line += 1;
  }
  return line;
}

/** Reads a TypeScript, JavaScript or CSS file once for all rules. */
export function readSource(path: string, text: string): SourceFile {
  const pieces = path.endsWith('.css') ? scanCss(text) : scanScript(text);
  let code = text;
  for (const { text: inner, start } of [...pieces.comments, ...pieces.strings]) {
    code = code.slice(0, start) + inner.replace(/[^\n]/g, ' ') + code.slice(start + inner.length);
  }
  return { path, text, code, ...pieces };
}

interface Pieces {
  comments: Piece[];
  strings: Piece[];
}

function scanCss(text: string): Pieces {
  const comments = [...text.matchAll(/\/\*[^]*?\*\//g)].map((match) =>
    pieceAt(text, match.index, match.index + match[0].length),
  );
  return { comments, strings: [] };
}

/**
 * Splits a script into comments, strings and the rest. It knows regular expressions by what stands before them, and
 * takes a quote without a partner on its line as text, as in JSX.
 */
function scanScript(text: string): Pieces {
  const pieces: Pieces = { comments: [], strings: [] };
  // Depth of braces at which each open `${` ends.
  const templates: number[] = [];
  let depth = 0;
  let position = 0;
  const template = (start: number) => {
    let end = start;
    while (end < text.length && text[end] !== '`' && !text.startsWith('${', end))
      end += text[end] === '\\' ? 2 : 1;
    pieces.strings.push(pieceAt(text, start, Math.min(end, text.length)));
    if (text.startsWith('${', end)) {
      templates.push(depth);
      depth += 1;
      return end + 2;
    }
    return end + 1;
  };
  while (position < text.length) {
    const character = text[position];
    if (character === '/' && (text[position + 1] === '/' || text[position + 1] === '*')) {
      const isLine = text[position + 1] === '/';
      const found = text.indexOf(isLine ? '\n' : '*/', position + 2);
      const end = found === -1 ? text.length : found + (isLine ? 0 : 2);
      pieces.comments.push(pieceAt(text, position, end));
      position = end;
    } else if (character === '/' && startsRegex(text, position)) {
      position = endOfRegex(text, position);
    } else if (character === "'" || character === '"') {
      const end = endOfString(text, position);
      if (end !== null) pieces.strings.push(pieceAt(text, position + 1, end));
      position = (end ?? position) + 1;
    } else if (character === '`') {
      position = template(position + 1);
    } else if (character === '}' && templates.at(-1) === depth - 1) {
      templates.pop();
      depth -= 1;
      position = template(position + 1);
    } else {
      if (character === '{') depth += 1;
      if (character === '}') depth -= 1;
      position += 1;
    }
  }
  return pieces;
}

function pieceAt(text: string, start: number, end: number): Piece {
  return { text: text.slice(start, end), line: lineAt(text, start), start };
}

function endOfString(text: string, start: number): number | null {
  for (let index = start + 1; index < text.length && text[index] !== '\n'; index += 1) {
    if (text[index] === '\\') index += 1;
    else if (text[index] === text[start]) return index;
  }
  return null;
}

/** After a value a slash divides; anywhere else it opens a regular expression. */
function startsRegex(text: string, position: number): boolean {
  const before = text.slice(0, position).trimEnd();
  if (before === '' || /[([{,;=:!&|?+*~^%]$|=>$/.test(before)) return text[position + 1] !== '>';
  return /(?:^|[^\w$.])(?:return|typeof|case|in|of|await|yield)$/.test(before);
}

function endOfRegex(text: string, start: number): number {
  let isInClass = false;
  for (let index = start + 1; index < text.length && text[index] !== '\n'; index += 1) {
    if (text[index] === '\\') index += 1;
    else if (text[index] === '[') isInClass = true;
    else if (text[index] === ']') isInClass = false;
    else if (text[index] === '/' && !isInClass) return index + 1;
  }
  return start + 1;
}
