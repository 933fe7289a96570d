import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  launchBrowser,
  newDataDir,
  type Product,
  startZoneEdit,
  type TestBrowser,
  type ZoneEdit,
} from '@nebula/testbed';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DomainEdge, startEdge } from '../features/domains/testing.ts';
import { askOn, followTo, renewOnPage, siteText, startBeside, stepsDone } from './domain-ways.ts';
import { makeFirstAccount, watchFaults } from './opening.ts';

const zone = 'edit.test';
const name = `photos.${zone}`;
const dataDir = newDataDir();
const patience = { timeout: 90_000, interval: 200 };
let edge: DomainEdge;
let zoneEdit: ZoneEdit;
let product: Product;
let browser: TestBrowser;
let page: Page;
let faults: string[];
let id: string;

beforeAll(async () => {
  edge = await startEdge();
  await edge.powerDns.addZone(zone);
  zoneEdit = await startZoneEdit({ zones: [zone], powerDns: edge.powerDns });
  product = await startBeside(edge, { dataDir, address: '127.0.0.1' });
  browser = await launchBrowser({
    viewport: { width: 1440, height: 900 },
    // Who signed the site's certificate is judged by `edge.visit`, which trusts one root only.
    ignoreHTTPSErrors: true,
    hosts: { [name]: `127.0.0.1:${edge.caddy.httpsPort}` },
  });
  page = await browser.context.newPage();
  page.setDefaultTimeout(60_000);
  faults = watchFaults(page);
  await makeFirstAccount(page, product);
}, 240_000);
afterAll(async () => {
  await browser.close();
  await product.stop();
  await zoneEdit[Symbol.asyncDispose]();
  await edge[Symbol.asyncDispose]();
  rmSync(join(dataDir, '..'), { recursive: true, force: true });
}, 60_000);

/** The same server at the same place, with another public address; the site is served while it is away. */
async function moveTo(address: string): Promise<void> {
  const port = Number(new URL(product.url).port);
  await product.stop();
  expect(await siteText(browser, name)).toBe(`photos at ${name}`);
  product = await startBeside(edge, { dataDir, address, port });
  await page.goto(`${product.url}/domains/${id}`);
  await page.getByRole('navigation', { name: 'Parts of this domain' }).waitFor();
}

const button = (words: string) => page.getByRole('button', { name: words, exact: true });
const atZoneEdit = () => zoneEdit.rows(zone, 'a').map(({ host, values }) => `${host} ${values['ip']}`);

test('an account of ZoneEdit, with its panel and the token of a zone, is added and works', async () => {
  const { user: username, password, token } = zoneEdit.account;
  await askOn(page, 'POST', '/dns/providers', {
    name: 'ZoneEdit',
    settings: { kind: 'zoneedit', username, panelUrl: zoneEdit.url, dynamicUrl: zoneEdit.url },
    secrets: { password, [`token:${zone}`]: token },
  });
  await page.goto(`${product.url}/dns/providers`);
  await page.getByText('Works', { exact: true }).waitFor();
  expect(await page.content()).not.toContain(password);
});

test('a name in its zone is brought to HTTPS in eight steps', async () => {
  await page.goto(`${product.url}/domains`);
  await page.getByRole('link', { name: 'Add domain' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await button('Addresses').click();
  await page.getByLabel('Host or address').fill('127.0.0.1');
  await page.getByLabel('Port', { exact: true }).fill(String(edge.upstreamPort));
  await page.getByText(`${zone} at ZoneEdit`).waitFor({ state: 'attached' });
  await button('Add domain').click();
  await button('Provision now').click();

  await expect.poll(() => stepsDone(page), patience).toBe(8);
  await page.getByText('Active', { exact: true }).first().waitFor();
  id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  expect(atZoneEdit()).toEqual(['photos 127.0.0.1']);
  expect(await siteText(browser, name)).toBe(`photos at ${name}`);
  expect(await edge.visit(name)).toEqual({ status: 200, body: `photos at ${name}` });
}, 240_000);

test('the public address changes twice within ten minutes, and DNS follows without ever asking too soon', async () => {
  await moveTo('127.0.0.2');
  await followTo(page, edge, zone, name, '127.0.0.2');
  expect(atZoneEdit()).toEqual(['photos 127.0.0.2']);

  // The limit is told as a time that runs down, never as the code of the provider.
  await page.goto(`${product.url}/dns/providers`);
  await page.getByText(/takes the next change in \d+ min/).waitFor();
  expect(await page.textContent('main')).not.toContain('702');

  await moveTo('127.0.0.3');
  await followTo(page, edge, zone, name, '127.0.0.3');
  expect([atZoneEdit(), zoneEdit.refusedTooSoon]).toEqual([['photos 127.0.0.3'], 0]);
  expect(await siteText(browser, name)).toBe(`photos at ${name}`);
}, 300_000);

test('its certificate is renewed from its page while no visitor is turned away', async () => {
  const { failed, isBusy } = await renewOnPage(page, edge, { origin: product.url, id, name });
  expect({ failed, isBusy }).toEqual({ failed: 0, isBusy: true });
}, 180_000);

test('it is removed without a trace at ZoneEdit, in DNS and in the proxy', async () => {
  await page.goto(`${product.url}/domains/${id}`);
  await button(`Remove ${name}`).click();
  await page.getByLabel(`Type ${name} to remove it`).fill(name);
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.waitForURL(/\/jobs\/[0-9a-f-]{36}/);

  await expect.poll(() => edge.powerDns.rrset(zone, name, 'A'), patience).toEqual([]);
  expect(atZoneEdit()).toEqual([]);
  await expect.poll(() => edge.visit(name).catch(() => null), patience).toBeNull();
  await page.goto(`${product.url}/domains`);
  await expect.poll(() => page.getByRole('link', { name }).count(), patience).toBe(0);
  expect(faults).toEqual([]);
}, 180_000);
