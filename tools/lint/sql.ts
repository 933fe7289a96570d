import { importsOf, isTest } from './imports.ts';
import { type FileRule, inPieces } from './rule.ts';

const statement =
  /^\s*(?:(?:--.*\n|with\s[^]*?\)\s*)*)(?:select\s[^]*\bfrom\b|select\s+(?:\w+\(|\$?\d)|insert\s+into\s|update\s+[\w".]+\s+set\s|delete\s+from\s|create\s+(?:table|index|unique|schema|role|database)\s|alter\s+(?:table|role)\s|drop\s+(?:table|index|schema|role|database)\s|truncate\s+\w)/i;

/** All SQL of a feature stands in its `store.ts`, where its tenant, limit and index are seen at one look. */
export const sqlInStore: FileRule = {
  name: 'sql-in-store',
  check: (file) => {
    if (mayHoldSql(file.path)) return [];
    const builders = importsOf(file).filter(
      ({ specifier, isType }) => !isType && /^(?:drizzle-orm(?:\/.*)?|pg|pg-copy-streams)$/.test(specifier),
    );
    return [
      ...builders.map(({ specifier, line }) => ({
        path: file.path,
        line,
        message: `${specifier} is for store.ts and schema.ts`,
      })),
      ...inPieces(file, 'strings', statement, () => 'SQL stands in store.ts, schema.ts or migrations'),
    ];
  },
};

function mayHoldSql(path: string): boolean {
  if (isTest(path) || !/^(?:apps|packages)\//.test(path)) return true;
  return (
    path.startsWith('packages/db/') ||
    /(?:^|[/-])(?:store|schema)\.ts$|^apps\/[^/]+\/database\.ts$/.test(path)
  );
}
