import { expect, test } from 'vitest';
import { isTrustExpected } from './certified.ts';

const acme = (rootFile: string | null) => ({
  ...{ kind: 'acme' as const, directory: 'https://acme.test/dir', email: null, account: null },
  rootFile,
});

test.each([
  ['a public name with what the proxy chooses', 'photos.example.com', [], [], true],
  ['a private name, for which the proxy has an authority of its own', 'nas.home.arpa', [], [], false],
  ['a name that only ends alike', 'notlocal', [], [], true],
  ['a public authority', 'photos.example.com', [acme(null)], [], true],
  ['a private authority whose root nobody here knows', 'photos.example.com', [acme('/root.pem')], [], false],
  ['a private authority whose root is trusted', 'photos.example.com', [acme('/root.pem')], ['PEM'], true],
  ['the proxy’s own authority', 'photos.example.com', [{ kind: 'internal' as const }], [], false],
] as const)('whether browsers should trust: %s', (_what, name, issuers, roots, expected) => {
  expect(isTrustExpected(name, { issuers: [...issuers], roots })).toBe(expected);
});
