import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TileId } from './contract.ts';
import { presets, readLayout, wholeLayout } from './layout.ts';
import { isSameLayout, moveBy, moveTo, setHidden } from './web/arrange.ts';

const placed = fc.array(fc.record({ id: fc.constantFrom(...TileId.options), isHidden: fc.boolean() }));

test('a layout has every tile once, whatever was stored', () => {
  fc.assert(
    fc.property(placed, (tiles) => {
      const whole = wholeLayout(tiles);

      expect(whole.map(({ id }) => id).sort()).toEqual([...TileId.options].sort());
      expect(wholeLayout(whole)).toEqual(whole);
      expect(readLayout(JSON.stringify(tiles))).toEqual(whole);
    }),
  );
});

test.each([
  ['[]', presets.default],
  ['{"a":1}', presets.default],
  ['[null, 7, {"id":"gone"}]', presets.default],
])('what was stored as %s is read as a whole layout', (text, wanted) => {
  expect(readLayout(text)).toEqual(wanted);
});

test('presets name every tile, and differ', () => {
  for (const preset of Object.values(presets)) expect(wholeLayout(preset)).toEqual(preset);
  expect(new Set(Object.values(presets).map((preset) => JSON.stringify(preset))).size).toBe(4);
  expect(presets.monitor.filter(({ isHidden }) => !isHidden).map(({ id }) => id)).toEqual([
    'attention',
    'alerts',
    'system',
    'containers',
  ]);
});

describe('arranging', () => {
  const ids = (tiles: readonly { id: string }[]) => tiles.map(({ id }) => id);

  test('a tile moves one place, stays at the ends, and takes the place of another', () => {
    const start = presets.default;

    expect(ids(moveBy('system', 1)(start)).slice(0, 3)).toEqual(['attention', 'containers', 'system']);
    expect(moveBy('attention', -1)(start)).toEqual(start);
    expect(moveBy('links', 1)(start)).toEqual(start);
    expect(ids(moveTo('links', 'attention')(start))[0]).toBe('links');
  });

  test('any changes in any order keep every tile, and two people’s changes both hold on either base', () => {
    const id = fc.constantFrom(...TileId.options);
    const change = fc.oneof(
      fc.tuple(id, fc.boolean()).map(([tile, isHidden]) => setHidden(tile, isHidden)),
      fc.tuple(id, fc.constantFrom(-1 as const, 1 as const)).map(([tile, by]) => moveBy(tile, by)),
      fc.tuple(id, id).map(([tile, place]) => moveTo(tile, place)),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
        const end = changes.reduce((tiles, arrange) => arrange(tiles), presets.default);
        expect(ids(end).sort()).toEqual(ids(presets.default).sort());
      }),
    );
    const one = setHidden('jobs', true);
    const other = setHidden('audit', true);
    expect(isSameLayout(one(other(presets.default)), other(one(presets.default)))).toBe(true);
  });
});
