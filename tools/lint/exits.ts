import { isTest } from './imports.ts';
import { type FileRule, inCode } from './rule.ts';

/** A module that ends the process takes the others' clean-up away: only `main.ts` decides. */
export const exitInMain: FileRule = {
  name: 'exit-in-main',
  check: (file) =>
    /^(?:apps|packages)\//.test(file.path) && !isTest(file.path) && !/(?:^|\/)main\.ts$/.test(file.path)
      ? inCode(file, /\bprocess\.(?:exit|abort|reallyExit)\b/g, 'only main.ts ends the process')
      : [],
};
