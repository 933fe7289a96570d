import { expect, test } from 'vitest';
import { endingSoon } from './overview.ts';

const now = new Date('2026-11-26T12:00:00Z');
const after = (hours: number) => new Date(now.getTime() + hours * 3_600_000);

test.each<[string, { expiresAt: Date | null; revokedAt?: Date }, [string, string][]]>([
  ['never ends', { expiresAt: null }, []],
  ['ends in two weeks and a bit', { expiresAt: after(14 * 24 + 1) }, []],
  [
    'ends in exactly two weeks',
    { expiresAt: after(14 * 24) },
    [['notice', 'The API key backup ends in 14 days.']],
  ],
  ['ends in three days', { expiresAt: after(72) }, [['notice', 'The API key backup ends in 3 days.']]],
  ['ends tomorrow', { expiresAt: after(25) }, [['warning', 'The API key backup ends in 1 day.']]],
  ['ends today', { expiresAt: after(2) }, [['warning', 'The API key backup ends within a day.']]],
  ['has ended', { expiresAt: after(-1) }, []],
  ['ends soon but was revoked', { expiresAt: after(2), revokedAt: now }, []],
])('a key that %s', (_name, key, wanted) => {
  const found = endingSoon([{ id: 'one', name: 'backup', revokedAt: null, ...key }], now);

  expect(found.map(({ severity, sentence }) => [severity, sentence])).toEqual(wanted);
});

test('the key that ends first comes first', () => {
  const row = (id: string, hours: number) => ({ id, name: id, revokedAt: null, expiresAt: after(hours) });

  expect(endingSoon([row('later', 200), row('soon', 20)], now).map(({ id }) => id)).toEqual([
    'account.key.soon',
    'account.key.later',
  ]);
});
