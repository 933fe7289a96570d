import {
  launchBrowser,
  type Product,
  startEngine,
  startProduct,
  type TestBrowser,
  type TestEngine,
} from '@nebula/testbed';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seriousFaults } from './looking.ts';
import { makeFirstAccount, watchFaults } from './opening.ts';

let engine: TestEngine;
let product: Product;
let browser: TestBrowser;
let page: Page;
let errors: string[];

beforeAll(async () => {
  engine = await startEngine();
  await engine.docker(['run', '-d', '--name', 'web', engine.busyboxImage, '/bin/busybox', 'sleep', '3600']);
  product = await startProduct({ engine: engine.socket });
  browser = await launchBrowser({ viewport: { width: 1440, height: 900 } });
  page = await browser.context.newPage();
  page.setDefaultTimeout(60_000);
  errors = watchFaults(page);
  await makeFirstAccount(page, product);
}, 240_000);
afterAll(async () => {
  await browser.close();
  await product.stop();
  await engine.stop();
}, 60_000);

test('the history of the machine and of an app is drawn, and a part of it can be looked at closer', async () => {
  await page.goto(`${product.url}/history?range=hour`);
  const chart = page.getByRole('img', { name: /^CPU: newest/ });
  await chart.waitFor();
  await page.getByRole('combobox', { name: 'What to look at' }).selectOption('app/web');
  await page.waitForURL(/subject=app%2Fweb/);
  await page.getByRole('img', { name: /^Memory: newest/ }).waitFor();

  const plot = await chart.locator('.u-over').boundingBox();
  if (plot === null) throw new Error('the chart has a place');
  await page.mouse.move(plot.x + plot.width * 0.6, plot.y + 40);
  await page.mouse.down();
  await page.mouse.move(plot.x + plot.width * 0.95, plot.y + 60, { steps: 5 });
  await page.mouse.up();
  await page.waitForURL(/from=/);
  const search = new URL(page.url()).searchParams;
  const minutes = (Date.parse(search.get('to') ?? '') - Date.parse(search.get('from') ?? '')) / 60_000;
  expect(minutes).toBeGreaterThan(15);
  expect(minutes).toBeLessThan(27);
  await page.getByRole('button', { name: 'Back to the whole span' }).click();
  await page.waitForURL((url) => !url.search.includes('from='));

  expect(await seriousFaults(page)).toEqual([]);
  expect(errors).toEqual([]);
}, 240_000);

test("a container's figures lead to the history of its app", async () => {
  await page.goto(`${product.url}/containers`);
  await page.getByRole('link', { name: 'web', exact: true }).first().click();
  const live = page.getByRole('region', { name: 'Right now' });

  await live.getByRole('link', { name: 'History' }).click();

  await page.waitForURL(/\/history\?subject=app%2Fweb/);
  await page.getByRole('img', { name: /^Memory: newest/ }).waitFor();
  expect(errors).toEqual([]);
}, 240_000);
