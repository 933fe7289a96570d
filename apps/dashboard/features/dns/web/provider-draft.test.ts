import { ProviderSettings } from '@nebula/dns/settings';
import { expect, test } from 'vitest';
import type { Provider } from '../contract-providers.ts';
import { draftOf, kinds, secretsOf, settingsOf } from './provider-draft.ts';

const filled = {
  ...{
    name: 'Home',
    url: 'http://127.0.0.1:8081 ',
    username: 'mara',
    server: 'ns1.example.com',
    keyName: 'key',
  },
  ...{
    zones: 'example.com, example.net',
    algorithm: 'hmac-sha512',
    transfers: false,
    secret: 's',
    tokens: '',
  },
};

test.each(kinds)(
  'what is entered for %s is what the server takes, and is shown again as it was entered',
  (kind) => {
    const settings = ProviderSettings.parse(settingsOf({ ...filled, kind }, null));
    const provider: Provider = {
      ...{
        id: 'x',
        name: 'Home',
        settings,
        secretNames: [],
        lastCheck: null,
        waits: [],
        createdAt: '',
        updatedAt: '',
      },
    };

    expect(settingsOf(draftOf(provider), provider)).toEqual(
      settingsOf({ ...draftOf(provider), kind }, provider),
    );
    expect(ProviderSettings.parse(settingsOf(draftOf(provider), provider))).toEqual(settings);
  },
);

test('tokens are read line by line, and what is no line with a token is left out', () => {
  const tokens = 'Example.com abc\n\n  example.net   def \nnothing\na b c';

  expect(secretsOf({ ...filled, kind: 'zoneedit', secret: '', tokens })).toEqual({
    'token:example.com': 'abc',
    'token:example.net': 'def',
  });
  expect(secretsOf({ ...filled, kind: 'manual', tokens })).toEqual({});
});
