import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextPath } from './next-path.ts';

test('a path of our own is kept, with its filters', () => {
  expect(nextPath('/containers?state=running')).toBe('/containers?state=running');
});

test.each([
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  'javascript:alert(1)',
  '',
  undefined,
])('%s leads to the start instead', (wanted) => {
  expect(nextPath(wanted)).toBe('/');
});

test('nobody is sent back to the page for signing in', () => {
  expect(nextPath('/sign-in?next=/x')).toBe('/');
});

test('whatever stands in the address, it never leads to another site', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('', '/', '//', '/\\', 'https:'), (text, start) => {
      const { origin } = new URL(nextPath(start + text), 'https://home.example');
      expect(origin).toBe('https://home.example');
    }),
  );
});
