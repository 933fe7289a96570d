import { expect, test } from 'vitest';
import { dns, type Provider } from '../contract.ts';
import { draftOf, kinds, secretsOf, settingsOf } from './provider-draft.ts';

const kept: Provider['settings'][] = [
  { kind: 'powerdns', url: 'http://127.0.0.1:8081', server: 'other' },
  { kind: 'cloudflare', url: 'https://api.cloudflare.com/client/v4' },
  {
    kind: 'zoneedit',
    username: 'mara',
    panelUrl: 'https://a',
    dynamicUrl: 'https://b',
    nameServers: ['dns9'],
  },
  {
    ...{ kind: 'rfc2136', server: 'ns1.example.com', zones: ['example.com', 'example.net'], keyName: 'key' },
    ...{ algorithm: 'hmac-sha512', transfers: false },
  },
  { kind: 'manual', zones: ['example.com'] },
];
const provider = (settings: Provider['settings']): Provider => ({
  ...{
    id: 'x',
    name: 'Home',
    settings,
    secretNames: [],
    lastCheck: null,
    waits: [],
    keeps: { names: [], count: 0 },
  },
  ...{ createdAt: '', updatedAt: '' },
});

test.each(kept)('$kind goes through the form unchanged, what is not shown included', (settings) => {
  expect(settingsOf(draftOf(provider(settings)), provider(settings))).toEqual(settings);
});

test.each(kinds)('a new provider of kind %s is what the server takes', (kind) => {
  const draft = { ...draftOf(null), kind, name: 'Home', url: ' http://127.0.0.1:8081', username: 'mara' };
  const filled = { ...draft, server: 'ns1.example.com', keyName: 'key', zones: 'example.com, example.net' };
  const body = { name: 'Home', settings: settingsOf(filled, null), secrets: secretsOf(filled) };

  expect(dns.endpoints.addProvider.body.parse(body).settings).toMatchObject({ kind });
});

test('tokens are read line by line, and what is no line with a token is left out', () => {
  const tokens = 'Example.com abc\n\n  example.net   def \nnothing\na b c';
  const draft = { ...draftOf(null), tokens };

  expect(secretsOf({ ...draft, kind: 'zoneedit' })).toEqual({
    'token:example.com': 'abc',
    'token:example.net': 'def',
  });
  expect(secretsOf({ ...draft, kind: 'manual' })).toEqual({});
});
