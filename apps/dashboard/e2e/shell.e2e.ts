import {
  launchBrowser,
  newDataDir,
  type Product,
  startEngine,
  startProduct,
  type TestBrowser,
  type TestEngine,
} from '@nebula/testbed';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../testing.ts';
import { makeFirstAccount } from './opening.ts';

const dataDir = newDataDir();
const desk = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };
let engine: TestEngine;
let product: Product;
let browser: TestBrowser;
let page: Page;

beforeAll(async () => {
  engine = await startEngine();
  await engine.docker(['run', '-d', '--name', 'web', engine.busyboxImage, '/bin/busybox', 'sleep', '3600']);
  product = await startProduct({ engine: engine.socket, dataDir });
  browser = await launchBrowser({ viewport: desk });
  page = await browser.context.newPage();
  await makeFirstAccount(page, product);
}, 240_000);
afterAll(async () => {
  await browser.close();
  await product.stop();
  await engine.stop();
  rmSync(join(dataDir, '..'), { recursive: true, force: true });
}, 60_000);

const themeNow = () => page.evaluate<string>('document.documentElement.dataset.theme');

/** Opens the palette, types, and takes the first entry. */
async function command(words: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill(words);
  await page.getByRole('option', { selected: true }).first().waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

test('the tour goes over the own containers by keyboard, is left by Esc, and another browser does not offer it again', async () => {
  const tour = page.getByRole('region', { name: 'First tour' });
  await tour.getByText('Step 1 of 5').waitFor();
  await tour.getByRole('button', { name: 'Next' }).focus();
  await page.keyboard.press('Enter');
  await tour.getByText('Step 2 of 5').waitFor();
  await page.waitForURL(/\/containers\/[0-9a-f]{64}$/);
  await page.reload();
  await tour.getByText('Step 2 of 5').waitFor();
  await tour.getByRole('button', { name: 'Next' }).focus();
  await page.keyboard.press('Escape');
  await tour.waitFor({ state: 'detached' });
  await until(
    async () => (await page.evaluate(`fetch('/api/tour').then((a) => a.text())`)) === '{"isOver":true}',
  );

  await command('tour again');
  await tour.getByText('Step 1 of 5').waitFor();
  await tour.getByRole('button', { name: 'Skip the tour' }).click();
  await tour.waitFor({ state: 'detached' });
});

test('the files of the page in the address are asked for before the program runs', async () => {
  const visit = await browser.context.newPage();
  await visit.goto(`${product.url}/containers`);
  await visit.locator('main table').waitFor();
  const asked = await visit.evaluate<string[]>(
    "performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)",
  );
  await visit.close();
  const page = asked.findIndex((path) => path.includes('/containers-page-'));
  expect(page).toBeGreaterThanOrEqual(0);
  expect(page).toBeLessThan(asked.indexOf('/api/account/session'));
});

test('a theme chosen in the palette is on the page before it is drawn the next time', async () => {
  await command('theme light');
  expect(await themeNow()).toBe('light');
  const early = await browser.context.newPage();
  await early.addInitScript(`new MutationObserver((changes, observer) => {
    if (document.body === null) return;
    observer.disconnect();
    window.firstTheme = document.documentElement.dataset.theme;
  }).observe(document, { childList: true, subtree: true })`);
  await early.goto(product.url);
  expect(await early.evaluate('window.firstTheme')).toBe('light');
  await early.close();

  await command('theme system');
  await page.emulateMedia({ colorScheme: 'light' });
  await until(async () => (await themeNow()) === 'light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await until(async () => (await themeNow()) === 'cosmic');
  await page.emulateMedia({ colorScheme: 'dark', contrast: 'more' });
  await until(async () => (await themeNow()) === 'contrast');
  await page.emulateMedia({ colorScheme: null, contrast: null });
  await command('theme cosmic');
});

test('words in any order find a command, and what was used last stands first', async () => {
  await page.keyboard.press('Control+k');
  const box = page.getByRole('dialog').getByRole('combobox');
  await box.fill('background pau');
  await page.getByRole('option', { name: /Pause background/ }).waitFor();
  await box.fill('? ');
  await page.getByRole('option', { name: /only commands/ }).waitFor();
  await box.fill('');
  expect(await page.getByRole('option').first().textContent()).toContain('Theme: Cosmic');
  await page.keyboard.press('Escape');
});

test('the navigation keeps its width, and single keys go to places unless they are off', async () => {
  await page.goto(`${product.url}/audit`);
  await page.getByRole('heading', { name: 'Audit' }).waitFor();
  await page.keyboard.press('[');
  await page.getByRole('button', { name: 'Widen the navigation' }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Widen the navigation' }).click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('n');
  await page.waitForURL(/\/notices$/);

  await page.goto(`${product.url}/shortcuts`);
  await page.getByLabel('Single-key shortcuts').uncheck();
  await page.locator('main').focus();
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  expect(page.url()).toContain('/shortcuts');
  await page.getByLabel('Single-key shortcuts').check();
});

test('j and k go through rows, and Enter opens the one that has the focus', async () => {
  await page.goto(`${product.url}/notices`);
  await page
    .getByText(/No notices|Mark all/)
    .first()
    .waitFor();
  await page.evaluate(`(async () => {
    const { csrfToken } = await (await fetch('/api/account/session')).json();
    const { items } = await (await fetch('/api/containers')).json();
    await fetch('/api/containers/' + items[0].id + '/restart', { method: 'POST', headers: { 'x-csrf-token': csrfToken } });
  })()`);
  await engine.docker(['kill', 'web']);
  await engine.docker(['rm', '-f', 'web']);
  const row = page.getByRole('listitem').filter({ hasText: /Failed|Needs you/ });
  await row.waitFor({ timeout: 60_000 });
  await page.locator('main').focus();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/jobs\/[0-9a-f-]{36}$/);
  await until(async () => (await page.getByRole('button', { name: 'Notices: none unread' }).count()) === 1);
}, 120_000);

test('on a phone the sheet has every place, and the palette fills the screen', async () => {
  await page.setViewportSize(phone);
  await page.goto(`${product.url}/jobs`);
  await page.getByRole('button', { name: 'More' }).click();
  const sheet = page.getByRole('dialog');
  for (const place of ['Containers', 'Jobs', 'Audit', 'Notices', 'Settings', 'Account'])
    await sheet.getByRole('link', { name: place }).waitFor();
  const small = await sheet
    .locator('a, button')
    .evaluateAll((targets) =>
      targets
        .filter((target) => target.getBoundingClientRect().height < 44)
        .map((target) => target.textContent),
    );
  expect(small).toEqual([]);
  await sheet.getByRole('link', { name: 'Settings' }).click();
  await page.waitForURL(/\/settings$/);

  await page.getByRole('button', { name: 'Search or do' }).filter({ visible: true }).click();
  await page.getByRole('dialog').getByRole('combobox').waitFor();
  await until(async () => (await page.getByRole('dialog').boundingBox())?.height === phone.height);
  await page.keyboard.press('Escape');
  await page.setViewportSize(desk);
});

test('after an hour asleep the page connects again and loads what it shows once', async () => {
  const tab = await browser.context.newPage();
  await tab.clock.install();
  const asked: string[] = [];
  tab.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await tab.goto(`${product.url}/jobs`);
  await tab.getByText('Live', { exact: true }).waitFor();
  await tab.clock.fastForward(10_000);
  asked.length = 0;

  await tab.clock.fastForward('01:00:00');
  // The page's clock goes on about as fast as ours: a faster one would take a slow answer for silence.
  await until(async () => {
    await tab.clock.runFor(40);
    return asked.includes('/api/jobs/runs');
  }, 40_000);
  for (let n = 0; n < 25; n += 1) await tab.clock.runFor(40);

  expect(asked.filter((path) => path === '/api/events')).toHaveLength(1);
  expect(asked.filter((path) => path === '/api/jobs/runs')).toHaveLength(1);
  await tab.close();
}, 120_000);

test('with the server away the palette still goes to places, and a fresh visit gets a page that comes back by itself', async () => {
  await page.goto(`${product.url}/audit`);
  await until(
    () =>
      page.evaluate<boolean>('navigator.serviceWorker.getRegistration().then((one) => one?.active != null)'),
    30_000,
  );
  const kept = await page.evaluate<string[]>(`(async () => {
    const names = await caches.keys();
    const all = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url)));
    return all.flat();
  })()`);
  expect(kept.length).toBeGreaterThan(20);
  expect(kept.filter((url) => url.includes('/api/'))).toEqual([]);
  const { port } = new URL(product.url);
  await product.stop();

  await command('go to jobs');
  await page.waitForURL(/\/jobs$/);
  await page.getByRole('heading', { name: 'Jobs' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'NebulaCommand is out of reach' }).waitFor({ timeout: 60_000 });

  product = await startProduct({ engine: engine.socket, dataDir, port: Number(port) });
  await page.getByRole('heading', { name: 'Jobs' }).waitFor({ timeout: 60_000 });
}, 240_000);
