import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { makeFirstAccount, nebulaOn, watchFaults } from './opening.ts';

let engine: TestEngine;
let product: Product;
let browser: TestBrowser;
let page: Page;
let folder: string;
let faults: string[];
const patience = { timeout: 60_000 };

beforeAll(async () => {
  engine = await startEngine();
  folder = await mkdtemp(join(tmpdir(), 'nstacks-'));
  product = await startProduct({ engine: engine.socket, hasCompose: true });
  browser = await launchBrowser({ viewport: { width: 1440, height: 900 } });
  page = await browser.context.newPage();
  faults = watchFaults(page);
  await makeFirstAccount(page, product);
  await page.evaluate(`(async () => {
    const { csrfToken } = await (await fetch('/api/account/session')).json();
    await fetch('/api/tour/end', { method: 'POST', headers: { 'x-csrf-token': csrfToken } });
  })()`);
}, 240_000);
afterAll(async () => {
  await browser.close();
  await product.stop();
  await engine.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const button = (name: string) => page.getByRole('button', { name, exact: true });
const onDisk = (name: string) => join(product.dataDir, 'apps', name, 'compose.yaml');
const editor = () => page.locator('.cm-content[contenteditable=true]');

/** Replaces the whole text, as a paste does. */
async function write(text: string): Promise<void> {
  await editor().click();
  await page.keyboard.press('Control+a');
  await page.evaluate(`(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', ${JSON.stringify(text)});
    const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(paste);
  })()`);
}

async function shot(name: string): Promise<void> {
  const shots = process.env['NEBULA_SHOTS'];
  if (shots !== undefined) await page.screenshot({ path: `${shots}/stacks-${name}.png` });
}

test('a docker run line becomes a stack; its gate is shown with the reason, and the owner agrees to exactly it', async () => {
  await page.goto(`${product.url}/stacks`);
  await page.getByText('No stacks yet').waitFor(patience);
  await page.getByRole('link', { name: 'New stack' }).first().click();
  await button('A docker run line').click();
  await page
    .getByLabel('The docker run line')
    .fill(
      `docker run -d --name shop --stop-timeout 0 --ipc host -e DB_PASSWORD=hunter2 ${engine.busyboxImage} sleep 3600`,
    );
  await button('Make a compose file of it').click();

  await expect.poll(() => editor().innerText(), patience).toContain('DB_PASSWORD=hunter2');
  await page.getByText('The broker closes the gate').waitFor(patience);
  await page.getByText("it would live in the machine's own namespace").waitFor();
  await expect.poll(() => button('Create and bring up').isDisabled()).toBe(true);
  await shot('gate');
  await page.getByLabel('I agree to exactly this, once').check();
  await button('Create and bring up').click();

  await page.waitForURL(/\/stacks\/shop\?run=/, patience);
  await page.getByRole('log').getByText('Everything runs').waitFor(patience);
  await page.getByText('Running', { exact: true }).first().waitFor(patience);
  const mode = await engine.docker(['inspect', '-f', '{{.HostConfig.IpcMode}}', 'shop']);
  expect(mode.stdout).toBe('host\n');
  await shot('made');
  await page.reload();
  await page.getByRole('log').getByText('Everything runs').waitFor(patience);
}, 180_000);

test('a file is edited, refused with its line while it is wrong, compared, applied, and its secret shown only to who edits', async () => {
  await page.goto(`${product.url}/stacks/shop`);
  await page.getByText('DB_PASSWORD=••••••').waitFor(patience);
  await button('Edit').click();
  await expect.poll(() => editor().innerText(), patience).toContain('hunter2');
  const text = (await readFile(onDisk('shop'), 'utf8')).replace('    ipc: host\n', '');

  await write(text.replace('image:', 'imagee:'));
  await page.getByText('Additional property imagee is not allowed').first().waitFor(patience);
  await page.getByText('compose.yaml, line 3').waitFor();
  await write(text.replace('"3600"', '"3601"').replace("'3600'", "'3601'"));
  await page.getByText('Compose takes these files.').waitFor(patience);
  await button('Review changes').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('ipc: host').waitFor(patience);
  await dialog.getByRole('button', { name: 'Side by side' }).click();
  await shot('review');
  await dialog.getByRole('button', { name: 'Save and bring up' }).click();

  await page.getByRole('log').getByText('Everything runs').waitFor(patience);
  expect(await readFile(onDisk('shop'), 'utf8')).not.toContain('ipc: host');
  await page.getByText('before a change was applied').waitFor(patience);
}, 180_000);

test('a file that somebody changes outside while it is open is shown in both versions, and nothing is lost', async () => {
  await page.goto(`${product.url}/stacks/shop`);
  await button('Edit').click();
  await expect.poll(() => editor().innerText(), patience).toContain('services');
  const text = await readFile(onDisk('shop'), 'utf8');
  await write(`${text}# mine\n`);
  await appendFile(onDisk('shop'), '# theirs\n');

  await page.getByText('The file was changed outside while you were editing').waitFor(patience);
  await button('Compare').click();
  const both = page.getByRole('region', { name: 'Changes in compose.yaml' });
  await both.getByText('# theirs').waitFor(patience);
  await both.getByText('# mine').waitFor();
  await shot('conflict');
  expect(await readFile(onDisk('shop'), 'utf8')).toContain('# theirs');
  await button('Keep mine, on top of what is on disk').click();
  await button('Review changes').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Save only' }).click();
  await expect.poll(() => readFile(onDisk('shop'), 'utf8'), patience).toContain('# mine');
  await page.getByText('before a save').waitFor(patience);
}, 180_000);

test('the same from a terminal: a file is applied, stacks are listed, and one is taken down', async () => {
  const key = await page.evaluate<string>(`(async () => {
    const { csrfToken } = await (await fetch('/api/account/session')).json();
    const headers = { 'x-csrf-token': csrfToken, 'content-type': 'application/json' };
    const body = JSON.stringify({ name: 'terminal', role: 'operator', scopes: ['*'], expiresInDays: null });
    return (await (await fetch('/api/account/api-keys', { method: 'POST', headers, body })).json()).token;
  })()`);
  const nebula = nebulaOn(product, {});
  const file = join(folder, 'cli.yaml');
  await writeFile(
    file,
    `services:\n  one:\n    image: ${engine.busyboxImage}\n    command: sleep 3600\n    stop_grace_period: 0s\n`,
  );

  await nebula(['stacks', 'apply', 'from-cli', '--file', file], { key });
  expect(await nebula(['stacks', 'list'], { key })).toMatch(/from-cli.*running/);
  await nebula(['stacks', 'down', 'from-cli'], { key });
  expect(await nebula(['stacks', 'get', 'from-cli', '--json'], { key })).toContain('"not-created"');
}, 180_000);

test('a stack whose files only somebody else may read says so, and obeys the verbs that need none', async () => {
  const theirs = join(folder, 'theirs');
  await mkdir(theirs, { mode: 0o700, recursive: true });
  await writeFile(join(theirs, 'compose.yaml'), 'services: {}\n', { mode: 0o600 });
  const labels = [
    'project=theirs',
    'service=web',
    'oneoff=False',
    'container-number=1',
    'config-hash=x',
    `project.working_dir=${theirs}`,
    `project.config_files=${theirs}/compose.yaml`,
  ];
  const named = labels.flatMap((label) => ['--label', `com.docker.compose.${label}`]);
  await engine.docker(['run', '-d', '--stop-timeout', '0', ...named, engine.busyboxImage, 'sleep', '3600']);

  await page.goto(`${product.url}/stacks/theirs`);
  await page.getByText('may not be read by the user NebulaCommand runs as').waitFor(patience);
  await button('Stop').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
  await page.getByText('Stopped', { exact: true }).waitFor(patience);
  await shot('theirs');
});

test('pages of stacks are accessible, and have room on a phone and a tablet', async () => {
  for (const path of ['/stacks', '/stacks/new', '/stacks/shop']) {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${product.url}${path}`);
    if (path !== '/stacks') await page.locator('.cm-content').first().waitFor(patience);
    else await page.getByRole('link', { name: 'shop' }).waitFor(patience);
    const { violations } = await new AxeBuilder({ page }).include('main').analyze();
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(grave.map(({ id, nodes }) => [path, id, nodes[0]?.html])).toEqual([]);
    for (const width of [390, 820, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await expect
        .poll(() => page.evaluate('document.documentElement.scrollWidth - innerWidth'), patience)
        .toBeLessThanOrEqual(0);
      await shot(`${path.replaceAll('/', '-')}-${width}`);
    }
  }
  expect(faults).toEqual([]);
}, 120_000);
