import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  launchBrowser,
  type Product,
  startEngine,
  startProduct,
  type TestBrowser,
  type TestEngine,
} from '@nebula/testbed';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../testing.ts';
import { seriousFaults } from './looking.ts';
import { makeFirstAccount, watchFaults } from './opening.ts';

let engine: TestEngine;
let product: Product;
let browser: TestBrowser;
let page: Page;
let errors: string[];
const patience = 30_000;

beforeAll(async () => {
  engine = await startEngine();
  const sleeper = [engine.busyboxImage, '/bin/busybox', 'sleep', '3600'];
  const runs = [
    ['--name', 'web', ...sleeper],
    ['--name', 'database', ...sleeper],
    [
      '--name',
      'sick',
      '--health-cmd',
      'false',
      '--health-interval',
      '1s',
      '--health-retries',
      '1',
      ...sleeper,
    ],
  ];
  for (const args of runs) {
    const outcome = await engine.docker(['run', '-d', ...args]);
    if (outcome.code !== 0) throw new Error(outcome.stderr);
  }
  product = await startProduct({ engine: engine.socket, env: { NEBULA_SAMPLE_SECONDS: '1' } });
  browser = await launchBrowser({ viewport: { width: 1440, height: 900 } });
  page = await browser.context.newPage();
  errors = watchFaults(page);
  await makeFirstAccount(page, product);
  await page.getByRole('heading', { name: 'Mission Control' }).waitFor({ timeout: patience });
}, 240_000);
afterAll(async () => {
  await browser.close();
  await product.stop();
  await engine.stop();
}, 60_000);

/** A picture of the page for people, where NEBULA_SCREENSHOTS names a folder. */
async function picture(name: string): Promise<void> {
  const dir = process.env['NEBULA_SCREENSHOTS'];
  if (dir === undefined) return;
  mkdirSync(dir, { recursive: true });
  await page.screenshot({ path: join(dir, `${name}.png`), fullPage: true });
}

/** Names of the tiles in their order on the page. */
async function tiles(on: Page = page): Promise<string[]> {
  return await on
    .locator('[data-tile]')
    .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('data-tile') ?? ''));
}

