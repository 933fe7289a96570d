import { rmSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { launchBrowser, newDataDir, type Product, type TestBrowser } from '@nebula/testbed';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Domain } from '../features/domains/contract.ts';
import { type DomainEdge, startEdge } from '../features/domains/testing.ts';
import { askOn, followTo, renewOnPage, siteText, startBeside, stepsDone } from './domain-ways.ts';
import { seriousFaults } from './looking.ts';
import { makeFirstAccount, watchFaults } from './opening.ts';

const name = 'photos.home.test';
const dataDir = newDataDir();
const patience = { timeout: 90_000, interval: 200 };
let edge: DomainEdge;
let product: Product;
let browser: TestBrowser;
let page: Page;
let faults: string[];

beforeAll(async () => {
  edge = await startEdge();
  product = await begin();
  browser = await launchBrowser({
    viewport: { width: 1440, height: 900 },
    // Who signed the site's certificate is judged by `edge.visit`, which trusts one root only.
    ignoreHTTPSErrors: true,
    hosts: { [name]: `127.0.0.1:${edge.caddy.httpsPort}` },
  });
  page = await browser.context.newPage();
  faults = watchFaults(page);
  await makeFirstAccount(page, product);
}, 240_000);
afterAll(async () => {
  await browser.close();
  await product.stop();
  await edge[Symbol.asyncDispose]();
  rmSync(join(dataDir, '..'), { recursive: true, force: true });
}, 60_000);

function begin(port?: number, address = '127.0.0.1'): Promise<Product> {
  return startBeside(edge, { dataDir, address, port });
}

/** Asks the API as the person who is signed in. */
function ask<T>(method: string, path: string, body?: object): Promise<T> {
  return askOn<T>(page, method, path, body);
}

/** The whole configuration of the reverse proxy as text. */
function proxyConfig(): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { socketPath: edge.caddy.adminSocket, path: '/config/', headers: { Host: '' }, setHost: false },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.on('end', () => resolve(text));
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}

const button = (words: string | RegExp) => page.getByRole('button', { name: words, exact: true });
const done = () => stepsDone(page);

