import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser, type PowerDns, startPowerDns, type TestBrowser } from '@nebula/testbed';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type DdclientMachine, startDdclientMachine } from '../features/dyndns/testing.ts';
import { json, type TestApp, testApp } from '../testing.ts';
import { overflowOf, seriousFaults } from './looking.ts';
import { watchFaults } from './opening.ts';

const zone = 'evindrake.example';
const secret = 'pass-of-ddclient';
let server: PowerDns;
let machine: DdclientMachine;
let app: TestApp;
let browser: TestBrowser;
let page: Page;
let faults: string[];

beforeAll(async () => {
  server = await startPowerDns();
  await server.addZone(zone);
  machine = await startDdclientMachine([
    'daemon=300',
    'use=web, web=checkip.example.net/',
    'protocol=zoneedit1, server=dynamic.zoneedit.com',
    `login=mara, password=${secret}`,
    `home.${zone},nas.${zone}`,
    `protocol=namecheap, server=ddns.example.net, login=example.net, password=${secret} www`,
    "password='never ends",
  ]);
  app = await testApp(inject('postgres'), {
    broker: machine.callBroker,
    webDir: join(import.meta.dirname, '..', 'web', 'dist'),
    environment: {
      NEBULA_DNS_RESOLVERS: server.nameServer,
      NEBULA_DNS_PORT: String(server.port),
      NEBULA_PUBLIC_ADDRESSES: '1.1.1.7',
    },
  });
  const admin = await app.as('admin', ['*', 'account:skip-step-up']);
  const settings = { kind: 'powerdns', url: server.url };
  const provider = { name: 'Home', settings, secrets: { apiKey: server.apiKey } };
  expect((await admin.fetch('/api/dns/providers', json('POST', provider))).status).toBe(201);
  const { cookie } = await app.signIn('admin');
  browser = await launchBrowser({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  await browser.context.addCookies(
    cookie.split('; ').map((pair) => {
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      return { name, value, url: app.url };
    }),
  );
  page = await browser.context.newPage();
  page.setDefaultTimeout(60_000);
  faults = watchFaults(page);
}, 240_000);
afterAll(async () => {
  await browser.close();
  await app[Symbol.asyncDispose]();
  await machine[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
}, 60_000);

/** Looks at the page as it stands: serious faults, and whether it fits on a phone. */
async function faultsOf(name: string): Promise<string[]> {
  const dir = process.env['NEBULA_SCREENSHOTS'];
  if (dir !== undefined) mkdirSync(dir, { recursive: true });
  const found: string[] = [];
  for (const width of [1440, 820, 390]) {
    await page.setViewportSize({ width, height: 900 });
    if (dir !== undefined) await page.screenshot({ path: join(dir, `${name}-${width}.png`) });
    const overflow = await overflowOf(page);
    if (overflow !== 0) found.push(`${width} px overflow by ${overflow}`);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  return [...found, ...(await seriousFaults(page))];
}

test('what ddclient updates is shown, without its passwords', async () => {
  await page.goto(`${app.url}/dyndns/ddclient`);
  await page.getByText(`home.${zone}, nas.${zone}`).waitFor();
  await page.getByText('ddclient.service runs').waitFor();
  await page.getByText('Line 7 is not understood').waitFor();
  expect(await page.getByRole('button', { name: /^Take over/ }).count()).toBe(1);
  expect(await page.content()).not.toContain(secret);
  expect(await faultsOf('ddclient')).toEqual([]);
});

test('its names are taken over, and that two updaters run is said until one is stopped', async () => {
  await page.getByRole('button', { name: `Take over home.${zone}, nas.${zone}` }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(`The zone ${zone} is kept at Home`, { exact: false }).waitFor();
  expect(await faultsOf('take-over')).toEqual([]);
  await dialog.getByRole('button', { name: 'Take over' }).click();

  await page.getByText('two updaters at once', { exact: false }).waitFor();
  await page.getByRole('button', { name: 'Stop ddclient' }).waitFor();
  await expect.poll(() => server.rrset(zone, `home.${zone}`, 'A'), { timeout: 60_000 }).toEqual(['1.1.1.7']);
  expect(await faultsOf('two-updaters')).toEqual([]);
  machine.setActive('inactive');
  await page.reload();
  await page.getByText('ddclient.service does not run').waitFor();
  expect(await page.getByText('two updaters at once', { exact: false }).count()).toBe(0);
  await page.getByText('sudo systemctl disable --now ddclient.service').waitFor();

  await page.getByRole('link', { name: 'Routers and names' }).click();
  await page.getByText(`nas.${zone}`).waitFor();
  await page.getByRole('button', { name: 'Make a token' }).click();
  await dialog.getByLabel('Router').fill('FRITZ!Box');
  await dialog.getByLabel('Names').fill(`router.${zone}`);
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await dialog.getByText('The token is made').waitFor();
  expect(await faultsOf('made')).toEqual([]);
  await dialog.getByRole('button', { name: 'Done' }).click();
  expect(await faultsOf('routers')).toEqual([]);
  expect(faults).toEqual([]);
});
