import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shownAnswer } from './answer.ts';
import { cut, safeJson, safeText, widthOf } from './safe-text.ts';
import { details, table } from './table.ts';

const anything = fc.string({ unit: 'binary', maxLength: 60 });
const obeyed = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\u200b\ufeff\u{e0001}-\u{e007f}]/u;

test('whatever the text, a terminal has nothing to obey and it stays on one line', () => {
  fc.assert(
    fc.property(anything, (text) => {
      expect(safeText(text)).not.toMatch(obeyed);
      expect(safeText(safeText(text))).toBe(safeText(text));
    }),
  );
});

test('plain text of any script is shown as it is', () => {
  for (const text of ['web-1', 'ünïcödé', '日本語', 'שלום', 'مرحبا', '👨‍👩‍👧', 'C:\\dir'])
    expect(safeText(text)).toBe(text);
  expect(safeText('a\u001b]0;x\u0007\r\n\t\u202egnp\u{e0041}')).toBe(
    'a\\x1b]0;x\\x07\\r\\n\\t\\u{202e}gnp\\u{e0041}',
  );
});

test('JSON holds the same values and nothing that a terminal obeys', () => {
  fc.assert(
    fc.property(fc.jsonValue(), anything, (value, text) => {
      const shown = safeJson({ value, text });
      expect(JSON.parse(shown)).toEqual(JSON.parse(JSON.stringify({ value, text })));
      expect(shown).not.toMatch(obeyed);
    }),
  );
});

test('columns are aligned whatever is in the cells', () => {
  const row = fc.tuple(anything, anything, fc.constant('END'));
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), (rows) => {
      const lines = table(['A', 'B', 'C'], rows).trimEnd().split('\n');
      expect(lines).toHaveLength(rows.length + 1);
      const [, ...cells] = lines.map((line) => widthOf(line) - 3);
      expect(new Set(cells).size).toBe(1);
    }),
  );
});

test('long text is cut by columns, not by characters', () => {
  expect(cut('日本語日本語', 7)).toBe('日本語…');
  expect(widthOf(cut('x'.repeat(500), 72))).toBe(72);
  expect(cut('short', 72)).toBe('short');
});

describe('an answer', () => {
  const page = {
    items: [{ id: '1', name: 'a', tags: ['x', 'y'], by: { name: 'Me' }, gone: null }],
    next: null,
  };

  test('of a list without columns of its own shows the fields of its rows', () => {
    expect(shownAnswer('pets.list', page, 'people')).toBe(
      'ID  NAME  TAGS  BY  GONE\n1   a     x, y  Me  -\n',
    );
  });

  test('shows only what is needed to go on when it is to be quiet', () => {
    expect(shownAnswer('pets.list', page, 'quiet')).toBe('1\n');
    expect(shownAnswer('keys.make', { key: { id: '1' }, token: 'neb_x' }, 'quiet')).toBe('neb_x\n');
    expect(shownAnswer('about.health', { ok: true }, 'quiet')).toBe('');
  });

  test('of one object shows its parts and its lists', () => {
    const run = {
      id: '1',
      target: { type: 'container', name: 'web' },
      steps: [{ name: 'look', state: 'done' }],
    };
    expect(shownAnswer('jobs.get', run, 'people')).toBe(
      'id           1\ntarget.type  container\ntarget.name  web\n\nsteps\nNAME  STATE\nlook  done\n',
    );
  });

  test('of many levels is shown as JSON', () => {
    const document = { openapi: '3.1.1', paths: { '/api/x': { get: 'a\u009b' } } };
    expect(shownAnswer('about.openapi', document, 'people')).toBe(
      '{\n  "openapi": "3.1.1",\n  "paths": {\n    "/api/x": {\n      "get": "a\\u009b"\n    }\n  }\n}\n',
    );
  });

  test('that is nothing says nothing, and an empty list says so', () => {
    expect(shownAnswer('account.signOut', undefined, 'people')).toBe('');
    expect(shownAnswer('pets.list', { items: [], next: null }, 'people')).toBe('Nothing.\n');
    expect(details([])).toBe('');
  });
});
