import { expect, test } from 'vitest';
import { type Pages, patchRows } from './pages.ts';

const pages: Pages<{ id: number; name: string }> = {
  pages: [
    { items: [{ id: 1, name: 'a' }], next: 'n' },
    { items: [{ id: 2, name: 'b' }], next: null },
  ],
  pageParams: [undefined, 'n'],
};

test('a patch that changes nothing gives back the very same pages, so that nothing renders', () => {
  expect(patchRows(pages, (row) => row)).toBe(pages);
});

test('only the page with the changed row is made anew', () => {
  const next = patchRows(pages, (row) => (row.id === 2 ? { ...row, name: 'c' } : row));

  expect(next.pages[0]).toBe(pages.pages[0]);
  expect(next.pages[1]?.items).toEqual([{ id: 2, name: 'c' }]);
});

test('a row that is gone leaves its page', () => {
  expect(patchRows(pages, (row) => (row.id === 1 ? null : row)).pages[0]).toEqual({ items: [], next: 'n' });
});
