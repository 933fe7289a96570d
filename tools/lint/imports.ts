import { posix } from 'node:path';
import { lineAt, type SourceFile } from './source.ts';

/** An import of a file, static, dynamic or re-exported. */
export interface Import {
  specifier: string;
  line: number;
  /** Only types: erased before the program runs. */
  isType: boolean;
}

const pattern =
  /\b(?:(?<kind>import|export)\s+(?<type>type\s+)?(?:[\w$*\s{},]+?\bfrom\s*)?|(?:import|require|import\.meta\.resolve)\s*\(\s*)(?<quote>['"])(?<blank>[^'"\n]*)\k<quote>/g;

/** Imports of a file. The pattern runs over code with blanked strings, so that text about imports is none. */
export function importsOf(file: SourceFile): Import[] {
  const imports: Import[] = [];
  for (const match of file.code.matchAll(pattern)) {
    const { groups } = match;
    if (groups === undefined) continue;
    const length = groups['blank']?.length ?? 0;
    const start = match.index + match[0].length - 1 - length;
    imports.push({
      specifier: file.text.slice(start, start + length),
      line: lineAt(file.text, start),
      isType: groups['type'] !== undefined,
    });
  }
  return imports;
}

/**
 * Where an import leads: a path from the project's root for files of ours, `node:fs` for a built-in one, the
 * package's name for others'. A package of ours is the path of its folder, with what follows its name.
 */
export function targetOf(file: SourceFile, specifier: string): string {
  if (specifier.startsWith('.')) return posix.normalize(posix.join(posix.dirname(file.path), specifier));
  const own = /^@nebula\/([^/]+)(\/.*)?$/.exec(specifier);
  if (own === null) return specifier;
  const [, name = '', rest = ''] = own;
  const folder = apps.has(name) ? `apps/${name}` : roots.has(name) ? name : `packages/${name}`;
  return `${folder}${rest}`;
}

const apps = new Set(['dashboard', 'broker', 'cli', 'discord-bot', 'stream-bot', 'static-site']);
const roots = new Set(['testbed', 'tools', 'bench']);

/** Files that run only in tests: any rule about the product leaves them out. */
export function isTest(path: string): boolean {
  return /\.(?:test|e2e)\.tsx?$|(?:^|\/)(?:fixtures|e2e|testing)\/|(?:^|\/)(?:testing|conformance|fake|global-setup|test-[a-z-]+)\.ts$/.test(
    path,
  );
}
