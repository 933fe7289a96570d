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
import { makeFirstAccount, nebulaOn, watchFaults } from './opening.ts';

const hostile = `<img src=x onerror=alert(1)>\u202Egnp.exe${'x'.repeat(5000)}`;
const crowd = 30;
let engine: TestEngine;
let product: Product;
let browser: TestBrowser;
let page: Page;
let key = '';
let errors: string[];

beforeAll(async () => {
  engine = await startEngine();
  await start('web', '--label', 'com.docker.compose.project=shop', '-e', 'DB_PASSWORD=hunter2-e2e');
  await start('database', '--label', 'com.docker.compose.project=shop');
  await start('evil', '--label', `com.docker.compose.project=${hostile}`, '--label', `note=${hostile}`);
  product = await startProduct({ engine: engine.socket });
  browser = await launchBrowser({ viewport: { width: 1440, height: 900 } });
  page = await browser.context.newPage();
  errors = watchFaults(page);
  await makeFirstAccount(page, product);
  const answer = await nebula('account', 'api-key', '--name', 'e2e', '--role', 'admin', '--scopes', '*');
  key = /neb_[\w-]{43}/.exec(answer)?.[0] ?? '';
}, 240_000);
afterAll(async () => {
  await browser.close();
  await product.stop();
  await engine.stop();
}, 60_000);

async function start(name: string, ...args: string[]): Promise<void> {
  const options = ['run', '-d', '--init', '--name', name, '--stop-timeout', '1', ...args];
  const outcome = await engine.docker([...options, engine.busyboxImage, 'sleep', '3600']);
  if (outcome.code !== 0) throw new Error(outcome.stderr);
}

const nebula = (...args: string[]) => nebulaOn(product, process.env)(args, { key });

const inspected = async (name: string, field: string) =>
  (await engine.docker(['inspect', '-f', `{{${field}}}`, name])).stdout.trim();

async function openList(): Promise<void> {
  await page.goto(`${product.url}/containers`);
  await page.getByText('database').first().waitFor({ timeout: 30_000 });
}

async function openPage(name: string): Promise<void> {
  await openList();
  await page.getByRole('link', { name, exact: true }).first().click();
  await page.getByRole('heading', { name: 'What it may do' }).waitFor({ timeout: 30_000 });
}

test('projects are told apart, closed and opened, and what is hostile in them is text', async () => {
  await openList();

  await page.getByRole('button', { name: 'Close shop' }).click();
  await until(async () => (await page.getByRole('link', { name: 'web', exact: true }).count()) === 0, 20_000);
  await page.getByRole('button', { name: 'Open shop' }).click();
  await page.getByRole('link', { name: 'web', exact: true }).waitFor();

  expect(await page.getByText('<img src=x').count()).toBeGreaterThan(0);
  expect(await page.evaluate('document.querySelectorAll("main img").length')).toBe(0);
  expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
  expect(await seriousFaults(page)).toEqual([]);
});

test('the keyboard goes through the rows, opens them, selects them and finds the filter', async () => {
  await openList();
  await page.locator('body').press('/');
  await until(async () => (await page.evaluate('document.activeElement?.type')) === 'search', 20_000);
  await page.keyboard.type('database');
  await until(async () => (await page.getByRole('link', { name: 'web', exact: true }).count()) === 0, 20_000);
  await page.getByRole('link', { name: 'database', exact: true }).waitFor();
  await page.evaluate('document.activeElement.blur()');

  for (let n = 0; n < 2; n += 1) await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.getByText('1 selected').waitFor();
  await page.keyboard.press('x');
  await until(async () => (await page.getByText('1 selected').count()) === 0, 20_000);
  await page.keyboard.press('Enter');

  await page.waitForURL(/\/containers\/[0-9a-f]{64}/);
});

test('the palette offers first what can be done to the container that is shown', async () => {
  await openPage('web');
  await page.keyboard.press('Control+k');
  const box = page.getByRole('combobox', { name: 'Search or do' });
  await box.fill('rest');
  const chosen = page.locator('[cmdk-item][data-selected=true]');
  await until(async () => (await chosen.innerText()).startsWith('Restart web'), 20_000);

  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByText('Restart web?').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
});

