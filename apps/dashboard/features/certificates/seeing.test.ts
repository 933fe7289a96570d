import { expect, test } from 'vitest';
import { type Seen, missingSince } from './seeing.ts';

const now = new Date('2026-03-01T12:00:00Z');
const earlier = new Date('2026-03-01T11:00:00Z');

function shown(distrust: string | null, notAfter = '2026-04-01T00:00:00Z'): Seen {
  const facts = { issuer: 'A', names: ['a.test'], serial: '1', fingerprint: 'f', chain: [] };
  return { facts: { ...facts, notBefore: '2026-01-01T00:00:00Z', notAfter }, distrust };
}

test.each([
  ['none', null, 'proxy', true, true],
  ['one that is trusted', shown(null), 'proxy', true, false],
  ['one that is not trusted', shown('unable to verify'), 'proxy', true, true],
  ['one of ours that is not trusted', shown('unable to verify'), 'nebula', true, true],
  ['one that was brought and is not trusted', shown('self-signed'), 'own', true, false],
  ['one of an authority that nobody here knows', shown('self-signed'), 'proxy', false, false],
  ['one that is over', shown('expired', '2026-02-01T00:00:00Z'), 'proxy', true, false],
] as const)('a domain that shows %s', (_what, seen, keeper, isTrustExpected, isMissing) => {
  const options = { keeper, isTrustExpected, now };
  expect(missingSince(null, seen, options)).toEqual(isMissing ? now : null);
  expect(missingSince(earlier, seen, options)).toEqual(isMissing ? earlier : null);
});
