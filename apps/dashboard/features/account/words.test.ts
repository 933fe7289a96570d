import { expect, test } from 'vitest';
import { deviceWords } from './device-words.ts';
import { nearestScopes, refuseUnknownScopes } from './scopes.ts';

test.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox', 'Linux'],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
    'Edge',
    'Windows',
  ],
  [
    'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
    'Chrome',
    'Android',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
    'Safari',
    'macOS',
  ],
  [
    'Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0.0.0 Mobile/15E148 Safari/604.1',
    'Chrome',
    'iPad',
  ],
  ['curl/8.9.1', 'curl', ''],
  ['<img src=x onerror=alert(1)>', '', ''],
  ['', '', ''],
])('%s is %s on %s', (userAgent, browser, system) => {
  expect(deviceWords(userAgent)).toEqual({ browser, system });
});

const permissions = ['containers:read', 'containers:manage', 'audit:read', 'account:manage-keys'];

test('a scope that covers something passes, others are refused with what was meant', () => {
  expect(() => refuseUnknownScopes(permissions, ['*', 'containers:*', 'audit:read'])).not.toThrow();
  expect(() => refuseUnknownScopes(permissions, ['containers:*', 'nothing:*'])).toThrow(
    /no scope nothing:\*/,
  );
  expect(nearestScopes(permissions, 'container:read')[0]).toBe('containers:read');
  expect(nearestScopes(permissions, 'audits:*')[0]).toBe('audit:*');
  expect(nearestScopes(permissions, 'account:manage-key')[0]).toBe('account:manage-keys');
});
