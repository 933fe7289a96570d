import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffLines } from './line-diff.ts';

const kinds = (before: string, after: string) =>
  diffLines(before, after).map(({ kind, text }) => `${{ same: ' ', removed: '-', added: '+' }[kind]}${text}`);

test('a changed line is one removed and one added, and the rest stays', () => {
  expect(kinds('a\nb\nc\n', 'a\nB\nc\n')).toEqual([' a', '-b', '+B', ' c']);
});

test('lines that moved in between are found', () => {
  expect(kinds('a\nb\nc\nd', 'a\nc\nx\nd')).toEqual([' a', '-b', ' c', '+x', ' d']);
});

test('both texts can be put together again from the comparison, whatever they are', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', '', ' '), { maxLength: 30 })
    .map((lines) => lines.map((line) => `${line}\n`).join(''));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before, after);
      const side = (gone: string) =>
        lines
          .filter(({ kind }) => kind !== gone)
          .map((line) => `${line.text}\n`)
          .join('');
      expect([side('added'), side('removed')]).toEqual([before, after]);
      const numbers = lines.flatMap((line) => line.after ?? []);
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    }),
  );
});

test('texts that have nothing in common are compared in a moment', () => {
  const many = (word: string) => Array.from({ length: 9000 }, (_, index) => `${word}${index}`).join('\n');

  expect(diffLines(many('a'), many('b'))).toHaveLength(18_000);
});
