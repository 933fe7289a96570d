import { posix } from 'node:path';
import type { TreeRule } from './rule.ts';
import { lineAt, type Problem, readSource, type SourceFile } from './source.ts';

/** A package is read through what its entries offer, so each of those has a doc comment. */
export const documentedExports: TreeRule = {
  name: 'documented-exports',
  checkTree: (paths, read) => {
    const known = new Set(paths);
    const manifests = paths.filter((path) => /^(?:packages\/[^/]+|testbed)\/package\.json$/.test(path));
    return manifests.flatMap((manifest) =>
      entriesOf(read(manifest))
        .map((entry) => posix.join(posix.dirname(manifest), entry))
        .filter((path) => known.has(path) && /\.tsx?$/.test(path))
        .flatMap((path) => checkEntry(readSource(path, read(path)), known, read)),
    );
  },
};

/** Files that a package offers by the `exports` of its package.json. */
export function entriesOf(manifest: string): string[] {
  const { exports = {} }: { exports?: string | Record<string, string> } = JSON.parse(manifest);
  return typeof exports === 'string' ? [exports] : Object.values(exports);
}

function checkEntry(
  entry: SourceFile,
  known: ReadonlySet<string>,
  read: (path: string) => string,
): Problem[] {
  const problems = undocumented(entry, null);
  for (const match of entry.code.matchAll(/\bexport\s+(?:type\s+)?\{([^}]*)\}\s*from\s*(['"])/g)) {
    const start = match.index + match[0].length;
    const specifier = entry.strings.find((piece) => piece.start === start)?.text ?? '';
    const path = posix.join(posix.dirname(entry.path), specifier);
    if (!known.has(path)) continue;
    const names = (match[1] ?? '').split(',').map(
      (part) =>
        part
          .trim()
          .replace(/^type\s+/, '')
          .split(/\s+as\s+/)[0] ?? '',
    );
    problems.push(...undocumented(readSource(path, read(path)), new Set(names)));
  }
  return problems;
}

/** Exports of a file, all or those with these names, that no doc comment stands before. */
function undocumented(file: SourceFile, names: ReadonlySet<string> | null): Problem[] {
  const exported =
    /^export (?:declare )?(?:async )?(?:abstract )?(?:function\*?|const|class|interface|type) (\w+)/gm;
  const told = new Set<string>();
  return [...file.code.matchAll(exported)].flatMap((match): Problem[] => {
    const name = match[1] ?? '';
    if (names !== null && !names.has(name)) return [];
    const before = file.text.slice(0, match.index).trimEnd();
    const comment = file.comments.findLast(({ start }) => start < match.index);
    const isDocumented = comment?.text.startsWith('/**') === true && before.endsWith(comment.text);
    // Overloads, and a type beside the schema of its name, share one comment.
    if (isDocumented || told.has(name)) {
      told.add(name);
      return [];
    }
    return [
      { path: file.path, line: lineAt(file.text, match.index), message: `export ${name} has no doc comment` },
    ];
  });
}
