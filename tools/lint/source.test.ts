import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importsOf, targetOf } from './imports.ts';
import { readSource } from './source.ts';

const read = (text: string, path = 'packages/db/some.ts') => readSource(path, text);

describe('a source', () => {
  it.each([
    ["const a = 'one'; // two", ['one'], ['// two']],
    ['const a = "it\'s"; /* two\nlines */', ["it's"], ['/* two\nlines */']],
    ['const a = `x ${b + `y ${c}`} z`;', ['x ', 'y ', '', ' z'], []],
    ["const a = b / c; const d = 'e' / f; // g", ['e'], ['// g']],
    ["const a = /['\"`]\\/[/'] /g; // b", [], ['// b']],
    ["return /'/.test(a) ? 'b' : 'c';", ['b', 'c'], []],
    ["<p>Don't</p> // a\nconst b = 'c';", ['c'], ['// a']],
    ["const a = 'b\\'c';", ["b\\'c"], []],
    ['const a = `{` + "}";', ['{', '}'], []],
    ["if (a) { b = `${c({ d: 'e' })}`; }", ['', 'e', ''], []],
  ])('%s is split into strings and comments', (text, strings, comments) => {
    const file = read(text);

    expect(file.strings.toSorted((a, b) => a.start - b.start).map((piece) => piece.text)).toEqual(strings);
    expect(file.comments.map((piece) => piece.text)).toEqual(comments);
  });

  it('keeps every position when comments and strings are blanked', () => {
    const alphabet = fc.constantFrom("'", '"', '`', '/', '*', '\\', '\n', '{', '}', '$', '(', 'a', ' ', '=');
    fc.assert(
      fc.property(fc.string({ unit: alphabet, maxLength: 60 }), (text) => {
        const { code } = read(text);
        expect(code.length).toBe(text.length);
        expect(code.replace(/[^\n]/g, '')).toBe(text.replace(/[^\n]/g, ''));
      }),
    );
  });
});

describe('imports', () => {
  it('are found in every form, and not in text', () => {
    const file = read(
      [
        "import { a } from './a.ts';",
        "import type { B } from './b.ts';",
        "import './c.css';",
        "export { d,\n  e } from './d.ts';",
        "export * from './f.ts';",
        "const g = await import('./g.ts');",
        "import h, * as i from './h.ts';",
        `const text = "import { x } from './x.ts'"; // import './y.ts'`,
      ].join('\n'),
    );

    expect(importsOf(file).map(({ specifier, isType, line }) => [specifier, isType, line])).toEqual([
      ['./a.ts', false, 1],
      ['./b.ts', true, 2],
      ['./c.css', false, 3],
      ['./d.ts', false, 5],
      ['./f.ts', false, 6],
      ['./g.ts', false, 7],
      ['./h.ts', false, 8],
    ]);
  });

  it('lead to paths of the project, packages of ours included', () => {
    const file = read('', 'apps/dashboard/features/notes/service.ts');

    expect(targetOf(file, '../audit/index.ts')).toBe('apps/dashboard/features/audit/index.ts');
    expect(targetOf(file, '@nebula/db')).toBe('packages/db');
    expect(targetOf(file, '@nebula/dashboard/contract')).toBe('apps/dashboard/contract');
    expect(targetOf(file, '@nebula/testbed')).toBe('testbed');
    expect(targetOf(file, 'node:fs')).toBe('node:fs');
  });
});
