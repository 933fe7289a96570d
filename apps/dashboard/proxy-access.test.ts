import { Secret } from '@nebula/config';
import { expect, test } from 'vitest';
import { authoritiesOf } from './proxy-access.ts';

const settings = { acmeDirectories: [], acmeEmail: undefined, acmeStaging: undefined };
const none = { ...settings, acmeExternalAccounts: null };
const hosts = (given: Parameters<typeof authoritiesOf>[0]) =>
  authoritiesOf(given).map(({ directory }) => new URL(directory).hostname);

test('with an address for letters there is a second authority, without one only the first', () => {
  expect(hosts(none)).toEqual(['acme-v02.api.letsencrypt.org']);
  const two = { ...none, acmeEmail: 'me@home.test' };
  expect(hosts(two)).toEqual(['acme-v02.api.letsencrypt.org', 'acme.zerossl.com']);
  expect(authoritiesOf(two)[1]).toMatchObject({
    ...{ email: 'me@home.test', external: null, staging: null },
    bindingUrl: 'https://api.zerossl.com/acme/eab-credentials-email',
  });
});

test('authorities that the settings name are those, with the accounts that they gave', () => {
  const named = {
    ...none,
    acmeDirectories: ['https://dv.acme-v02.api.pki.goog/directory'],
    acmeEmail: 'me@home.test',
    acmeExternalAccounts: new Secret('dv.acme-v02.api.pki.goog kid a2V5'),
  };
  expect(authoritiesOf(named)).toMatchObject([
    { external: { keyId: 'kid', hmac: 'a2V5' }, bindingUrl: null, directory: named.acmeDirectories[0] },
  ]);
});
