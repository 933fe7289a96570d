import { importsOf } from './imports.ts';
import type { FileRule } from './rule.ts';

const ending = /\.(?:tsx?|mjs|css|json|svg|woff2|wasm)(?:\?\w+)?$/;

/** Node runs our TypeScript as it is, so an import names a file, with its ending, from where it stands. */
export const importEndings: FileRule = {
  name: 'import-endings',
  check: (file) =>
    importsOf(file).flatMap(({ specifier, line }) => {
      if (specifier.startsWith('.') && !ending.test(specifier)) {
        return [{ path: file.path, line, message: `"${specifier}" lacks its ending` }];
      }
      return specifier.startsWith('/')
        ? [{ path: file.path, line, message: `"${specifier}" is a place on one machine only` }]
        : [];
    }),
};
