import { expect, test } from 'vitest';
import type { ParsedEntry } from './ddclient-parse.ts';
import { planEntry } from './ddclient-plan.ts';

const zoneEdit: ParsedEntry = {
  ...{ protocol: 'zoneedit1', server: 'dynamic.zoneedit.com', login: 'mara', password: 'token-of-zone' },
  ...{ zone: null, isPlain: false, names: ['www.example.com', 'example.com'] },
};

test('an account of ZoneEdit becomes a provider with the token of the zone', async () => {
  expect(await planEntry(zoneEdit, [])).toMatchObject({
    ...{ kind: 'zoneedit', obstacle: null, zone: 'example.com', names: ['www.example.com', 'example.com'] },
    provider: {
      settings: { kind: 'zoneedit', username: 'mara' },
      secrets: { 'token:example.com': 'token-of-zone' },
    },
  });
});

test('another server than the usual one is kept, as it was spoken to', async () => {
  const own = { ...zoneEdit, server: '10.0.0.2:8080', isPlain: true };
  expect((await planEntry(own, [])).provider?.settings).toMatchObject({ dynamicUrl: 'http://10.0.0.2:8080' });
});

test('names below the zone are made whole', async () => {
  const entry = {
    ...zoneEdit,
    protocol: 'cloudflare',
    login: 'token',
    zone: 'example.com',
    names: ['www', '@'],
  };
  expect(await planEntry(entry, [])).toMatchObject({
    names: ['www.example.com', 'example.com'],
    provider: { settings: { kind: 'cloudflare' }, secrets: { token: 'token-of-zone' } },
  });
});

test('hosts of Namecheap stand below their login', async () => {
  const entry = { ...zoneEdit, protocol: 'namecheap', login: 'example.net', names: ['www', '@'] };
  expect(await planEntry(entry, [])).toMatchObject({
    ...{ obstacle: 'protocol', zone: 'example.net', names: ['www.example.net', 'example.net'] },
  });
});

test('where the zone is held here already, the account of ddclient is not needed', async () => {
  const held = { providerId: 'p1', providerName: 'Home', zone: 'example.com' };
  const other = { ...zoneEdit, protocol: 'dyndns2', password: null };
  expect(await planEntry(other, [held])).toMatchObject({ obstacle: null, held, provider: null });
});

test.each([
  [{ protocol: 'dyndns2' }, 'protocol'],
  [{ protocol: 'namecheap' }, 'protocol'],
  [{ password: null }, 'no-password'],
  [{ login: null }, 'no-login'],
  [{ names: ['www.example.com', 'www.example.net'] }, 'no-zone'],
  [{ names: ['www'] }, 'no-names'],
  [{ protocol: 'cloudflare', login: 'me@example.com' }, 'global-key'],
])('an entry with %j is told as %s', async (change, obstacle) => {
  expect(await planEntry({ ...zoneEdit, ...change }, [])).toMatchObject({ obstacle, provider: null });
});
