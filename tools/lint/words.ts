import { type FileRule, inCode, inPieces } from './rule.ts';
import { isTest } from './imports.ts';

/** Nothing is left for later: what is not there yet is not there. */
export const noStubs: FileRule = {
  name: 'no-stubs',
  check: (file) => [
    ...inPieces(
      file,
      'comments',
      /\b(?:TODO|FIXME|XXX|HACK|TBD)\b|\bfor now\b|\b(?:not|to be) (?:yet )?implemented\b/i,
      say,
    ),
    ...(isTest(file.path)
      ? []
      : inPieces(file, 'strings', /\bnot (?:yet )?implemented\b|\bcoming soon\b|\blorem ipsum\b/i, say)),
    ...inCode(file, /\b(?:it|test|describe|suite)\.(?:skip|todo|only|fails)\b/g, 'every test runs'),
  ],
};

/** A comment tells why the code is as it is; what it was before is in git. */
export const noHistory: FileRule = {
  name: 'no-history',
  check: (file) =>
    inPieces(
      file,
      'comments',
      /\b(?:previously|formerly|used to be)\b|\bno longer (?:needed|necessary|used|uses|required|supported|supports)\b|\b(?:was|were|has been|have been) (?:changed|renamed|moved|refactored|rewritten|replaced|switched) (?:to|from|into|in|because|so|since)\b|\b(?:new|old|legacy) (?:implementation|version of this)\b|\bbefore this (?:change|commit)\b/i,
      (found) => `"${found}" tells history; say why it is as it is`,
    ),
};

/** Tests run against real parts or fakes of ports, not against replaced modules, and say something. */
export const honestTests: FileRule = {
  name: 'honest-tests',
  check: (file) =>
    isTest(file.path)
      ? [
          ...inCode(file, /\bvi\.(?:mock|doMock|hoisted)\(/g, 'no module is replaced in a test'),
          ...inCode(
            file,
            /\bexpect\(\s*(true|false|null|\d+)\s*\)\.to(?:Be|Equal)\(\s*\1\s*\)/g,
            'this can never fail',
          ),
        ]
      : [],
};

function say(found: string): string {
  return `"${found}" is a word of unfinished work`;
}