describe.each([
  ['desktop', { width: 1440, height: 900 }],
  ['tablet', { width: 820, height: 1180 }],
  ['phone', { width: 390, height: 844 }],
] as const)('on a %s', (name, viewport) => {
  test('the start page shows real figures, what needs attention and the way there', async () => {
    await page.setViewportSize(viewport);
    await page.goto(`${product.url}/`);
    const main = page.getByRole('main');

    await main.getByText('sick runs, but its health check fails.').waitFor({ timeout: patience });
    await main
      .getByText(/of \d+(\.\d)? GiB/)
      .first()
      .waitFor({ timeout: patience });
    await main.getByText('3 containers').waitFor({ timeout: patience });

    await picture(`overview-${name}`);
    expect(await seriousFaults(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    await main.getByRole('link', { name: /sick runs/ }).click();
    await page.waitForURL(/\/containers\/[0-9a-f]{64}/, { timeout: patience });
  }, 120_000);

  test('the machine is shown with every figure and its unit', async () => {
    await page.setViewportSize(viewport);
    await page.goto(`${product.url}/system`);
    const main = page.getByRole('main');

    await main.getByRole('heading', { name: 'Disks' }).waitFor({ timeout: patience });
    await main
      .getByText(/\/dev\/|overlay/)
      .first()
      .waitFor({ timeout: patience });
    await main.getByText('CPU 0').waitFor();
    await until(async () => /\d+(\.\d)? [KMGT]?i?B\/s/.test((await main.textContent()) ?? ''), patience);

    await picture(`system-${name}`);
    expect(await seriousFaults(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
  }, 120_000);

  test('processes are listed while somebody looks, and found by name', async () => {
    await page.setViewportSize(viewport);
    await page.goto(`${product.url}/system?tab=processes&sort=memory`);
    const main = page.getByRole('main');
    await main.getByText(/of \d+ processes/).waitFor({ timeout: patience });

    await picture(`processes-${name}`);
    expect(await seriousFaults(page)).toEqual([]);
    await main.getByRole('searchbox').fill('postgres');
    await page.waitForURL(/search=postgres/, { timeout: patience });

    await until(async () => {
      const rows = await main.locator('tbody tr, main li').allTextContents();
      const names = (await main.textContent()) ?? '';
      return names.includes('postgres') && rows.every((row) => row.includes('postgres'));
    }, patience);
  }, 120_000);

  test('a process of a container is found by the container’s name, which leads to it', async () => {
    await page.setViewportSize(viewport);
    await page.goto(`${product.url}/system?tab=processes&search=database`);

    await page.getByRole('link', { name: 'in database' }).first().click({ timeout: patience });

    await page.waitForURL(/\/containers\/[0-9a-f]{64}/, { timeout: patience });
  }, 120_000);

  test('a machine without systemd says so in a state of its own', async () => {
    await page.setViewportSize(viewport);
    await page.goto(`${product.url}/system?tab=units`);

    await page.getByText('This machine does not run systemd.').waitFor({ timeout: patience });

    await picture(`units-${name}`);
    expect(await seriousFaults(page)).toEqual([]);
  }, 120_000);
});

describe('arranging', () => {
  test('tiles are moved and hidden with the keyboard alone, and stay so after a reload', async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${product.url}/`);
    await page.getByRole('button', { name: 'Arrange' }).waitFor({ timeout: patience });
    const before = await tiles();
    await page.getByRole('button', { name: 'Arrange' }).press('Enter');

    await page.getByRole('button', { name: 'Move Containers up' }).press('Enter');
    await page.getByRole('checkbox', { name: 'Go to' }).press('Space');
    await picture('arrange-desktop');
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Done' }).press('Enter');

    const wanted = ['attention', 'containers', 'system', 'alerts', 'jobs', 'audit'];
    expect(before).toEqual(['attention', 'system', 'containers', 'alerts', 'jobs', 'audit', 'links']);
    await expect.poll(() => tiles(), { timeout: patience }).toEqual(wanted);
    await expect
      .poll(
        async () => {
          await page.reload();
          await page.getByRole('button', { name: 'Arrange' }).waitFor({ timeout: patience });
          return await tiles();
        },
        { timeout: patience },
      )
      .toEqual(wanted);
  }, 120_000);

  test('two tabs that both change the layout lose neither change', async () => {
    const other = await browser.context.newPage();
    await other.goto(`${product.url}/`);
    for (const tab of [page, other]) {
      await tab.getByRole('button', { name: 'Arrange' }).click({ timeout: patience });
      await tab.getByRole('checkbox', { name: 'Recent activity' }).waitFor({ timeout: patience });
    }

    await page.getByRole('checkbox', { name: 'Recent activity' }).click();
    await other.getByRole('checkbox', { name: 'Running jobs' }).click();

    await expect
      .poll(
        async () => {
          const answer = await page.request.get(`${product.url}/api/overview/layout`);
          const layout = (await answer.json()) as { tiles: { id: string; isHidden: boolean }[] };
          return layout.tiles.filter(({ isHidden }) => isHidden).map(({ id }) => id);
        },
        { timeout: patience },
      )
      .toEqual(['jobs', 'audit', 'links']);
    await other.close();
  }, 120_000);

  test('a tile is dragged to another place, and a preset takes everything back', async () => {
    await page.goto(`${product.url}/`);
    await page.getByRole('button', { name: 'Arrange' }).click({ timeout: patience });
    const line = (name: string) =>
      page.getByRole('listitem').filter({ has: page.getByLabel(name, { exact: true }) });

    await line('Machine').dragTo(line('Needs attention'));
    await expect.poll(async () => (await tiles())[0], { timeout: patience }).toBe('system');
    await page.getByLabel('Start from').selectOption('Default');

    await expect
      .poll(() => tiles(), { timeout: patience })
      .toEqual(['attention', 'system', 'containers', 'alerts', 'jobs', 'audit', 'links']);
  }, 120_000);
});

test('g o leads home from everywhere', async () => {
  await page.goto(`${product.url}/system`);
  await page.getByRole('heading', { name: 'Disks' }).waitFor({ timeout: patience });

  await page.keyboard.press('g');
  await page.keyboard.press('o');

  await page.getByRole('heading', { name: 'Mission Control' }).waitFor({ timeout: patience });
  expect(new URL(page.url()).pathname).toBe('/');
}, 60_000);

test('an engine that goes away is the gravest matter, and the other tiles stay', async () => {
  await page.goto(`${product.url}/`);
  await page.getByText('3 containers').waitFor({ timeout: patience });

  await engine.stopDaemon();

  await page
    .locator('[data-tile="attention"]')
    .getByText(/Docker does not answer/)
    .waitFor({ timeout: patience });
  await page
    .locator('[data-tile="containers"]')
    .getByText('Not known right now')
    .waitFor({ timeout: patience });
  await page
    .locator('[data-tile="system"]')
    .getByText(/of \d+(\.\d)? GiB/)
    .first()
    .waitFor();
  await picture('overview-engine-away');
  await engine.startDaemon();
}, 120_000);

test('nothing on any page broke', () => {
  expect(errors).toEqual([]);
});
