import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compilePattern } from './contract-pattern.ts';
import { PatternError } from './contract-pattern-parse.ts';

test.each([
  ['error', 'An ERROR came'],
  ['^GET /api', 'get /api/x'],
  ['5\\d\\d$', 'status 503'],
  ['(a|b)+c', 'xxabac'],
  ['[^0-9]{3}z', '12abcz'],
  ['\\bweb\\b', 'the web is'],
  ['a{2,3}', 'baab'],
  ['[A-Z]{2}\\s[\\w.-]+', 'x AB c.d'],
  ['^$', ''],
  ['.*', ''],
  ['(a*)*b', `${'a'.repeat(50)}b`],
])('%s is found in "%s"', (pattern, text) => {
  expect(compilePattern(pattern)(text)).toBe(true);
});

test.each([
  ['^GET', 'a get'],
  ['\\bweb\\b', 'webs'],
  ['a{3}', 'aab'],
  ['[^a]', 'aaa'],
  ['x(y|z)', 'xa'],
])('%s is not found in "%s"', (pattern, text) => {
  expect(compilePattern(pattern)(text)).toBe(false);
});

test.each([
  '(a',
  'a)',
  '[a',
  '*a',
  'a**',
  '(?=a)',
  '(a)\\1',
  'a\\',
  'a{200}',
  `${'(a|b)'.repeat(400)}`,
  '[z-a]',
])('%s is refused with a sentence', (pattern) => {
  expect(() => compilePattern(pattern)).toThrow(PatternError);
});

test('a pattern that hangs other engines is answered after a number of steps that its length bounds', () => {
  const catastrophic = compilePattern('^(([a-z])+.)+[A-Z]([a-z])+$');

  expect(catastrophic(`${'a'.repeat(16_000)}!`)).toBe(false);
});

test('it agrees with the engine of the language on every pattern that both understand', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    '.',
    '\\d',
    '\\w',
    '[ab]',
    '[^a]',
    '(a|bb)',
    '(?:b)',
    '\\b',
    '1',
    ' ',
  );
  const suffix = fc.constantFrom('', '', '*', '+', '?', '{1,2}', '{2}');
  const unit = fc.tuple(piece, suffix).map(([part, more]) => (part === '\\b' ? part : part + more));
  const pattern = fc
    .tuple(fc.constantFrom('', '^'), fc.array(unit, { maxLength: 6 }), fc.constantFrom('', '$', '|b1'))
    .map(([start, units, end]) => start + units.join('') + end);
  const text = fc
    .array(fc.constantFrom('a', 'b', '1', ' ', 'B'), { maxLength: 12 })
    .map((signs) => signs.join(''));

  fc.assert(
    fc.property(pattern, text, (source, line) => {
      expect(compilePattern(source)(line)).toBe(new RegExp(source, 'i').test(line));
    }),
    { numRuns: 2000 },
  );
});
