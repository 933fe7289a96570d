import { importsOf } from './imports.ts';
import type { FileRule } from './rule.ts';

/** Node runs our TypeScript as it is, so a relative import names the file with its ending. */
export const importEndings: FileRule = {
  name: 'import-endings',
  check: (file) =>
    importsOf(file)
      .filter(
        ({ specifier }) =>
          specifier.startsWith('.') && !/\.(?:tsx?|mjs|css|json|svg|woff2|wasm)(?:\?\w+)?$/.test(specifier),
      )
      .map(({ specifier, line }) => ({ path: file.path, line, message: `"${specifier}" lacks its ending` })),
};
