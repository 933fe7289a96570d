import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSearch, stringifySearch } from './url-filter.ts';

test('filters stand in the address as plain words', () => {
  expect(stringifySearch({ search: 'my db', state: 'running' })).toBe('?search=my+db&state=running');
});

test('what is empty is left out, and nothing leaves no question mark', () => {
  expect(stringifySearch({ search: '', state: undefined, other: null })).toBe('');
});

test('whatever was written is read again as it was', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.string({ minLength: 1 })), (search) => {
      const written = { ...search };
      expect({ ...parseSearch(stringifySearch(written)) }).toEqual(written);
    }),
  );
});
