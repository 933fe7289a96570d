import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { launchBrowser, newDataDir, type Product, startProduct, type TestBrowser } from '@nebula/testbed';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seriousFaults } from './looking.ts';
import { makeFirstAccount, watchFaults } from './opening.ts';

const dataDir = newDataDir();
const patience = { timeout: 60_000, interval: 200 };
let product: Product;
let browser: TestBrowser;
let page: Page;
let faults: string[];

beforeAll(async () => {
  product = await startProduct({ dataDir });
  browser = await launchBrowser({ viewport: { width: 1440, height: 900 } });
  page = await browser.context.newPage();
  faults = watchFaults(page);
  await makeFirstAccount(page, product);
}, 240_000);
afterAll(async () => {
  await browser.close();
  await product.stop();
  rmSync(join(dataDir, '..'), { recursive: true, force: true });
}, 60_000);

const button = (words: string | RegExp) => page.getByRole('button', { name: words, exact: true });
const header = 'name,kind,leads_to,note\n';

async function lookAt(text: string): Promise<void> {
  await page.getByLabel('What is imported').fill(text);
  await button('Look at it').click();
  await page.getByText('What was found').waitFor({ timeout: 60_000 });
}

test('domains that are pasted are looked at, filled in, imported and offered for provisioning', async () => {
  await page.goto(`${product.url}/domains`);
  await page.getByRole('link', { name: 'Import domains' }).click();
  await lookAt(
    `${header}photos.home.test,container,immich:2283,ours\nbad.home.test,container,immich:0,\nwiki.home.test,,,\n`,
  );
  await page.getByText('Read as: CSV').waitFor();
  expect(await button(/^Import: /).isDisabled()).toBe(true);
  await button('Say what it leads to: wiki.home.test').click();
  await page
    .getByRole('group', { name: 'wiki.home.test' })
    .getByRole('button', { name: 'Addresses' })
    .click();
  await page.getByLabel('Host or address').fill('192.168.1.20');
  await page.getByLabel('Port', { exact: true }).fill('81');
  await page.getByLabel('Leave out invalid rows: 1').check();
  expect(await seriousFaults(page)).toEqual([]);
  await button('Import: 2').click();

  await page.getByText('2 added, 0 changed').waitFor({ timeout: 60_000 });
  expect(await seriousFaults(page)).toEqual([]);
  await page.getByLabel('All of them').check();
  expect(await button('Provision: 2').isEnabled()).toBe(true);
  await page.getByRole('link', { name: 'wiki.home.test' }).click();
  await page.getByText('192.168.1.20:81').first().waitFor();
}, 120_000);

test('a conflict shows both sides, is overwritten when a person says so, and the list has the new', async () => {
  await page.goto(`${product.url}/domains/import`);
  await lookAt(
    `${header}photos.home.test,container,immich:2284,theirs\nwiki.home.test,addresses,192.168.1.20:81,\n`,
  );
  await button('Conflict 1').click();
  for (const text of ['container immich:2283', 'container immich:2284', 'ours', 'theirs']) {
    await page.getByText(text, { exact: true }).waitFor();
  }
  expect(await page.getByText('wiki.home.test', { exact: true }).count()).toBe(0);
  await page.getByLabel('What to do with photos.home.test').selectOption('Overwrite');
  await button('Import: 1').click();
  await page.getByText('0 added, 1 changed').waitFor({ timeout: 60_000 });
  await page.getByRole('link', { name: 'See all domains' }).click();
  await page.getByText('immich:2284').first().waitFor();
}, 120_000);

test('what is exported from the list is found to be the same', async () => {
  await page.goto(`${product.url}/domains`);
  await button('Export and import').click();
  const [download] = await Promise.all([
    page.waitForEvent('download', { timeout: 60_000 }),
    page.getByText('Export as CSV').click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^domains-.*\.csv$/);
  const path = await download.path();
  await button('Export and import').click();
  await page.getByRole('menuitem', { name: /^Import domains/ }).click();
  await page.locator('input[type=file]').setInputFiles(path);
  await expect
    .poll(() => page.getByLabel('What is imported').inputValue(), patience)
    .toContain('immich:2284');
  await button('Look at it').click();
  await button('Same 2').waitFor({ timeout: 60_000 });
  expect(await button('Nothing to import').isDisabled()).toBe(true);
  expect((await readFile(path, 'utf8')).split('\r\n')).toHaveLength(4);
  expect(faults).toEqual([]);
}, 120_000);
