import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shownAnswer } from './answer.ts';
import { cut, safeJson, safeText, widthOf } from './safe-text.ts';
import { selected } from './selection.ts';
import { details, fitted, table } from './table.ts';
import { relativeTime } from './times.ts';

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

test('columns give way, the widest first, until a table fits or each has six columns', () => {
  const widths = fc.array(fc.nat(200), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(widths, fc.integer({ min: 20, max: 300 }), (natural, room) => {
      const found = fitted(
        natural.map((_, at) => (at === 0 ? 'ID' : 'X')),
        natural,
        room,
      );
      const total = found.reduce((sum, width) => sum + width, 2 * (found.length - 1));
      const isSmallest = found.every((width, at) => width === Math.min(6, natural[at] ?? 0) || width <= 6);
      expect(total <= room || isSmallest).toBe(true);
      expect(found.every((width, at) => width <= (natural[at] ?? 0))).toBe(true);
    }),
  );
});

test.each([
  [0, 'now'],
  [-1, '1 s ago'],
  [-59, '59 s ago'],
  [-60, '1 min ago'],
  [-7200, '2 h ago'],
  [90_000, 'in 1 d'],
  [-59 * 86_400, '59 d ago'],
  [-61 * 86_400, '2025-11-01'],
])('an instant %i seconds away reads %s', (seconds, text) => {
  const now = new Date('2026-01-01T00:00:00Z');
  expect(relativeTime(new Date(now.getTime() + seconds * 1000).toISOString(), now)).toBe(text);
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

  test('of a list without columns of its own shows what its rows say, names first and ids last', () => {
    expect(shownAnswer('pets.list', page, 'people')).toBe('NAME  TAGS  BY  ID\na     x, y  Me  1\n');
  });

  test('of a list with very many fields stays a table', () => {
    const row = Object.fromEntries([...Array(30).keys()].map((n) => [`field${n}`, n]));
    const [head = ''] = shownAnswer('pets.list', { items: [{ id: '1', ...row }] }, 'people').split('\n');
    expect(head.split(/ {2,}/)).toHaveLength(9);
    expect(head).toMatch(/ID$/);
  });

  test('is fitted to a terminal with whole ids, relative times and coloured states, and whole in a pipe', () => {
    const now = new Date('2026-01-01T12:00:00Z');
    const items = [
      { id: 'abcdef', state: 'failed', at: '2026-01-01T11:55:00.123Z', why: '日本語'.repeat(40) },
    ];
    const view = (columns: number | null) => ({
      now,
      terminal: { columns, hasColour: columns !== null, isInteractive: columns !== null },
    });

    const screen = shownAnswer('pets.list', { items }, 'people', view(60));
    const pipe = shownAnswer('pets.list', { items }, 'people', view(null));

    const plain = screen
      .replaceAll(/\u001b\[\d+m/g, '')
      .trimEnd()
      .split('\n');
    for (const line of plain) expect(widthOf(line)).toBeLessThanOrEqual(60);
    expect(plain[1]).toMatch(/failed +5 min ago +日本語.*… +abcdef$/);
    expect(screen).toContain('\u001b[31mfailed\u001b[0m');
    expect(pipe).toContain('日本語'.repeat(40));
    expect(pipe).toContain('2026-01-01T11:55:00Z');
    expect(pipe).not.toContain('\u001b');
  });

  test('is narrowed to chosen fields, which lead into objects; an unknown one names those there are', () => {
    expect(selected(page, 'name,by.name,gone,tags')).toBe('a\tMe\t\t["x","y"]\n');
    expect(selected({ items: [] }, 'name')).toBe('');
    expect(() => selected(page, 'nam')).toThrow(/no field "nam"/);
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
    const document = { openapi: '3.1.1', paths: { '/api/x': { get: { summary: 'a\u009b' } } } };
    expect(shownAnswer('about.openapi', document, 'people')).toBe(
      '{\n  "openapi": "3.1.1",\n  "paths": {\n    "/api/x": {\n      "get": {\n        "summary": "a\\u009b"\n      }\n    }\n  }\n}\n',
    );
  });

  test('that is nothing says nothing, and an empty list says so', () => {
    expect(shownAnswer('account.signOut', undefined, 'people')).toBe('');
    expect(shownAnswer('pets.list', { items: [], next: null }, 'people')).toBe('Nothing.\n');
    expect(details([])).toBe('');
  });
});
