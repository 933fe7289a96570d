import { randomBytes } from 'node:crypto';
import { redact } from '@nebula/log';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createVault, VaultError } from './index.ts';

const vault = createVault({ key: randomBytes(32) });

test('what is sealed opens under its name, whatever it is', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ unit: 'grapheme' }), (name, secret) => {
      expect(vault.open(name, vault.seal(name, secret))).toBe(secret);
    }),
  );
});

test('the same secret is sealed differently each time', () => {
  expect(vault.seal('a', 'hunter2hunter2')).not.toBe(vault.seal('a', 'hunter2hunter2'));
});

test('a sealed text that was moved to another name does not open', () => {
  const sealed = vault.seal('totp:anna', 'JBSWY3DPEHPK3PXP');
  expect(() => vault.open('totp:bert', sealed)).toThrow(VaultError);
});

test('no changed, shortened or foreign text opens', () => {
  const sealed = vault.seal('a', 'a secret of some length');
  const [version = '', id = '', nonce = '', text = ''] = sealed.split('.');
  const turned = `${text.slice(0, -3)}${text.at(-3) === 'A' ? 'B' : 'A'}${text.slice(-2)}`;
  for (const bad of [
    [version, id, nonce, turned].join('.'),
    [version, id, nonce, text.slice(0, 12)].join('.'),
    [version, id, '', text].join('.'),
    [version, id, nonce, ''].join('.'),
    ['v2', id, nonce, text].join('.'),
    `${sealed}.x`,
    '',
  ]) {
    expect(() => vault.open('a', bad), bad).toThrow(VaultError);
  }
});

test('another key says that it is another key', () => {
  const other = createVault({ key: randomBytes(32) });
  expect(() => other.open('a', vault.seal('a', 'secret of anna'))).toThrow(/another key/);
});

test('the log knows what was sealed or opened', () => {
  vault.seal('a', 'correct-horse-battery');
  expect(redact('x correct-horse-battery y')).not.toContain('correct-horse-battery');
});

test('a key of another length is refused', () => {
  expect(() => createVault({ key: randomBytes(16) })).toThrow(TypeError);
});