test('a name that a person types is brought to HTTPS in eight steps, which a reload still shows', async () => {
  await ask('POST', '/dns/providers', {
    name: 'PowerDNS at home',
    settings: { kind: 'powerdns', url: edge.powerDns.url },
    secrets: { apiKey: edge.powerDns.apiKey },
  });
  await page.goto(`${product.url}/domains`);
  await page.getByRole('link', { name: 'Add domain' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await button('Addresses').click();
  await page.getByLabel('Host or address').fill('127.0.0.1');
  await page.getByLabel('Port', { exact: true }).fill(String(edge.upstreamPort));
  await page.getByText(`${edge.zone} at PowerDNS at home`).waitFor({ state: 'attached' });
  await button('Add domain').click();
  await button('Provision now').click();

  await expect.poll(done, patience).toBe(8);
  await page.getByText('Active', { exact: true }).first().waitFor();
  await page.getByText('PowerDNS at home holds the zone home.test.').waitFor();
  await page.reload();
  await expect.poll(done, patience).toBe(8);

  expect(await siteText(browser, name)).toBe(`photos at ${name}`);
  expect(await edge.visit(name)).toEqual({ status: 200, body: `photos at ${name}` });
  expect(await edge.powerDns.rrset(edge.zone, name, 'A')).toEqual(['127.0.0.1']);
}, 180_000);

test('each part of its page is readable by everybody, and fits on a phone', async () => {
  const fits = () => page.evaluate('document.documentElement.scrollWidth <= window.innerWidth');
  const phone = { width: 390, height: 844 };
  const desk = { width: 1440, height: 900 };
  for (const part of ['Route', 'DNS', 'Certificate', 'Health', 'Events', 'Overview']) {
    await page.getByRole('navigation', { name: 'Parts of this domain' }).getByText(part).click();
    if (part === 'DNS') {
      await button('Ask name servers').click();
      await page.getByText('Every server shows what is wanted.').waitFor();
    }
    if (part === 'Health') {
      await button('Check now').click();
      await page.getByText('accepts connections', { exact: false }).last().waitFor();
    }
    expect(await seriousFaults(page), part).toEqual([]);
    await page.setViewportSize(phone);
    expect(await fits(), part).toBe(true);
    await page.setViewportSize(desk);
  }
  await page.goto(`${product.url}/certificates`);
  await page.getByRole('link', { name }).click();
  await button(`More for ${name}`).click();
  await page.getByRole('menuitem', { name: 'Look now' }).click();
  await page.getByText('Issuer').waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  await page.setViewportSize(phone);
  expect(await fits()).toBe(true);
  await page.goto(`${product.url}/certificates`);
  await page.getByRole('img', { name: new RegExp(`^${name}: renews`) }).waitFor();
  expect(await fits()).toBe(true);
  await page.setViewportSize(desk);
  expect(await seriousFaults(page)).toEqual([]);
}, 120_000);

test('what was typed stays when somebody else saved first, and is saved when the person says so', async () => {
  const [domain] = (await ask<{ items: Domain[] }>('GET', `/domains?search=${name}`)).items;
  if (domain === undefined) throw new TypeError('the domain is there');
  await page.goto(`${product.url}/domains/${domain.id}?view=route`);
  await page.getByLabel('Note').fill('typed here');
  await ask('PATCH', `/domains/${domain.id}`, { version: domain.version, note: 'typed elsewhere' });
  await button('Save').click();

  await page.getByText('Somebody else changed this domain in the meantime').waitFor();
  expect(await page.getByLabel('Note').inputValue()).toBe('typed here');
  await button('Save mine').click();
  await expect
    .poll(async () => (await ask<Domain>('GET', `/domains/${domain.id}`)).note, patience)
    .toBe('typed here');
}, 90_000);

test('records that somebody else put there are replaced only when a person says so', async () => {
  const taken = `taken.${edge.zone}`;
  await edge.powerDns.put(edge.zone, { name: taken, type: 'A', ttl: 60, values: ['192.0.2.7'] });
  const [zone] = (await ask<{ items: { providerId: string }[] }>('GET', '/dns/zones')).items;
  const { id } = await ask<Domain>('POST', '/domains', {
    name: taken,
    target: { kind: 'addresses', upstreams: [{ host: '127.0.0.1', port: edge.upstreamPort }] },
    dns: { kind: 'provider', providerId: zone?.providerId, zone: edge.zone },
  });
  await page.goto(`${product.url}/domains/${id}`);
  await button('Provision now').click();
  await button('Provision and replace records').click();
  await page.getByRole('dialog').waitFor();
  expect(await edge.powerDns.rrset(edge.zone, taken, 'A')).toEqual(['192.0.2.7']);
  await page.getByRole('dialog').getByRole('button', { name: 'Provision and replace records' }).click();

  await expect.poll(done, patience).toBe(8);
  expect(await edge.powerDns.rrset(edge.zone, taken, 'A')).toEqual(['127.0.0.1']);
}, 180_000);

test('the public address changes, and DNS follows while the site is served on', async () => {
  const port = Number(new URL(product.url).port);
  await product.stop();
  product = await begin(port, '127.0.0.2');
  await page.goto(`${product.url}/domains?search=${name}`);
  await page.getByRole('link', { name }).waitFor();
  await followTo(page, edge, edge.zone, name, '127.0.0.2');

  await page.getByRole('link', { name }).click();
  await page.getByRole('navigation', { name: 'Parts of this domain' }).getByText('Events').click();
  await page.getByText(`${name} A 127.0.0.1`, { exact: false }).first().waitFor();
  expect(await siteText(browser, name)).toBe(`photos at ${name}`);
}, 180_000);

test('the certificate is renewed from its page while no visitor is turned away', async () => {
  const [domain] = (await ask<{ items: Domain[] }>('GET', `/domains?search=${name}`)).items;
  if (domain === undefined) throw new TypeError('the domain is there');
  const { failed, isBusy } = await renewOnPage(page, edge, { origin: product.url, id: domain.id, name });

  expect({ failed, isBusy }).toEqual({ failed: 0, isBusy: true });
  expect(await siteText(browser, name)).toBe(`photos at ${name}`);
}, 180_000);

test('the site is served while NebulaCommand is away, and goes without a trace when it is removed', async () => {
  const port = Number(new URL(product.url).port);
  await product.stop();
  expect(await siteText(browser, name)).toBe(`photos at ${name}`);
  expect(await edge.visit(name)).toEqual({ status: 200, body: `photos at ${name}` });

  product = await begin(port, '127.0.0.2');
  await page.goto(`${product.url}/domains?search=${name}`);
  await page.getByRole('link', { name }).click();
  await button(`Remove ${name}`).click();
  await page.getByLabel(`Type ${name} to remove it`).fill(name);
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.waitForURL(/\/jobs\/[0-9a-f-]{36}/);

  await expect.poll(() => edge.powerDns.rrset(edge.zone, name, 'A'), patience).toEqual([]);
  await expect.poll(proxyConfig, patience).not.toContain(name);
  await expect(edge.visit(name)).rejects.toThrow();
  await page.goto(`${product.url}/domains`);
  await page.getByText(`taken.${edge.zone}`).first().waitFor();
  await expect.poll(() => page.getByRole('link', { name }).count(), patience).toBe(0);
  expect(faults).toEqual([]);
}, 240_000);
