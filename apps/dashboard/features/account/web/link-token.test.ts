import { expect, test } from 'vitest';
import { readLinkToken } from './link-token.ts';

test('the token is what stands behind the # sign', () => {
  expect(readLinkToken('#neu_abcDEF-123_456')).toBe('neu_abcDEF-123_456');
});

test.each(['', '#', '#short', '#main', `#${'a'.repeat(101)}`, '#<script>alert(1)</script>'])(
  '%s holds no token',
  (fragment) => {
    expect(readLinkToken(fragment)).toBeNull();
  },
);
