import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, JsonError, parseJson } from './json.ts';

/** JSON without the numbers and texts that the broker refuses on purpose. */
const acceptable = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger().map((number) => (number === 0 ? 0 : number)),
    fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.string().filter((key) => !key.includes('\0')),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value;

test('whatever is acceptable comes back as JSON.parse reads it', () => {
  fc.assert(
    fc.property(acceptable, (value) => {
      const text = JSON.stringify(value);
      expect(canonicalJson(parseJson(text, 'exact'))).toBe(canonicalJson(JSON.parse(text)));
    }),
  );
});

test('any text is either refused or read as JSON.parse reads it', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"a"',
    '"A"',
    ':',
    ',',
    '1',
    '-',
    '.5',
    'e9',
    'null',
    'true',
    ' ',
    '\\',
    '"',
    '\n',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      const ours = attempt(() => parseJson(text));
      const theirs = attempt(() => JSON.parse(text));
      if (ours !== undefined) expect(canonicalJson(ours)).toBe(canonicalJson(theirs));
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['{"a":1,"a":2}', 'stands twice'],
  ['{"Privileged":false,"privileged":true}', 'stands twice'],
  ['{"MaskedPaths":1,"Mas\u212aedPaths":2}', 'stands twice'],
  ['{"a":1} {"b":2}', 'something follows'],
  ['9007199254740993', 'whole and below'],
  ['1.5', 'whole and below'],
  ['"\\u0000"', 'NUL'],
  ['"\\ud800"', 'half a character'],
  ['[1,]', 'a value was expected'],
  ['{"a":1', 'does not end'],
  ['\ufeff1', 'a value was expected'],
])('%s is refused because %s', (text, why) => {
  expect(() => parseJson(text)).toThrow(why);
});

test('keys that differ by case are kept where case has a meaning', () => {
  expect(parseJson('{"http_proxy":"a","HTTP_PROXY":"b"}', 'exact')).toEqual({
    http_proxy: 'a',
    HTTP_PROXY: 'b',
  });
});

test('bytes that are not UTF-8 are refused', () => {
  expect(() => parseJson(Buffer.from([0x22, 0xff, 0x22]))).toThrow(JsonError);
});

test('the key __proto__ is a key like any other', () => {
  const parsed = parseJson('{"__proto__":{"polluted":true}}');

  expect(JSON.stringify(parsed)).toBe('{"__proto__":{"polluted":true}}');
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
