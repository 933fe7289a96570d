import {
  launchBrowser,
  type PowerDns,
  type Product,
  startPowerDns,
  startProduct,
  type TestBrowser,
} from '@nebula/testbed';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { overflowOf, seriousFaults } from './looking.ts';
import { makeFirstAccount, watchFaults } from './opening.ts';

const zone = 'evindrake.example';
let server: PowerDns;
let product: Product;
let browser: TestBrowser;
let page: Page;
let errors: string[];

beforeAll(async () => {
  server = await startPowerDns();
  await server.addZone(zone, [
    { name: `www.${zone}`, type: 'A', ttl: 3600, values: ['192.0.2.10', '192.0.2.11'] },
    { name: zone, type: 'MX', values: [`10 mail.${zone}.`, `20 backup.${zone}.`] },
    { name: zone, type: 'CAA', values: ['0 issue "letsencrypt.org"'] },
    { name: `evil.${zone}`, type: 'TXT', values: ['"<img src=x onerror=alert(1)>"'] },
    { name: `web.${zone}`, type: 'HTTPS', values: ['1 . alpn=h2'] },
  ]);
  product = await startProduct({
    env: { NEBULA_DNS_RESOLVERS: server.nameServer, NEBULA_DNS_PORT: String(server.port) },
  });
  browser = await launchBrowser({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  page = await browser.context.newPage();
  page.setDefaultTimeout(60_000);
  errors = watchFaults(page);
  await makeFirstAccount(page, product);
}, 240_000);
afterAll(async () => {
  await browser.close();
  await product.stop();
  await server[Symbol.asyncDispose]();
}, 60_000);

const dialog = () => page.getByRole('dialog');
const row = (name: string) => page.getByRole('row').filter({ has: page.getByText(name, { exact: true }) });

async function choose(name: string, type: string, command: string): Promise<void> {
  await page.getByRole('button', { name: `What to do with ${type} records of ${name}` }).click();
  await page.getByRole('menuitem', { name: command }).first().click();
}

test('a provider whose sign-in fails says so, and is kept with its zones once it works', async () => {
  await page.goto(`${product.url}/dns/providers`);
  await page.getByRole('button', { name: 'Add a provider' }).click();
  await dialog().getByLabel('Kind').selectOption('powerdns');
  await dialog().getByLabel('Name', { exact: true }).fill('Home');
  await dialog().getByLabel('Address of the API').fill(server.url);
  await dialog().getByLabel('API key').fill('wrong');
  await dialog().getByRole('button', { name: 'Test and keep' }).click();
  await dialog().getByRole('listitem').filter({ hasText: 'Sign-in' }).getByText('fails').waitFor();

  await dialog().getByLabel('API key').fill(server.apiKey);
  await dialog().getByRole('button', { name: 'Test and keep' }).click();
  await page.getByText('Works', { exact: true }).waitFor();

  await page.getByRole('link', { name: 'Zones', exact: true }).click();
  await page.getByRole('link', { name: zone }).click();
  await row('www').getByText('192.0.2.11').waitFor();
  expect(await page.getByText('<img src=x onerror=alert(1)>').count()).toBe(1);
  expect(await page.getByText('not handled here').count()).toBe(1);
});

test('records are written, a change of somebody else is offered with both sides, and a removal is undone', async () => {
  await page.getByRole('button', { name: 'Add records' }).click();
  await dialog().getByLabel('Name', { exact: true }).fill('shop');
  await dialog().getByLabel('Address').fill('999.0.2.1');
  await dialog().getByRole('button', { name: 'Write it' }).click();
  await dialog().getByText('is not an IPv4 address').first().waitFor();
  await dialog().getByLabel('Address').fill('192.0.2.77');
  await dialog().getByRole('button', { name: 'Write it' }).click();
  await row('shop').getByText('192.0.2.77').waitFor();

  await choose('shop', 'A', 'Change');
  await server.put(zone, { name: `shop.${zone}`, type: 'A', ttl: 60, values: ['198.51.100.7'] });
  await dialog().getByLabel('Address').fill('192.0.2.78');
  await dialog().getByRole('button', { name: 'Write it' }).click();
  await dialog().getByRole('alert').getByText('198.51.100.7').waitFor();
  expect(await server.rrset(zone, `shop.${zone}`, 'A')).toEqual(['198.51.100.7']);
  await dialog().getByRole('button', { name: 'Write mine' }).click();
  await row('shop').getByText('192.0.2.78').waitFor();

  await choose('shop', 'A', 'Ask the name servers');
  await dialog().getByText('Everybody shows what the provider holds.').waitFor();
  await dialog().getByRole('button', { name: 'Close' }).last().click();

  await choose('shop', 'A', 'Remove');
  await dialog().getByLabel(`Repeat the name shop.${zone}`).fill(`shop.${zone}`);
  await dialog().getByRole('button', { name: 'Remove them' }).click();
  await row('shop').waitFor({ state: 'detached' });

  await page.getByRole('link', { name: 'Changes of this zone' }).click();
  // The newest stands first; it can be undone once its run has told that it is made.
  const newest = page.getByRole('list', { name: 'Changes' }).getByRole('listitem').first();
  await newest.getByText('nothing').waitFor();
  await newest.getByRole('button', { name: `Undo the change of shop.${zone}` }).click();
  await expect
    .poll(() => server.rrset(zone, `shop.${zone}`, 'A'), { timeout: 30_000 })
    .toEqual(['192.0.2.78']);
});

test('each page is good on a phone, for the keyboard and for screen readers', async () => {
  await page.goto(`${product.url}/dns`);
  const href = await page.getByRole('link', { name: zone }).getAttribute('href');
  for (const path of ['/dns', '/dns/providers', '/dns/changes', href ?? '']) {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${product.url}${path}`);
    await page
      .getByText(/evindrake|Home/)
      .first()
      .waitFor();
    expect(await seriousFaults(page), path).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    await page
      .getByText(/evindrake|Home/)
      .first()
      .waitFor();
    const overflow = await overflowOf(page);
    expect([path, overflow]).toEqual([path, 0]);
  }
  expect(errors).toEqual([]);
});
