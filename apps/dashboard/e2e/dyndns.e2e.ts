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
import { askOn } from './domain-ways.ts';
import { overflowOf, seriousFaults } from './looking.ts';
import { makeFirstAccount, watchFaults } from './opening.ts';

const zone = 'evindrake.example';
const name = `home.${zone}`;
const patience = { timeout: 60_000, interval: 200 };
let server: PowerDns;
let product: Product;
let browser: TestBrowser;
let page: Page;
let faults: string[];
let secret: string;

beforeAll(async () => {
  server = await startPowerDns();
  await server.addZone(zone);
  product = await startProduct({
    env: {
      NEBULA_DNS_RESOLVERS: server.nameServer,
      NEBULA_DNS_PORT: String(server.port),
      NEBULA_PUBLIC_ADDRESSES: '1.1.1.7',
    },
  });
  browser = await launchBrowser({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  page = await browser.context.newPage();
  page.setDefaultTimeout(60_000);
  faults = watchFaults(page);
  await makeFirstAccount(page, product);
  await askOn(page, 'POST', '/dns/providers', {
    name: 'Home',
    settings: { kind: 'powerdns', url: server.url },
    secrets: { apiKey: server.apiKey },
  });
}, 240_000);
afterAll(async () => {
  await browser.close();
  await product.stop();
  await server[Symbol.asyncDispose]();
}, 60_000);

const dialog = () => page.getByRole('dialog');

async function tell(myip: string): Promise<string> {
  const login = Buffer.from(`nebula:${secret}`).toString('base64');
  const answer = await fetch(`${product.url}/nic/update?hostname=${name}&myip=${myip}`, {
    headers: { authorization: `Basic ${login}` },
  });
  return (await answer.text()).trim();
}

test('a token is made, shown once, and comes with what to enter at the router', async () => {
  await page.goto(`${product.url}/dyndns`);
  await page.getByRole('button', { name: 'Make a token' }).click();
  await dialog().getByLabel('Router').fill('FRITZ!Box');
  await dialog().getByLabel('Names').fill('nowhere.test');
  await dialog().getByRole('button', { name: 'Make it' }).click();
  await dialog()
    .getByText('No provider here holds a zone for nowhere.test', { exact: false })
    .first()
    .waitFor();
  await dialog().getByLabel('Names').fill(name);
  await dialog().getByRole('button', { name: 'Make it' }).click();

  secret = (await dialog().getByLabel('Token', { exact: true }).textContent()) ?? '';
  expect(secret).toMatch(/^ner_/);
  await dialog().getByText('hostname=<domain>&myip=<ipaddr>&myipv6=<ip6addr>', { exact: false }).waitFor();
  await dialog().getByRole('button', { name: 'ddclient' }).click();
  await dialog().getByText(`password='${secret}'`, { exact: false }).waitFor();
  await dialog().getByRole('button', { name: 'Done' }).click();
  await page.reload();
  await page.getByText('FRITZ!Box').first().waitFor();
  expect(await page.content()).not.toContain(secret);
});

test('the router tells its address, and the page shows where the name leads', async () => {
  expect(await tell('1.2.3.4')).toBe('good 1.2.3.4');
  await expect.poll(() => server.rrset(zone, name, 'A'), patience).toEqual(['1.2.3.4']);
  await page.getByText('Leads there').waitFor();
  expect(await tell('1.2.3.4')).toBe('nochg 1.2.3.4');
  expect(await tell('100.64.1.1')).toBe('dnserr');
  await page.reload();
  await page.getByText('shares with other homes (CGNAT)', { exact: false }).waitFor();
});

test('a name follows this machine until it does no more', async () => {
  await page.getByRole('button', { name: 'Add a name' }).click();
  await dialog().getByLabel('Name', { exact: true }).fill(`nas.${zone}`);
  await dialog().getByRole('button', { name: 'Let it follow' }).click();
  await expect.poll(() => server.rrset(zone, `nas.${zone}`, 'A'), patience).toEqual(['1.1.1.7']);
  await expect.poll(() => page.getByText('Leads there').count(), patience).toBe(2);
});

test('without ddclient there is nothing to take over, and the page says so', async () => {
  await page.getByRole('link', { name: 'Take over ddclient' }).click();
  await page.getByText('No ddclient here').waitFor();
});

test('each page is good on a phone, for the keyboard and for screen readers', async () => {
  for (const path of ['/dyndns', '/dyndns/ddclient']) {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${product.url}${path}`);
    await page
      .getByText(/FRITZ|No ddclient/)
      .first()
      .waitFor();
    expect(await seriousFaults(page), path).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    await page
      .getByText(/FRITZ|No ddclient/)
      .first()
      .waitFor();
    const overflow = await overflowOf(page);
    expect([path, overflow]).toEqual([path, 0]);
  }
});

test('a revoked token opens nothing, and the records stay', async () => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${product.url}/dyndns`);
  await page.getByRole('button', { name: 'Revoke FRITZ!Box' }).click();
  await dialog().getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('No router has a token').waitFor();
  expect(await tell('1.2.3.5')).toBe('badauth');
  expect(await server.rrset(zone, name, 'A')).toEqual(['1.2.3.4']);
  expect(faults).toEqual([]);
});
