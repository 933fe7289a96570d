import type { Problem, SourceFile } from './source.ts';

/** A rule that oxlint has no word for. */
export interface FileRule {
  name: string;
  check(file: SourceFile): Problem[];
}

/** A rule about which files there are. */
export interface TreeRule {
  name: string;
  /** `read` answers the text of a file of the list. */
  checkTree(paths: readonly string[], read: (path: string) => string): Problem[];
}

/** Problems at every place in the code, comments and strings left out, that a pattern matches. */
export function inCode(file: SourceFile, pattern: RegExp, message: string): Problem[] {
  return [...file.code.matchAll(pattern)].map((match) => ({
    path: file.path,
    line: file.code.slice(0, match.index).split('\n').length,
    message,
  }));
}

/** Problems at every comment or string that a pattern matches. */
export function inPieces(
  file: SourceFile,
  kind: 'comments' | 'strings',
  pattern: RegExp,
  message: (found: string) => string,
): Problem[] {
  return file[kind].flatMap((piece) => {
    const found = pattern.exec(piece.text);
    if (found === null) return [];
    const line = piece.line + piece.text.slice(0, found.index).split('\n').length - 1;
    return [{ path: file.path, line, message: message(found[0]) }];
  });
}
