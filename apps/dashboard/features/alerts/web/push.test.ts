import { expect, test } from 'vitest';
import { deviceName } from './push.ts';

test('a browser is called after itself and its system', () => {
  const chrome =
    'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36';
  expect(deviceName(chrome)).toBe('Chrome on Android');
  expect(
    deviceName('Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) AppleWebKit/605.1 Version/18.0 Safari/605.1'),
  ).toBe('Safari on macOS');
  expect(deviceName('something else')).toBe('A browser');
});
