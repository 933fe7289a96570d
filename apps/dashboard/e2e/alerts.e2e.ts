import {
  launchBrowser,
  type Product,
  type Receiver,
  startProduct,
  startReceiver,
  type TestBrowser,
} from '@nebula/testbed';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seriousFaults } from './looking.ts';
import { makeFirstAccount, watchFaults } from './opening.ts';

let product: Product;
let receiver: Receiver;
let browser: TestBrowser;
let page: Page;
let errors: string[];
const patience = { timeout: 60_000 };

beforeAll(async () => {
  product = await startProduct();
  receiver = await startReceiver();
  browser = await launchBrowser({ viewport: { width: 1440, height: 900 } });
  page = await browser.context.newPage();
  page.setDefaultTimeout(60_000);
  errors = watchFaults(page);
  await makeFirstAccount(page, product);
}, 240_000);
afterAll(async () => {
  await browser.close();
  await product.stop();
  await receiver[Symbol.asyncDispose]();
}, 60_000);

async function isSound(): Promise<void> {
  expect(await seriousFaults(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
}

const titles = () =>
  receiver.received.map(
    ({ body }) => (JSON.parse(body.toString()) as { data: { title: string } }).data.title,
  );

test('a channel is set up in the browser, tried, and says where it was stopped', async () => {
  await page.goto(`${product.url}/alerts/channels`);
  await page.getByRole('button', { name: 'New channel' }).click();
  await page.getByLabel('Kind').selectOption('webhook');
  await page.getByLabel('Name', { exact: true }).fill('Hook at home');
  await page.getByLabel('Address').fill(receiver.url);
  await page.getByLabel('Key that signs').fill('a-key-of-the-browser');
  await page.getByLabel('May go to').selectOption('machine');
  await isSound();
  await page.getByRole('button', { name: 'Keep it' }).click();

  const line = page.getByRole('listitem').filter({ hasText: 'Hook at home' });
  await line.getByRole('button', { name: 'Send test to Hook at home' }).click();
  await line.getByText('Works', { exact: true }).waitFor();
  expect(titles()).toEqual(['This is a try']);
  receiver.setMood('refuses-login');
  await line.getByRole('button', { name: 'Send test to Hook at home' }).click();
  await page.getByText('The test failed: the login or token was refused').waitFor();
  await line.getByText('Failed').waitFor();
  receiver.setMood('takes-it');
  expect(await page.content()).not.toContain('a-key-of-the-browser');
});

test('a rule is written, plays the past, fires while the page is open, and the alert is looked after', async () => {
  await page.goto(`${product.url}/alerts`);
  await page.getByRole('navigation', { name: 'Alerts' }).getByRole('link', { name: 'Rules' }).click();
  await page.getByRole('button', { name: 'New rule' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Memory is used');
  await page.getByLabel('What is judged').selectOption('memory');
  await page.getByLabel('Wrong from (%)').fill('0.1');
  await page.getByLabel('Right again at (%)').fill('0');
  await page.getByLabel('Wrong for so many seconds').fill('0');
  await page.getByRole('button', { name: 'What would it have done?' }).click();
  await page.getByText(/It would (not )?have fired/).waitFor();
  await isSound();
  await page.getByRole('button', { name: 'Keep it' }).click();
  await page.getByText('Memory is used is kept').waitFor();

  await page.goto(`${product.url}/alerts`);
  await page.getByRole('link', { name: /^Memory is at/ }).click();
  await page.getByRole('heading', { name: 'What happened' }).waitFor();
  await page.getByText('Hook at home: ').waitFor();
  await expect.poll(() => titles().some((title) => title.includes('Memory is at')), patience).toBe(true);
  await page.getByRole('button', { name: 'I look after it' }).click();
  await page.getByText('Somebody looks after it').first().waitFor();
  await page.getByRole('button', { name: 'Snooze' }).click();
  await page.getByRole('menuitem', { name: '4 hours' }).click();
  await page.getByText('Snoozed').first().waitFor();
  await isSound();

  await page.setViewportSize({ width: 390, height: 844 });
  for (const path of ['/alerts', '/alerts/rules', '/alerts/channels', new URL(page.url()).pathname]) {
    await page.goto(`${product.url}${path}`);
    await page.getByRole('navigation').first().waitFor();
    await page.getByText('Memory is used').or(page.getByText('Hook at home')).first().waitFor();
    await isSound();
  }
  expect(errors).toEqual([]);
});

test('a browser that may not be told says why, and one whose push service does not answer too', async () => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${product.url}/alerts/channels`);
  const add = page.getByRole('button', { name: 'Tell this browser' });
  await add.waitFor();
  await add.click();
  await page.getByText('The browser was not added').waitFor();
  expect(errors).toEqual([]);
});

test('what is pushed is shown as text, and only pages of ours are opened by it', async () => {
  const { origin } = new URL(product.url);
  await browser.context.grantPermissions(['notifications'], { origin });
  const session = await browser.context.newCDPSession(page);
  const registered = Promise.withResolvers<string>();
  session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
    const [own] = registrations.filter(({ isDeleted }) => !isDeleted);
    if (own !== undefined) registered.resolve(own.registrationId);
  });
  await session.send('ServiceWorker.enable');
  const registrationId = await registered.promise;
  const message = {
    id: 'm-1',
    title: '<b>web</b> is down',
    body: 'Critical',
    path: '/alerts',
    state: 'firing',
  };
  await session.send('ServiceWorker.deliverPushMessage', {
    origin,
    registrationId,
    data: JSON.stringify(message),
  });
  const shown = `navigator.serviceWorker.ready
    .then((worker) => worker.getNotifications())
    .then((all) => all.map(({ title, body, data }) => [title, body, data]))`;
  await expect
    .poll(async () => await page.evaluate(shown), patience)
    .toEqual([['<b>web</b> is down', 'Critical', '/alerts']]);
});
