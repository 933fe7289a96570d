import { readFileSync } from 'node:fs';
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
import { until } from '../testing.ts';
import { seriousFaults } from './looking.ts';
import { makeFirstAccount, nebulaOn, watchFaults } from './opening.ts';

const phone = { width: 390, height: 844 };
const desk = { width: 1440, height: 900 };
const hostile = `<img src=x onerror=alert(1)>\u202Egnp`;
let engine: TestEngine;
let product: Product;
let browser: TestBrowser;
let page: Page;
let errors: string[];
let key = '';

beforeAll(async () => {
  engine = await startEngine();
  await docker('network', 'create', '--label', `com.docker.compose.project=${hostile}`, 'shop_default');
  await docker('volume', 'create', 'shop_data');
  await docker('tag', engine.busyboxImage, 'mine/app:stable');
  const labels = ['com.docker.compose.project=shop', 'com.docker.compose.service=web'];
  await docker(
    ...['run', '-d', '--init', '--name', 'web', '--network', 'shop_default', '-v', 'shop_data:/data'],
    ...labels.flatMap((label) => ['--label', label]),
    ...[engine.busyboxImage, 'sh', '-c', 'echo begun; sleep 2; echo "ERROR the last word" >&2; exit 3'],
  );
  for (let n = 0; n < 10; n += 1) await docker('volume', 'create', `many-${n}`);
  product = await startProduct({ engine: engine.socket });
  browser = await launchBrowser({ viewport: desk, reducedMotion: 'reduce' });
  page = await browser.context.newPage();
  page.setDefaultTimeout(60_000);
  errors = watchFaults(page);
  await makeFirstAccount(page, product);
  const made = await nebula('account', 'api-key', '--name', 'e2e', '--role', 'admin', '--scopes', '*');
  key = /neb_[\w-]{43}/.exec(made)?.[0] ?? '';
}, 240_000);
afterAll(async () => {
  await browser.close();
  await product.stop();
  await engine.stop();
}, 60_000);

async function docker(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await engine.docker(args);
  if (code !== 0) throw new Error(stderr);
  return stdout.trim();
}

const nebula = (...args: string[]) => nebulaOn(product, process.env)(args, { key });
const open = (path: string) => page.goto(`${product.url}${path}`);

