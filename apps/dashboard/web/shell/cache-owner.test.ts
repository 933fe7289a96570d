import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { ownCache } from './cache-owner.ts';

test('who signs in after another sees nothing of what was loaded for the other', () => {
  const client = new QueryClient();
  const loaded = () => client.getQueryData(['account', 'keys']);
  ownCache(client, 'mother');
  client.setQueryData(['session'], { user: { id: 'mother' } });
  client.setQueryData(['account', 'keys'], ['the keys of mother']);

  // Her session ends, and she signs in again.
  ownCache(client, null);
  ownCache(client, 'mother');
  expect(loaded()).toEqual(['the keys of mother']);

  ownCache(client, null);
  ownCache(client, 'son');
  expect(loaded()).toBeUndefined();
  expect(client.getQueryData(['session'])).toEqual({ user: { id: 'mother' } });
});
