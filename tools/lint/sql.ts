import { importsOf, isTest } from './imports.ts';
import { type FileRule, inPieces } from './rule.ts';

const words =
  /select\s[^]*\bfrom\b|select\s+(?:\w+\(|\$?\d)|insert\s+into\s|update\s+[\w".]+\s+set\s+[\w".]+\s*=|delete\s+from\s|create\s+(?:table|index|unique|schema|role|database)\s|alter\s+(?:table|role)\s|drop\s+(?:table|index|schema|role|database)\s|truncate\s+table\s/;
const start = String.raw`^\s*(?:(?:--.*\n|with\s[^]*?\)\s*)*)`;

// Sentences begin with one capital letter; statements are written small or in capitals throughout.
const statements = [
  new RegExp(`${start}(?:${words.source})`),
  new RegExp(start.replace('with', 'WITH') + capitals(words.source)),
];

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
      ...statements.flatMap((statement) =>
        inPieces(file, 'strings', statement, () => 'SQL stands in store.ts, schema.ts or migrations'),
      ),
    ];
  },
};

function mayHoldSql(path: string): boolean {
  if (isTest(path) || !/^(?:apps|packages)\//.test(path)) return true;
  return (
    path.startsWith('packages/db/') ||
    /(?:^|[/-])(?:store|schema)\.ts$|^apps\/[^/]+\/(?:[^/]+\/)?database\.ts$/.test(path)
  );
}

/** The pattern for the same words in capitals; escapes such as `\\s` stay. */
function capitals(source: string): string {
  return `(?:${source.replace(/\\.|[a-z]/g, (found) => (found.length > 1 ? found : found.toUpperCase()))})`;
}
