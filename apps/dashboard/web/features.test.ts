import { expect, test } from 'vitest';
import { features } from './features.ts';

test('no two places or commands have the same shortcut, and none is the beginning of another', () => {
  const shortcuts = features.flatMap(({ nav, commands }) => [
    ...(nav === null ? [] : [nav.shortcut]),
    ...commands.flatMap(({ shortcut }) => shortcut ?? []),
  ]);
  expect(new Set(shortcuts).size).toBe(shortcuts.length);
  for (const one of shortcuts) {
    expect(shortcuts.filter((other) => other !== one && other.startsWith(`${one} `))).toEqual([]);
  }
});

test('no two pages have the same path', () => {
  const paths = features.flatMap(({ routes }) => routes.map(({ path }) => path));
  expect(new Set(paths).size).toBe(paths.length);
});
