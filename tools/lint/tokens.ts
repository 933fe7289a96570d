import { type FileRule, inCode } from './rule.ts';
import type { Problem, SourceFile } from './source.ts';

/** Colours, radii and durations come from the theme's tokens, so that a theme is one file. */
export const tokensOnly: FileRule = {
  name: 'tokens-only',
  check: (file) => {
    if (!/^(?:apps|packages\/ui)\/.*\.(?:tsx|css)$/.test(file.path) || isTheme(file.path)) return [];
    return file.path.endsWith('.css') ? checkCss(file) : checkStrings(file);
  },
};

function isTheme(path: string): boolean {
  return /^packages\/ui\/(?:tokens\.css$|tokens\/|themes\/)/.test(path);
}

const colour =
  /#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b|\b(?:rgba?|hsla?|oklch|oklab|lab|lch)\(\s*[\d.]/i;

function checkCss(file: SourceFile): Problem[] {
  return [
    ...inCode(file, new RegExp(colour.source, 'gi'), 'a colour is a token'),
    ...inCode(file, /\bborder(?:-[a-z]+)*-radius:[^;}]*\b[1-9]\d*px/gi, 'a radius is a token'),
    ...inCode(file, /\b(?:transition|animation)(?:-[a-z]+)?:[^;}]*\b[\d.]+m?s\b/gi, 'a duration is a token'),
  ];
}

function checkStrings(file: SourceFile): Problem[] {
  return file.strings.flatMap(({ text, line, start }) => {
    const isAddress =
      /\b(?:href|to|hash|url|fill|id|xlinkHref)\s*[=:]\s*\{?\s*['"`]?$/.test(file.text.slice(0, start - 1)) &&
      !/\s/.test(text);
    const checks: [RegExp, string][] = [
      [isAddress && text.startsWith('#') ? /(?!)/ : colour, 'a colour is a token'],
      [/\brounded(?:-\w+)*-\[[\d.]+(?:px|rem)/, 'a radius is a token'],
      [/\b(?:duration|delay|animate|transition)-\[[^\]]*\d+m?s|^\d+(?:\.\d+)?ms$/, 'a duration is a token'],
    ];
    return checks.flatMap(([pattern, message]) =>
      pattern.test(text) ? [{ path: file.path, line, message }] : [],
    );
  });
}
