import { expect, test } from 'vitest';
import { keyLook } from './key-look.ts';
import { rolesUpTo } from './roles.ts';

const now = Date.parse('2026-11-26T12:00:00Z');
const yesterday = '2026-11-25T12:00:00Z';
const tomorrow = '2026-11-27T12:00:00Z';

test('a key works until it is revoked or expires', () => {
  expect(keyLook({ revokedAt: null, expiresAt: null }, now)).toMatchObject({ isActive: true });
  expect(keyLook({ revokedAt: null, expiresAt: tomorrow }, now)).toMatchObject({ isActive: true });
  expect(keyLook({ revokedAt: null, expiresAt: yesterday }, now)).toMatchObject({ word: 'Expired' });
  expect(keyLook({ revokedAt: yesterday, expiresAt: tomorrow }, now)).toMatchObject({ word: 'Revoked' });
});

test('nobody is offered a role above their own for a key', () => {
  expect(rolesUpTo('viewer')).toEqual(['viewer']);
  expect(rolesUpTo('operator')).toEqual(['viewer', 'operator']);
  expect(rolesUpTo('admin')).toEqual(['viewer', 'operator', 'admin']);
});
