import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser, type TestBrowser } from '@nebula/testbed';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { scriptedBroker } from '../features/system/fixtures/scripted-broker.ts';
import { type TestApp, testApp } from '../testing.ts';
import { seriousFaults } from './looking.ts';

const broker = scriptedBroker();
let app: TestApp;
let browser: TestBrowser;
let page: Page;
const patience = 30_000;

beforeAll(async () => {
  broker.put('smbd.service', { description: 'Samba SMB Daemon' });
  broker.put('cron.service', { canChange: false });
  broker.put('backup.timer', { active: 'failed', sub: 'failed', result: 'exit-code' });
  for (let n = 0; n < 120; n += 1) broker.put(`worker-${String(n).padStart(3, '0')}.service`);
  app = await testApp(inject('postgres'), {
    broker: broker.call,
    webDir: join(import.meta.dirname, '..', 'web', 'dist'),
  });
  const { cookie } = await app.signIn('operator');
  browser = await launchBrowser({ viewport: { width: 1440, height: 900 } });
  const cookies = cookie.split('; ').map((pair) => {
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    return { name, value, url: app.url };
  });
  await browser.context.addCookies(cookies);
  page = await browser.context.newPage();
}, 120_000);
afterAll(async () => {
  await browser.close();
  await app[Symbol.asyncDispose]();
}, 60_000);

async function picture(name: string): Promise<void> {
  const dir = process.env['NEBULA_SCREENSHOTS'];
  if (dir === undefined) return;
  mkdirSync(dir, { recursive: true });
  await page.screenshot({ path: join(dir, `${name}.png`) });
}

describe.each([
  ['desktop', { width: 1440, height: 900 }],
  ['tablet', { width: 820, height: 1180 }],
  ['phone', { width: 390, height: 844 }],
] as const)('on a %s', (name, viewport) => {
  test('units are listed, searched and narrowed to those that failed', async () => {
    await page.setViewportSize(viewport);
    await page.goto(`${app.url}/system?tab=units`);
    await page.getByText('worker-000.service').first().waitFor({ timeout: patience });
    await page.getByText('1 has failed.').waitFor({ timeout: patience });
    await picture(`unit-list-${name}`);
    expect(await seriousFaults(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);

    await page.getByLabel('State').selectOption('Failed');
    await page.getByRole('link', { name: 'backup.timer' }).waitFor({ timeout: patience });

    await expect
      .poll(() => page.getByRole('link', { name: 'worker-000.service' }).count(), { timeout: patience })
      .toBe(0);
  }, 90_000);

  test('a unit shows its facts and its journal, and one that is not named has no buttons', async () => {
    await page.setViewportSize(viewport);
    await page.goto(`${app.url}/system/units/cron.service`);
    await page.getByText('NEBULA_UNITS does not name this unit').waitFor({ timeout: patience });
    await page.getByText('a fault').waitFor({ timeout: patience });
    await picture(`unit-${name}`);

    expect(await page.getByRole('button', { name: 'Stop' }).count()).toBe(0);
    expect(await seriousFaults(page)).toEqual([]);
  }, 90_000);
});

test('a unit is stopped after a question, its run is followed, and then it can be started', async () => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${app.url}/system/units/smbd.service`);
  await page.getByRole('button', { name: 'Stop' }).click({ timeout: patience });
  await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click({ timeout: patience });
  await page.waitForURL(/\/jobs\/[0-9a-f-]{36}/, { timeout: patience });
  await page.getByText('Wait until it has stopped').first().waitFor({ timeout: patience });
  await expect.poll(() => broker.changes, { timeout: patience }).toEqual(['unit-stop smbd.service']);

  await page.goto(`${app.url}/system/units/smbd.service`);

  await page.getByRole('button', { name: 'Start', exact: true }).waitFor({ timeout: patience });
}, 120_000);

test('a failed unit is a matter of the overview that leads to the list of failed units', async () => {
  await page.goto(`${app.url}/`);
  await page.getByRole('link', { name: /backup\.timer has failed/ }).click({ timeout: patience });

  await page.waitForURL(/tab=units&active=failed/, { timeout: patience });
  await page.getByText('backup.timer').first().waitFor({ timeout: patience });
}, 60_000);
