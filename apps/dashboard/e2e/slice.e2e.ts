import { readFile } from 'node:fs/promises';
import {
  launchBrowser,
  runOk,
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
import { nebulaOn, watchFaults } from './opening.ts';

const hostile = '<img src=x onerror=alert(1)>';
let engine: TestEngine;
let product: Product;
let browser: TestBrowser;
let page: Page;
let errors: string[];

beforeAll(async () => {
  engine = await startEngine();
  for (const name of ['web', 'database']) {
    const args = [
      'run',
      '-d',
      '--name',
      name,
      '--stop-timeout',
      '1',
      '--label',
      `com.docker.compose.project=${hostile}`,
    ];
    const outcome = await engine.docker([...args, engine.busyboxImage, '/bin/busybox', 'sleep', '3600']);
    if (outcome.code !== 0) throw new Error(outcome.stderr);
  }
  product = await startProduct({ engine: engine.socket });
  browser = await launchBrowser({ viewport: { width: 1440, height: 900 } });
  page = await browser.context.newPage();
  errors = watchFaults(page);
}, 240_000);
afterAll(async () => {
  await browser.close();
  await product.stop();
  await engine.stop();
}, 60_000);

const startedAt = async (name: string) =>
  (await engine.docker(['inspect', '-f', '{{.State.StartedAt}}', name])).stdout.trim();

test('the set-up link makes an account and leads to the live containers of the machine', async () => {
  await page.goto(product.setUpUrl ?? '');
  await page.getByLabel('Your name').fill('Evin');
  await page.getByLabel('E-mail').fill('evin@example.com');
  await page.getByLabel('New password').fill('correct horse battery');
  expect(await seriousFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Make the account' }).click();

  await page.getByRole('heading', { name: 'Mission Control' }).waitFor();
  await page.goto(`${product.url}/containers`);
  await page.getByText('database').first().waitFor();

  expect(await page.evaluate('location.href')).not.toContain('neu_');
  await until(async () => /\d+(\.\d+)? [KM]iB/.test((await page.textContent('main')) ?? ''), 20_000);
  expect(await seriousFaults(page)).toEqual([]);
});

test('a container that is started elsewhere appears by itself, and goes by itself', async () => {
  await engine.docker([
    'run',
    '-d',
    '--name',
    'newcomer',
    engine.busyboxImage,
    '/bin/busybox',
    'sleep',
    '3600',
  ]);
  await page.getByText('newcomer').first().waitFor();

  await engine.docker(['rm', '-f', 'newcomer']);

  await until(async () => (await page.getByText('newcomer').count()) === 0);
});

describe.each([
  ['desktop', { width: 1440, height: 900 }],
  ['phone', { width: 390, height: 844 }],
] as const)('on a %s', (_name, viewport) => {
  test('a restart is confirmed, followed step by step, survives a reload and stands in the audit', async () => {
    await page.setViewportSize(viewport);
    await page.goto(`${product.url}/containers`);
    const before = await startedAt('web');

    await page
      .getByRole('button', { name: 'Actions for web', exact: true })
      .filter({ visible: true })
      .click();
    await page.getByRole('menuitem', { name: /^Restart/ }).click();
    await page.getByRole('button', { name: 'Restart', exact: true }).click();
    await page.waitForURL(/\/jobs\/[0-9a-f-]{36}/);
    await page.reload();
    await page.getByText('Wait until it runs well').first().waitFor();
    // The run itself and its three steps.
    await until(async () => ((await page.textContent('main')) ?? '').split('Done').length > 4, 30_000);

    expect(await startedAt('web')).not.toBe(before);
    expect(await seriousFaults(page)).toEqual([]);
    await page.goto(`${product.url}/audit`);
    await page.getByText('containers.restart').filter({ visible: true }).first().waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    const lines = (await readFile(await (await saved).path(), 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).action)).toContain('containers.restart');
  }, 90_000);
});

test('the same restart by the command line and by curl ends in the same state', async () => {
  const program = nebulaOn(product, process.env);
  const key =
    /neb_[\w-]{43}/.exec(
      await program(['account', 'api-key', '--name', 'e2e', '--role', 'admin', '--scopes', '*']),
    )?.[0] ?? '';
  const asKey = (...args: string[]) => program(args, { key });
  const before = await startedAt('database');

  await asKey('containers', 'restart', 'database', '--wait');
  const afterCli = await startedAt('database');
  const list = JSON.parse(await asKey('containers', 'list', '--search', 'database', '--json')) as {
    items: { id: string }[];
  };
  const stdout = await runOk([
    'curl',
    '-sS',
    '-X',
    'POST',
    '-H',
    `Authorization: Bearer ${key}`,
    `${product.url}/api/containers/${list.items[0]?.id}/restart`,
  ]);
  const { runId } = JSON.parse(stdout) as { runId: string };
  await until(async () => (await asKey('jobs', 'get', runId, '--json')).includes('"succeeded"'), 30_000);

  expect(afterCli).not.toBe(before);
  expect(await startedAt('database')).not.toBe(afterCli);
  const audit = JSON.parse(await asKey('audit', 'list', '--action', 'containers.restart', '--json')) as {
    items: { actor: { name: string }; outcome: string }[];
  };
  expect(audit.items.filter(({ actor }) => actor.name === 'e2e').map(({ outcome }) => outcome)).toEqual([
    'done',
    'done',
  ]);
}, 120_000);

test('Docker that goes away is told in words, and the page recovers by itself', async () => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${product.url}/containers`);
  await page.getByText('database').first().waitFor();

  await engine.stopDaemon();
  await page
    .getByText(/Docker does not answer/)
    .first()
    .waitFor({ timeout: 30_000 });
  await engine.startDaemon();

  await page.getByText('database').filter({ visible: true }).first().waitFor({ timeout: 60_000 });
  await until(async () => (await page.getByText(/Docker does not answer/).count()) === 0, 30_000);
}, 120_000);

test('two tabs: signing out in one ends the other', async () => {
  const other = await browser.context.newPage();
  await other.goto(`${product.url}/audit`);
  await other.getByRole('heading', { name: 'Audit' }).waitFor();

  await page
    .getByRole('button', { name: /account|user|menu/i })
    .first()
    .click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();

  await other.getByRole('button', { name: 'Sign in' }).waitFor({ timeout: 20_000 });
  await other.close();
});

test('nothing on any page ran as script and nothing broke', () => {
  expect(errors).toEqual([]);
});
