import {
  launchBrowser,
  type Product,
  type Receiver,
  startEngine,
  startProduct,
  startReceiver,
  type TestBrowser,
  type TestEngine,
} from '@nebula/testbed';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeFirstAccount, nebulaOn, watchFaults } from './opening.ts';

let engine: TestEngine;
let receiver: Receiver;
let product: Product;
let browser: TestBrowser;
let page: Page;
let faults: string[];
const patience = { timeout: 90_000 };

beforeAll(async () => {
  engine = await startEngine();
  receiver = await startReceiver();
  product = await startProduct({
    engine: engine.socket,
    hasCompose: true,
    env: { NEBULA_SAMPLE_SECONDS: '1' },
  });
  browser = await launchBrowser({ viewport: { width: 1440, height: 900 } });
  page = await browser.context.newPage();
  page.setDefaultTimeout(60_000);
  faults = watchFaults(page);
  await makeFirstAccount(page, product);
  await call('POST', '/tour/end');
}, 240_000);
afterAll(async () => {
  await browser.close();
  await product.stop();
  await receiver[Symbol.asyncDispose]();
  await engine.stop();
}, 90_000);

/** Calls the API as the person in the browser. */
async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  return await page.evaluate<T>(`(async () => {
    const { csrfToken } = await (await fetch('/api/account/session')).json();
    const headers = { 'x-csrf-token': csrfToken, 'content-type': 'application/json' };
    const body = ${JSON.stringify(body === undefined ? null : JSON.stringify(body))} ?? undefined;
    const answer = await fetch('/api${path}', { method: '${method}', headers, body });
    return answer.status === 204 ? null : await answer.json();
  })()`);
}

const button = (name: string) => page.getByRole('button', { name, exact: true });

/** Replaces the whole text of the editor, as a paste does. */
async function write(text: string): Promise<void> {
  await page.locator('.cm-content[contenteditable=true]').click();
  await page.keyboard.press('Control+a');
  await page.evaluate(`(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', ${JSON.stringify(text)});
    const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(paste);
  })()`);
}

function compose(image: string): string {
  const service = (name: string, script: string) =>
    `  ${name}:\n    image: ${image}\n    init: true\n    stop_grace_period: 0s\n    command: ["sh", "-c", ${JSON.stringify(script)}]\n`;
  return [
    'services:\n',
    service('web', 'n=0; while true; do n=$$((n+1)); echo "request $$n served by $$HOSTNAME"; sleep 1; done'),
    service('memory', 'dd if=/dev/zero of=/dev/shm/block bs=1M count=40; sleep 3600'),
    service('db', 'echo ready; sleep 3600'),
  ].join('');
}

const titles = () =>
  receiver.received.map(
    ({ body }) => (JSON.parse(body.toString()) as { data: { title: string } }).data.title,
  );
const containerOf = async (service: string) =>
  (
    await engine.docker([
      'ps',
      '-aq',
      '--no-trunc',
      '--filter',
      `label=com.docker.compose.service=${service}`,
    ])
  ).stdout.trim();

test('a stack of three is written, refused while it is wrong, and comes up when it is right', async () => {
  await page.goto(`${product.url}/stacks/new`);
  await page.getByLabel('Name', { exact: true }).fill('shop');
  await write(compose('127.0.0.1:1/nobody/has-this:1'));
  await button('Create and bring up').click();
  await page.getByText('127.0.0.1:1').first().waitFor();
  expect((await engine.docker(['ps', '-aq'])).stdout).toBe('');

  await page.goto(`${product.url}/stacks/new`);
  await page.getByLabel('Name', { exact: true }).fill('shop');
  await write(compose(engine.busyboxImage));
  await button('Create and bring up').click();
  await page.waitForURL(/\/stacks\/shop\?run=/, patience);
  await page.getByRole('log').getByText('Everything runs').waitFor(patience);
  const running = (await engine.docker(['ps', '-q'])).stdout.trim().split('\n');
  expect(running).toHaveLength(3);
}, 240_000);

