import { totpCode } from '@nebula/testbed';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Actor } from './actor.ts';
import { siteOf } from './passkeys.ts';
import { isAllowedEmail, type ProviderSettings, roleOf } from './provider.ts';
import { isRecoveryCode, newRecoveryCodes, recoveryDigest } from './recovery-codes.ts';
import { hasFreshProof } from './step-up.ts';
import { newTotp, totpStep } from './totp.ts';

// RFC 6238, appendix B, SHA-1: the last six of its eight digits, for the secret "12345678901234567890".
test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_234_567_890, '005924'],
  [20_000_000_000, '353130'],
])('at second %i the code of the standard is %s, and another implementation agrees', async (second, code) => {
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  const at = new Date(second * 1000);

  expect(await totpStep(secret, code, at)).toBe(Math.floor(second / 30));
  expect(totpCode(secret, at)).toBe(code);
});

test('a code counts in its half minute and the ones beside it, and in no other', async () => {
  const { secret, uri } = await newTotp('Evin <evin@example.com>');
  const now = new Date('2026-01-01T00:00:15Z');
  const step = Math.floor(now.getTime() / 30_000);
  const codeAt = (offset: number) => totpCode(secret, new Date(now.getTime() + offset * 30_000));

  const steps = await Promise.all([-2, -1, 0, 1, 2].map((offset) => totpStep(secret, codeAt(offset), now)));

  expect(steps).toEqual([null, step - 1, step, step + 1, null]);
  expect(uri).toMatch(/^otpauth:\/\/totp\/NebulaCommand:Evin%20%3Cevin%40example\.com%3E\?/);
  for (const wrong of ['', '12345', '1234567', 'abcdef', '１２３４５６']) {
    expect(await totpStep(secret, wrong, now)).toBeNull();
  }
});

test('a recovery code is the same however it is typed, and another for each account', () => {
  fc.assert(
    fc.property(
      fc.uuid(),
      fc.uuid(),
      fc.boolean(),
      fc.constantFrom('', ' ', '-', '  '),
      (one, two, isSmall, gap) => {
        const [code = ''] = newRecoveryCodes();
        const typed = (isSmall ? code.toLowerCase() : code)
          .replaceAll('-', gap)
          .replaceAll('0', 'o')
          .replaceAll('1', 'l');

        expect(isRecoveryCode(typed)).toBe(true);
        expect(recoveryDigest(one, typed)).toBe(recoveryDigest(one, code));
        expect(recoveryDigest(two, code) === recoveryDigest(one, code)).toBe(one === two);
      },
    ),
    { numRuns: 50 },
  );
  expect(isRecoveryCode('123456')).toBe(false);
});

test.each([
  ['https://nebula.example', { origin: 'https://nebula.example', host: 'nebula.example' }],
  ['https://nebula.example:8443', { origin: 'https://nebula.example:8443', host: 'nebula.example' }],
  ['http://localhost:5000', { origin: 'http://localhost:5000', host: 'localhost' }],
  ['http://nebula.example', null],
  ['https://192.0.2.1', null],
  ['http://127.0.0.1:5000', null],
  ['https://[2001:db8::1]', null],
  ['nonsense', null],
])('passkeys at %s belong to %o', (origin, site) => {
  expect(siteOf(origin)).toEqual(site);
});

test('a proof counts for ten minutes; keys need the scope by its full name, agents have none', () => {
  const now = new Date('2026-01-01T00:10:00Z');
  const user = (steppedUpAt: Date | null): Actor => ({
    kind: 'user',
    id: 'u',
    name: 'U',
    email: 'u@example.com',
    role: 'admin',
    sessionId: 's',
    steppedUpAt,
  });
  const key = (scopes: string[]): Actor => ({
    kind: 'apiKey',
    id: 'k',
    name: 'K',
    role: 'admin',
    scopes,
    userId: 'u',
    expiresAt: null,
  });

  expect(hasFreshProof(user(new Date('2026-01-01T00:00:01Z')), now)).toBe(true);
  expect(hasFreshProof(user(new Date('2026-01-01T00:00:00Z')), now)).toBe(false);
  expect(hasFreshProof(user(null), now)).toBe(false);
  expect(hasFreshProof(key(['*', 'account:*']), now)).toBe(false);
  expect(hasFreshProof(key(['account:skip-step-up']), now)).toBe(true);
  expect(hasFreshProof({ kind: 'agent', id: 'a', name: 'A', role: 'admin' }, now)).toBe(false);
  expect(hasFreshProof({ kind: 'system', id: 's', name: 'S' }, now)).toBe(true);
});

test('a provider gives the highest role of the groups, and lets in whole domains or single addresses', () => {
  const settings: ProviderSettings = {
    issuer: 'https://id.example',
    clientId: 'nebula',
    clientSecret: null,
    name: 'House',
    allowedEmails: ['@family.example', 'guest@example.com'],
    roleClaim: 'groups',
    roles: { everybody: 'viewer', admins: 'admin' },
  };

  expect(roleOf(settings, ['everybody', 'admins', 'x'])).toBe('admin');
  expect(roleOf(settings, ['__proto__', 'constructor', 'x'])).toBeNull();
  const emails = ['a@family.example', 'guest@example.com', 'a@notfamily.example', 'xguest@example.com'];
  expect(emails.map((email) => isAllowedEmail(settings, email))).toEqual([true, true, false, false]);
});
