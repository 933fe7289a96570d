import { AxeBuilder } from '@axe-core/playwright';
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
import { makeFirstAccount, watchFaults } from './opening.ts';

let engine: TestEngine;
let product: Product;
let browser: TestBrowser;
let page: Page;
const ids = new Map<string, string>();
let errors: string[];
const patience = { timeout: 60_000 };

beforeAll(async () => {
  engine = await startEngine();
  await start('web', 'n=0; while true; do n=$((n+1)); echo "INFO request $n served"; sleep 1; done');
  await start(
    'evil',
    'printf "\\033[31mred words\\033[0m <img src=x onerror=alert(1)> \\033]0;title\\007end\\n"; echo "ERROR: broken" >&2; sleep 3600',
  );
  product = await startProduct({ engine: engine.socket });
  browser = await launchBrowser({ viewport: { width: 1440, height: 900 } });
  page = await browser.context.newPage();
  errors = watchFaults(page);
  await makeFirstAccount(page, product);
  await page.getByRole('link', { name: 'Logs', exact: true }).first().waitFor(patience);
}, 240_000);
afterAll(async () => {
  await browser.close();
  await product.stop();
  await engine.stop();
}, 60_000);

/** Starts a container under the name; one of that name is replaced, as an update does. */
async function start(name: string, script: string): Promise<void> {
  await engine.docker(['rm', '-f', name]);
  const options = ['run', '-d', '--init', '--name', name, '--stop-timeout', '1'];
  const outcome = await engine.docker([...options, engine.busyboxImage, 'sh', '-c', script]);
  if (outcome.code !== 0) throw new Error(outcome.stderr);
  ids.set(name, outcome.stdout.trim());
}

const log = () => page.getByRole('log');

test('lines come live, as text whatever they hold, and colours are colours', async () => {
  await page.goto(`${product.url}/logs?apps=evil,web`);
  await log()
    .getByText(/request \d+ served/)
    .first()
    .waitFor(patience);

  const evil = log().getByText('<img src=x onerror=alert(1)>');
  await evil.waitFor(patience);
  expect(await log().locator('img').count()).toBe(0);
  expect(await log().getByText('red words').getAttribute('class')).toContain('danger');
  expect(await log().innerText()).not.toMatch(/[\u001b\u0007]/);
  const before = await log()
    .getByText(/request \d+ served/)
    .last()
    .innerText();
  await expect
    .poll(
      async () =>
        await log()
          .getByText(/request \d+ served/)
          .last()
          .innerText(),
      patience,
    )
    .not.toBe(before);
  expect(errors).toEqual([]);
});

test('a level and a search stay in the address, and only matching lines are shown when that is wanted', async () => {
  await page.goto(`${product.url}/logs?apps=evil,web`);
  await page.getByLabel('Level').selectOption('error');
  await log().getByText('ERROR: broken').waitFor(patience);
  await expect
    .poll(
      () =>
        log()
          .getByText(/served/)
          .count(),
      patience,
    )
    .toBe(0);
  await page.getByLabel('Level').selectOption('');
  await page.getByLabel('Search the lines').fill('words');
  await page.getByRole('button', { name: 'Only matching lines' }).click();
  await log().locator('mark', { hasText: 'words' }).waitFor(patience);
  await expect
    .poll(
      () =>
        log()
          .getByText(/served/)
          .count(),
      patience,
    )
    .toBe(0);

  expect(new URL(page.url()).searchParams.get('q')).toBe('words');
  await page.reload();
  await log().locator('mark', { hasText: 'words' }).waitFor(patience);
});

test('lines from before a re-creation are still there, and a held page counts what comes', async () => {
  await page.goto(`${product.url}/logs?apps=web`);
  await log()
    .getByText(/request \d+ served/)
    .first()
    .waitFor(patience);
  await start(
    'web',
    'n=0; while true; do n=$((n+1)); echo "second life $n of a line"; [ $n -gt 80 ] && sleep 1; done',
  );
  await log()
    .getByText(/second life 8\d/)
    .first()
    .waitFor(patience);
  await log().evaluate((element) => element.scrollTo(0, 0));

  await page.getByRole('button', { name: /\d+ new lines?/ }).waitFor(patience);
  await log()
    .getByText(/request \d+ served/)
    .first()
    .waitFor(patience);
  await page.getByRole('button', { name: /\d+ new lines?/ }).click();
  await log()
    .getByText(/second life \d+/)
    .last()
    .waitFor(patience);
});

test('a shell opens from the page of a container, shows what is typed, and leaves nothing behind', async () => {
  await page.goto(`${product.url}/containers/${ids.get('evil')}`);
  await page.getByRole('link', { name: 'Shell' }).click();
  await page.locator('.xterm-rows').getByText('#').first().waitFor(patience);
  await page.keyboard.type('echo $((6*7))-there\n');
  await page.locator('.xterm-rows').getByText('42-there').first().waitFor(patience);
  await page.getByRole('link', { name: 'Back to the container' }).click();

  const left = async () =>
    (await engine.docker(['top', 'evil', '-eo', 'pid,args'])).stdout
      .trim()
      .split('\n')
      .slice(1)
      .filter((line) => !/sleep 3600|init/.test(line));
  await expect.poll(left, patience).toEqual([]);
  expect(errors).toEqual([]);
}, 120_000);

test.each([390, 820, 1440])(
  'nothing is too wide and nothing is hard to use at %i px',
  async (width) => {
    await page.setViewportSize({ width, height: 900 });
    for (const path of ['/logs?apps=evil,web', '/logs', `/containers/${ids.get('evil')}/shell`]) {
      await page.goto(`${product.url}${path}`);
      await page.getByRole('main').waitFor();
      await expect
        .poll(
          async () => await page.locator('[role=log], .xterm-rows, :text("Whose lines?")').count(),
          patience,
        )
        .toBeGreaterThan(0);
      const overflow = await page
        .locator('html')
        .evaluate((element) => element.scrollWidth - element.clientWidth);
      expect(overflow, path).toBeLessThanOrEqual(0);
      const { violations } = await new AxeBuilder({ page }).include('main').analyze();
      const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(grave.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
      const shots = process.env['NEBULA_SHOTS'];
      if (shots !== undefined) {
        await page.screenshot({ path: `${shots}/${path.replaceAll(/\W+/g, '-').slice(0, 12)}-${width}.png` });
      }
    }
  },
  180_000,
);
