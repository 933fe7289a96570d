import { launchBrowser, type Product, startProduct, type TestBrowser } from '@nebula/testbed';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeFirstAccount, watchFaults } from './opening.ts';

let product: Product;
let browser: TestBrowser;
let mine: Page;
let theirs: Page;
let faults: string[];
const patience = { timeout: 30_000, interval: 50 };
const variable = 'NEBULA_KEEP_RUNS_DAYS';

beforeAll(async () => {
  product = await startProduct();
  browser = await launchBrowser({ viewport: { width: 390, height: 844 } });
  mine = await browser.context.newPage();
  faults = watchFaults(mine);
  await makeFirstAccount(mine, product);
  theirs = await browser.context.newPage();
  for (const page of [mine, theirs]) await page.goto(`${product.url}/settings?search=${variable}`);
}, 240_000);
afterAll(async () => {
  await browser.close();
  await product.stop();
}, 60_000);

const row = (page: Page) => page.getByRole('listitem').filter({ hasText: variable });
const field = (page: Page) => row(page).getByLabel(variable, { exact: true });
const save = (page: Page) => row(page).getByRole('button', { name: 'Save', exact: true });

async function saveAs(page: Page, value: string): Promise<void> {
  await field(page).fill(value);
  await save(page).click();
}

/** What is stored, asked with the session of a page. */
const stored = () =>
  theirs.evaluate<string>(
    `fetch('/api/settings').then((answer) => answer.json()).then(({ items }) => items.find(({ variable }) => variable === '${variable}').value)`,
  );

test('of two tabs that edit one setting the second is shown both values, and may save its own', async () => {
  await field(mine).fill('41');
  await saveAs(theirs, '42');
  await expect.poll(stored, patience).toBe('42');

  // Where the page has heard of it already, nothing is sent.
  await field(mine).press('Enter');

  const conflict = row(mine).getByRole('alert').filter({ hasText: 'was changed meanwhile' });
  await conflict.waitFor();
  expect(await conflict.innerText()).toMatch(/Now\s+42\s+Yours\s+41/);
  expect(await field(mine).inputValue()).toBe('41');
  expect(await mine.getByText('The setting was not changed').count()).toBe(0);
  expect(await stored()).toBe('42');
  await conflict.getByRole('button', { name: 'Save mine over it' }).click();
  await expect.poll(stored, patience).toBe('41');
  await conflict.waitFor({ state: 'detached' });
  expect(faults).toEqual([]);
}, 90_000);

test('what is typed stays when the setting changes elsewhere, until the person takes what is there', async () => {
  await field(mine).fill('51');
  await theirs.reload();
  await saveAs(theirs, '52');
  await expect.poll(stored, patience).toBe('52');

  // Where the page has heard of it already, nothing is sent.
  await field(mine).press('Enter');
  const conflict = row(mine).getByRole('alert').filter({ hasText: 'was changed meanwhile' });
  await conflict.waitFor();
  expect(await field(mine).inputValue()).toBe('51');
  await conflict.getByRole('button', { name: 'Take what is there' }).click();

  await expect.poll(() => field(mine).inputValue(), patience).toBe('52');
  expect(await stored()).toBe('52');
  expect(faults).toEqual([]);
}, 90_000);