/** What no page may have: serious faults for assistive technology, and more width than the screen. */
async function expectSound(): Promise<void> {
  expect(await seriousFaults(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
}

test('volumes, networks and images tell who uses them, at a desk and on a phone, and hostile labels stay text', async () => {
  for (const viewport of [desk, phone]) {
    await page.setViewportSize(viewport);
    for (const [path, name] of [
      ['/volumes', 'shop_data'],
      ['/networks', 'shop_default'],
      ['/images', 'mine/app:stable'],
    ] as const) {
      await open(path);
      await page.getByRole('link', { name: 'web', exact: true }).first().waitFor();
      if (viewport === phone) await expectSound();
      await page.getByRole('link', { name, exact: true }).click();
      await page.getByRole('dialog').getByText('web', { exact: true }).waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    }
  }
  await page.setViewportSize(desk);
  await open('/networks');
  await page.getByText('<img src=x').waitFor();
  expect(await page.evaluate('document.querySelectorAll("main img").length')).toBe(0);
}, 180_000);

test('a volume goes only under its typed name, and one that is used not at all', async () => {
  await open('/volumes?search=many-7');
  await page.getByRole('button', { name: 'Actions for many-7' }).click();
  await page.getByRole('menuitem', { name: /Remove with its data/ }).click();
  const dialog = page.getByRole('dialog');
  const confirm = dialog.getByRole('button', { name: 'Remove with its data' });
  await dialog.getByLabel('Type many-7').fill('many-8');
  expect(await confirm.isDisabled()).toBe(true);
  await dialog.getByLabel('Type many-7').fill('many-7');
  await confirm.click();
  await page.getByText('many-7 is being removed').waitFor();

  const isThere = async () => (await docker('volume', 'ls', '-q')).split('\n').includes('many-7');
  const story = () => nebula('jobs', 'list', '--output', 'title,state,error');
  await until(async () => !(await isThere()), 60_000).catch(async () =>
    expect(await story()).toBe('removed'),
  );
  await page.getByText('No volume matches').waitFor();
  await open('/volumes?search=shop_data');
  await page.getByRole('button', { name: 'Actions for shop_data' }).click();
  await page.getByRole('menuitem', { name: /Used by web/ }).waitFor();
  expect(await page.getByRole('menuitem', { name: /Used by web/ }).getAttribute('aria-disabled')).toBe(
    'true',
  );
  await page.keyboard.press('Escape');
}, 120_000);

test('sizes are counted when asked for, and a volume that is made elsewhere shows by itself', async () => {
  await open('/volumes');
  await page.getByText('Sizes are counted file by file').waitFor();
  await page.getByRole('button', { name: 'Count sizes' }).click();
  await page.getByText('Sizes were counted').waitFor();

  await docker('volume', 'create', 'a-late-one');

  await page.getByRole('link', { name: 'a-late-one' }).waitFor({ timeout: 20_000 });
}, 90_000);

test('a network is made, joined and left in the browser; the command line removes it', async () => {
  await docker('run', '-d', '--init', '--name', 'guest', engine.busyboxImage, 'sleep', '3600');
  await open('/networks?ask=create');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('backend');
  await dialog.getByLabel('Gateway').fill('10.91.0.1');
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await dialog.getByText('A gateway needs the subnet it is in.').waitFor();
  await dialog.getByLabel('Subnet').fill('10.91.0.0/24');
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await page.getByRole('link', { name: 'backend', exact: true }).click();
  await page.getByRole('dialog').getByLabel('Container').selectOption('guest');
  await page.getByRole('button', { name: 'Join a container' }).click();
  await page.getByRole('dialog').getByText('10.91.0.2').waitFor();
  await page.getByRole('button', { name: 'Take guest off it' }).click();
  await page.getByRole('button', { name: 'Take it off', exact: true }).click();
  await until(async () => !(await docker('inspect', 'guest')).includes('10.91.0.2'), 30_000);

  await nebula('networks', 'remove', 'backend', '--name', 'backend');

  expect(await docker('network', 'ls')).not.toContain('backend');
  expect(await nebula('volumes', 'list', '--use', 'used')).toContain('shop_data');
  await docker('rm', '-f', 'guest');
}, 120_000);

test('an app that died is explained on one page: the mark leads to its last words', async () => {
  await until(async () => (await docker('inspect', '-f', '{{.State.Status}}', 'web')) === 'exited', 60_000);
  await docker('start', 'web');
  await until(async () => (await docker('inspect', '-f', '{{.State.Status}}', 'web')) === 'exited', 60_000);
  for (const viewport of [desk, phone]) {
    await page.setViewportSize(viewport);
    await open('/containers');
    await page.getByRole('button', { name: 'Actions for web' }).click();
    await page.getByRole('menuitem', { name: 'Figures, changes and lines' }).click();
    await page.waitForURL(/\/apps\/shop%2Fweb/);
    const line = page.getByRole('listitem').filter({ hasText: 'web died with exit code 3' }).first();
    await line.getByRole('button', { name: 'Lines before it' }).click();
    await page.waitForURL(/at=/);
    await page.locator('[data-line].outline').getByText('ERROR the last word').waitFor();
    await expectSound();
    await page.getByRole('button', { name: 'Back to the newest lines' }).click();
    await page.waitForURL((url) => !url.search.includes('at='));
  }
  await page.setViewportSize(desk);

  await open('/history?subject=app%2Fshop%2Fweb&range=hour');
  const link = page.getByRole('listitem').filter({ hasText: 'web died' }).getByRole('link');
  await link.first().click();
  await page.waitForURL(/\/logs\?apps=.*at=/);
  await page.locator('[data-line].outline').getByText('ERROR the last word').waitFor();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  const file = await (await saved).path();
  expect(readFileSync(file, 'utf8')).toContain('ERROR the last word');
  expect(await nebula('changes', 'list', '--app', 'shop/web', '--kind', 'died')).toContain('exit code 3');
  expect(errors).toEqual([]);
}, 180_000);
