import { problemWith } from '@nebula/config';
import { expect, test } from 'vitest';
import { dashboardSettings } from './config.ts';

const { trustedProxies } = dashboardSettings;

test.each([
  'proxy.lan',
  '10.0.0.1, 10.0.0',
  '10.0.0.0/33',
  '10.0.0.0/8/8',
  'fe80::/129',
  '10.0.0.0/',
  '10.0.0.0/0',
])('proxies %s are refused when they are entered, since no server would start with them', (text) => {
  expect(problemWith(trustedProxies, text)).toContain('is not an address');
});

test.each(['', '10.0.0.1', '10.0.0.0/8, ::1', 'fe80::/10,192.168.1.2', '::ffff:10.0.0.1'])(
  'proxies %s are taken',
  (text) => {
    expect(problemWith(trustedProxies, text)).toBeNull();
  },
);
