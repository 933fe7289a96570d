import { expect, test } from 'vitest';
import { layOut, lineAt, rowsOfText } from './rows.ts';

test('a place in the list is found whatever the heights before it', () => {
  const rows = layOut([1, 3, 1, 2], 20);

  expect([...rows.offsets]).toEqual([0, 20, 80, 100, 140]);
  expect([0, 19, 20, 79, 80, 139, 500].map((top) => lineAt(rows, top))).toEqual([0, 0, 1, 1, 2, 3, 3]);
  expect(lineAt(layOut([], 20), 10)).toBe(0);
});

test('a text takes as many rows as its letters need', () => {
  expect([rowsOfText('', 10), rowsOfText('a'.repeat(10), 10), rowsOfText('a'.repeat(11), 10)]).toEqual([
    1, 1, 2,
  ]);
  expect(rowsOfText('漢字漢字漢', 4)).toBe(3);
});