test('the overview leads from the unhealthy to the list of them', async () => {
  await engine.docker([
    'run',
    '-d',
    '--name',
    'sick',
    '--health-cmd',
    'false',
    '--health-interval',
    '1s',
    '--health-retries',
    '1',
    engine.busyboxImage,
    'sleep',
    '3600',
  ]);
  await page.goto(product.url);
  await page.getByRole('link', { name: /1\s*Unhealthy/ }).click({ timeout: 60_000 });

  await page.waitForURL(/health=unhealthy/);
  await page.getByRole('link', { name: 'sick', exact: true }).waitFor();
  await until(async () => (await page.getByRole('link', { name: 'web', exact: true }).count()) === 0, 20_000);
  await engine.docker(['rm', '-f', 'sick']);
});

describe.each([
  ['desktop', { width: 1440, height: 900 }],
  ['tablet', { width: 820, height: 1180 }],
  ['phone', { width: 390, height: 844 }],
] as const)('on a %s', (_name, viewport) => {
  test('a container tells everything about itself, secrets only to those who ask', async () => {
    await page.setViewportSize(viewport);
    await openPage('web');

    expect(await page.content()).not.toContain('hunter2-e2e');
    await page.getByRole('button', { name: 'Show secrets' }).click();
    await page.getByText('hunter2-e2e').waitFor({ timeout: 20_000 });
    await page.getByRole('button', { name: 'Cover values' }).click();
    await until(async () => !(await page.content()).includes('hunter2-e2e'), 20_000);

    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    expect(await seriousFaults(page)).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 900 });
  }, 90_000);
});

test('a stop is confirmed and shows by itself; the command line starts it again', async () => {
  await openPage('web');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop', exact: true }).click();
  await expect.poll(() => inspected('web', '.State.Status'), { timeout: 30_000 }).toBe('exited');
  await page.getByText(/It ended with code/).waitFor({ timeout: 30_000 });

  await nebula('containers', 'start', 'web');

  expect(await inspected('web', '.State.Status')).toBe('running');
  await nebula('containers', 'rename', 'web', '--name', 'web-renamed');
  expect(await inspected('web-renamed', '.State.Status')).toBe('running');
  await nebula('containers', 'rename', 'web-renamed', '--name', 'web');
}, 120_000);

test('a question that is open goes with its page when the person goes back', async () => {
  await openPage('web');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByRole('dialog', { name: 'Stop web?' }).waitFor();

  await page.goBack();
  await page.waitForURL(/\/containers$/);

  await until(async () => (await page.getByRole('dialog').count()) === 0, 20_000);
  await page.goForward();
  await page.getByRole('heading', { name: 'What it may do' }).waitFor({ timeout: 30_000 });
  expect(await page.getByRole('dialog').count()).toBe(0);
}, 120_000);

test('a form makes a container that runs, shown as compose file before', async () => {
  await page.goto(`${product.url}/containers/new`);
  await page.getByLabel('Name', { exact: true }).fill('fresh');
  await page.getByLabel('Image', { exact: true }).fill(engine.busyboxImage);
  await page.getByLabel('Command', { exact: true }).fill('sleep\n3600');
  await page.getByRole('button', { name: 'Add a mount' }).click();
  await page.getByLabel('Volume or path').fill('fresh-data');
  await page.getByLabel('Place inside').fill('/data');
  await page.getByLabel('Memory limit in MiB').fill('64');
  await page.getByText('container_name: fresh').waitFor({ timeout: 30_000 });
  expect(await seriousFaults(page)).toEqual([]);

  await page.getByRole('button', { name: 'Make and start it' }).click();
  await page.waitForURL(/\/jobs\/[0-9a-f-]{36}/, { timeout: 30_000 });

  await expect.poll(() => inspected('fresh', '.State.Status'), { timeout: 60_000 }).toBe('running');
  expect(await inspected('fresh', '.HostConfig.Memory')).toBe(String(64 * 1024 * 1024));
}, 120_000);

