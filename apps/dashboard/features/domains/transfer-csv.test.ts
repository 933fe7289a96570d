import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { harmless, mostRecord, plainCell, readCsv, writeCsv } from './transfer-csv.ts';

const hostile = fc.string({
  unit: fc.constantFrom(
    'a',
    '"',
    ',',
    ';',
    '\n',
    '\r',
    '\r\n',
    '=',
    '+',
    '-',
    '@',
    "'",
    '\t',
    '＝',
    ' ',
    'ü',
    '😀',
  ),
});

function cellsOf(text: string, separator = ','): string[][] {
  return [...readCsv(text, separator)].flatMap((record) => (record === null ? [] : [record.cells]));
}

describe('comma-separated values', () => {
  test('come back as they were written, whatever stands in a cell', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(hostile, { minLength: 2, maxLength: 5 }), { maxLength: 6 }),
        (records) => {
          const text = records.map((cells) => writeCsv(cells.map(harmless))).join('');
          expect(cellsOf(text).map((cells) => cells.map(plainCell))).toEqual(records);
        },
      ),
    );
  });

  test('no cell that is written begins with what a spreadsheet runs', () => {
    fc.assert(
      fc.property(hostile, (cell) => {
        expect(harmless(cell)).not.toMatch(/^[=+\-@\t\r]/);
        expect(plainCell(harmless(cell))).toBe(cell);
      }),
    );
  });

  test('an apostrophe that a person wrote themselves stays', () => {
    expect(plainCell("'tis fine")).toBe("'tis fine");
    expect(plainCell("'=1+1")).toBe('=1+1');
  });

  test('whatever comes in is records or a refusal with its line', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        try {
          for (const cells of cellsOf(text)) expect(cells.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toMatchObject({ code: 'FILE_UNREADABLE', data: { line: expect.any(Number) } });
        }
      }),
    );
  });

  test('each record knows the line in which it begins, and the mark at the beginning is no cell', () => {
    const text = '\ufeffname,note\r\na,"two\nlines"\n\nb,x\n';
    expect([...readCsv(text, ',')]).toEqual([
      { line: 1, cells: ['name', 'note'] },
      { line: 2, cells: ['a', 'two\nlines'] },
      { line: 5, cells: ['b', 'x'] },
    ]);
  });

  test.each([
    ['a,"b', 1, /does not end/],
    ['x\na,b"c', 2, /middle/],
    ['x\n\n"a"b', 3, /middle/],
    ['a\rb', 1, /middle/],
    [`"${'x'.repeat(mostRecord + 1)}"`, 1, /longer/],
    [`x\n${'x'.repeat(mostRecord + 1)}\n`, 2, /longer/],
    [`x\n${','.repeat(10_000_000)}`, 2, /longer/],
    [`x\n${'"",'.repeat(1_000_000)}`, 2, /longer/],
  ])('%.20j is refused with its line', (text, line, sentence) => {
    expect(() => cellsOf(text)).toThrow(sentence);
    expect(() => cellsOf(text)).toThrow(`Line ${line}:`);
  });

  test('of many cells or empty lines others have their turns between', () => {
    expect([...readCsv(','.repeat(5000), ',')].filter((record) => record === null)).toHaveLength(5);
    expect([...readCsv('\n'.repeat(5000), ',')]).toContain(null);
  });

  test('other separators are those of other spreadsheets', () => {
    expect(cellsOf('a;"b;c"\n', ';')).toEqual([['a', 'b;c']]);
  });
});
