import type { Product } from '@nebula/testbed';
import type { Page } from 'playwright-core';

const owner = { email: 'owner@example.com', password: 'a password for figures' };

/** Makes the first account with the set-up link and an administrator's API key; answers the key. */
export async function ownerKey(product: Product, scopes: string[] = ['*']): Promise<string> {
  const token = product.setUpUrl?.split('#')[1] ?? '';
  const account = { token, name: 'Owner', ...owner };
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

/** Asks the API of a product with a key, with a JSON body where there is one. */
export function askWithKey(
  { url }: Pick<Product, 'url'>,
  key: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Response> {
  const hasBody = body !== undefined;
  return fetch(`${url}/api${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(hasBody ? { 'content-type': 'application/json' } : {}) },
    ...(hasBody ? { body: JSON.stringify(body) } : {}),
  });
}

/** Signs the owner in by the page and waits until the dashboard is live. */
export async function signIn(page: Page, product: Product): Promise<void> {
  await page.goto(`${product.url}/sign-in`);
  await page.getByLabel('E-mail').fill(owner.email);
  await page.getByLabel('Password', { exact: true }).fill(owner.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Live', { exact: true }).first().waitFor();
}