test('a path outside the app directories is refused with a reason, and nothing is made', async () => {
  const body = JSON.stringify({
    name: 'outside',
    image: engine.busyboxImage,
    mounts: [{ type: 'bind', source: '/etc', target: '/x' }],
  });

  const outcome = await nebula('containers', 'create', '--body', body).catch((error: Error) => error.message);

  expect(outcome).toContain('must lie below');
  expect((await engine.docker(['inspect', 'outside'])).code).not.toBe(0);
}, 60_000);

test('a container goes when its name was typed, its volume only when that was typed too', async () => {
  await expect
    .poll(
      async () => (await nebula('containers', 'list', '--search', 'fresh', '--json')).includes('"running"'),
      {
        timeout: 60_000,
      },
    )
    .toBe(true);
  await openPage('fresh');
  await page.getByRole('button', { name: 'Actions for fresh', exact: true }).click();
  await page.getByRole('menuitem', { name: /^Remove/ }).click();
  const dialog = page.getByRole('dialog');
  const confirm = dialog.getByRole('button', { name: 'Remove', exact: true });
  await dialog.getByLabel('Type fresh to go on').fill('fres');
  expect(await confirm.isDisabled()).toBe(true);
  await dialog.getByLabel('Type fresh to go on').fill('fresh');
  await dialog.getByLabel('It runs: end it first').check();
  await dialog.getByLabel(/Type fresh-data to remove/).fill('fresh-data');

  await confirm.click();

  await expect
    .poll(async () => (await engine.docker(['inspect', 'fresh'])).code, { timeout: 60_000 })
    .not.toBe(0);
  await expect
    .poll(async () => (await engine.docker(['volume', 'inspect', 'fresh-data'])).code, { timeout: 60_000 })
    .not.toBe(0);
}, 150_000);

test('thirty containers that start at once appear, and a browser that was away sees what changed meanwhile', async () => {
  await openList();
  await browser.context.setOffline(true);
  const starts = Array.from({ length: crowd }, (_, n) => start(`crowd-${String(n).padStart(2, '0')}`));
  await Promise.all(starts);
  await browser.context.setOffline(false);

  await page.getByLabel(/Search by name/).fill('crowd-');
  await until(async () => (await page.getByRole('link', { name: /^crowd-/ }).count()) === crowd, 90_000);

  expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
}, 240_000);

test('an engine that restarts in the middle of a run about several loses none of them', async () => {
  const list = JSON.parse(
    await nebula('containers', 'list', '--search', 'crowd-', '--limit', '12', '--json'),
  ) as { items: { id: string; name: string }[] };
  const ids = list.items.map(({ id }) => id);
  const body = JSON.stringify({ verb: 'restart', ids });
  const begun = await nebula('containers', 'bulk', '--body', body, '--no-wait', '--json');
  const { runId } = JSON.parse(begun) as { runId: string };
  const outcomes = async () =>
    (
      JSON.parse(await nebula('containers', 'bulk-outcome', runId, '--json')) as {
        outcomes: { name: string; outcome: string; message: string }[];
      }
    ).outcomes;
  await expect
    .poll(async () => (await outcomes()).filter(({ outcome }) => outcome === 'done').length, {
      timeout: 60_000,
    })
    .toBeGreaterThan(1);

  await engine.stopDaemon();
  await engine.startDaemon();

  await expect
    .poll(async () => /"state":\s*"(succeeded|failed)"/.test(await nebula('jobs', 'get', runId, '--json')), {
      timeout: 240_000,
      interval: 1000,
    })
    .toBe(true);
  const told = await outcomes();
  expect(told.map(({ outcome, message }) => `${outcome} ${message}`)).toEqual(ids.map(() => 'done '));
  // The last of them was restarted after the engine was back, so it runs; those before went down with the engine.
  const last = list.items.at(-1)?.name ?? '';
  expect(await inspected(last, '.State.Status')).toBe('running');
}, 400_000);

test('nothing on any page ran as script and nothing broke', () => {
  expect(errors).toEqual([]);
});
