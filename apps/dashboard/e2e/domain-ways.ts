import { type Product, startProduct, type TestBrowser } from '@nebula/testbed';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Domain } from '../features/domains/contract.ts';
import type { DomainEdge } from '../features/domains/testing.ts';

const patience = { timeout: 90_000, interval: 200 };

/** Asks the API as the person who is signed in on a page. Throws when it is refused. */
export async function askOn<T>(page: Page, method: string, path: string, body?: object): Promise<T> {
  return await page.evaluate<T>(`(async () => {
    const { csrfToken } = await (await fetch('/api/account/session')).json();
    const headers = { 'x-csrf-token': csrfToken, 'content-type': 'application/json' };
    const body = ${JSON.stringify(JSON.stringify(body ?? {}))};
    const answer = await fetch(${JSON.stringify(`/api${path}`)}, ${
      method === 'GET' ? '{}' : `{ method: ${JSON.stringify(method)}, headers, body }`
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(answer.status + ' ' + text);
    return text === '' ? null : JSON.parse(text);
  })()`);
}

/** How many steps of the run on a domain's page are done. */
export function stepsDone(page: Page): Promise<number> {
  return page.getByRole('list', { name: 'Steps' }).getByText('Done', { exact: true }).count();
}

/** Lets the schedule that leads names to the public address run now, and waits until DNS shows it. */
export async function followTo(page: Page, edge: DomainEdge, zone: string, name: string, address: string) {
  await askOn(page, 'POST', '/jobs/schedules/domains.follow-address/run');
  await expect.poll(() => edge.powerDns.rrset(zone, name, 'A'), patience).toEqual([address]);
}

/** Renews a certificate on its domain's page while visitors come all the time; answers how many did not get the site. */
export async function renewOnPage(
  page: Page,
  edge: DomainEdge,
  place: { origin: string; id: string; name: string },
): Promise<{ failed: number; isBusy: boolean }> {
  const { origin, id, name } = place;
  const validSince = async () =>
    (await askOn<Domain>(page, 'GET', `/domains/${id}`)).certificate?.notBefore ?? null;
  await page.goto(`${origin}/domains/${id}?view=certificate`);
  const before = await validSince();
  let [visits, failed, isOver] = [0, 0, false];
  const visitors = (async () => {
    while (!isOver) {
      visits += 1;
      await edge.visit(name).catch(() => (failed += 1));
    }
  })();
  try {
    await page.getByRole('button', { name: 'Renew now', exact: true }).click();
    await expect.poll(validSince, patience).not.toBe(before);
  } finally {
    isOver = true;
    await visitors;
  }
  return { failed, isBusy: visits > 10 };
}

/** Starts the server beside an edge, with a public address; at a port again where it was before. */
export function startBeside(
  edge: DomainEdge,
  { dataDir, address, port }: { dataDir: string; address: string; port?: number | undefined },
): Promise<Product> {
  return startProduct({
    dataDir,
    ...(port === undefined ? {} : { port }),
    env: {
      ...edge.environment,
      NEBULA_CADDY_ADMIN: edge.caddy.adminSocket,
      NEBULA_PUBLIC_ADDRESSES: address,
    },
  });
}

/** What Chromium shows at a site. */
export async function siteText({ context }: TestBrowser, name: string): Promise<string> {
  const site = await context.newPage();
  try {
    await site.goto(`https://${name}/`);
    return (await site.textContent('body')) ?? '';
  } finally {
    await site.close();
  }
}