test('its memory is seen to grow, and a shell opens in it', async () => {
  const memory = async () => {
    const from = new Date(Date.now() - 600_000).toISOString();
    const answer = await call<{ series: { points: { max: number | null }[] }[] }>(
      'GET',
      `/history?subjects=app/shop/memory&metrics=memory&from=${from}`,
    );
    return Math.max(0, ...(answer.series[0]?.points ?? []).map(({ max }) => max ?? 0));
  };
  await expect.poll(memory, patience).toBeGreaterThan(35 * 1024 * 1024);
  await page.goto(`${product.url}/apps/${encodeURIComponent('shop/memory')}`);
  await page.locator('canvas').first().waitFor(patience);

  await page.goto(`${product.url}/containers/${await containerOf('db')}/shell`);
  await page.locator('.xterm-rows').getByText('#').first().waitFor(patience);
  await page.keyboard.type('echo $((6*7))-there\n');
  await page.locator('.xterm-rows').getByText('42-there').first().waitFor(patience);
}, 180_000);

test('its death is told once, its return once, and its lines from before are there after it was made anew', async () => {
  const webhook = {
    driver: 'webhook',
    settings: { url: receiver.url },
    secrets: { key: 'the key of the test' },
  };
  await call('POST', '/alerts/channels', { name: 'hook', reach: 'machine', ...webhook });
  const { items } = await call<{ items: Record<string, unknown>[] }>('GET', '/alerts/rules');
  for (const { id, open: _open, updatedAt: _at, ...rule } of items) {
    const hurried = { ...rule, isOn: rule['kind'] === 'down', forSeconds: 0, recoverSeconds: 0 };
    await call('PUT', `/alerts/rules/${String(id)}`, hurried);
  }
  const dead = await containerOf('web');
  await page.goto(`${product.url}/logs?apps=shop/web`);
  const log = page.getByRole('log');
  await log
    .getByText(`served by ${dead.slice(0, 12)}`)
    .first()
    .waitFor(patience);

  await engine.docker(['kill', dead]);
  await expect.poll(() => titles().filter((title) => title.includes('web')).length, patience).toBe(1);
  await engine.docker(['rm', dead]);
  await page.goto(`${product.url}/stacks/shop`);
  await button('Bring up').click();
  await page.getByRole('log').getByText('Everything runs').waitFor(patience);
  await expect.poll(() => titles().filter((title) => title.includes('web')).length, patience).toBe(2);

  const anew = await containerOf('web');
  expect(anew).not.toBe(dead);
  await page.goto(`${product.url}/logs?apps=shop/web`);
  await log
    .getByText(`served by ${anew.slice(0, 12)}`)
    .first()
    .waitFor(patience);
  await log
    .getByText(`served by ${dead.slice(0, 12)}`)
    .first()
    .waitFor(patience);
}, 300_000);

test('all of it stands in the audit, and a terminal tells the same', async () => {
  const audit = await call<{ items: { action: string; outcome: string }[] }>('GET', '/audit?limit=200');
  const actions = audit.items.map(({ action, outcome }) => `${action} ${outcome}`);
  expect(actions).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^stacks\.create done/),
      expect.stringMatching(/^terminal\.\S+ done/),
      expect.stringMatching(/^alerts\.\S+ done/),
    ]),
  );
  const key = await call<{ token: string }>('POST', '/account/api-keys', {
    ...{ name: 'terminal', role: 'operator', scopes: ['*'], expiresInDays: null },
  });
  const nebula = nebulaOn(product, {});
  expect(await nebula(['stacks', 'list'], { key: key.token })).toMatch(/shop.*running/);
  expect(await nebula(['alerts', 'incidents'], { key: key.token })).toContain('web');
  expect(faults).toEqual([]);
}, 120_000);
