import { expect, test } from 'vitest';
import { DomainOptions } from './contract.ts';

const withHeader = (value: string) =>
  DomainOptions.safeParse({ responseHeaders: [{ name: 'X-A', value }] }).success;

test.each(['a\u0001b', 'a\u000bb', 'a\u001bb', 'a\u007fb', 'a\nb', 'a\0b'])(
  'a header with the control character in %j is refused, since visitors would refuse the answer',
  (value) => {
    expect(withHeader(value)).toBe(false);
  },
);

test('a header may have tabs, spaces and letters of any script', () => {
  expect(withHeader('a\tb c é')).toBe(true);
});
