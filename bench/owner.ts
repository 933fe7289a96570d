import type { Product } from '@nebula/testbed';

/** Makes the first account with the set-up link and an administrator's API key; answers the key. */
export async function ownerKey(product: Product, scopes: string[] = ['*']): Promise<string> {
  const token = product.setUpUrl?.split('#')[1] ?? '';
  const account = { token, email: 'owner@example.com', name: 'Owner', password: 'a password for figures' };
  const headers = { 'content-type': 'application/json' };
  const setUp = await fetch(`${product.url}/api/account/set-up`, {
    method: 'POST',
    headers,
    body: JSON.stringify(account),
  });
  const { csrfToken } = (await setUp.json()) as { csrfToken: string };
  const cookie = setUp.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const response = await fetch(`${product.url}/api/account/api-keys`, {
    method: 'POST',
    headers: { ...headers, cookie, 'x-csrf-token': csrfToken },
    body: JSON.stringify({ name: 'bench', role: 'admin', scopes, expiresInDays: null }),
  });
  if (response.status !== 201) throw new Error(`No key: ${await response.text()}`);
  return ((await response.json()) as { token: string }).token;
}
