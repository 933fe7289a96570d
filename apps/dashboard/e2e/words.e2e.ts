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
import { z } from 'zod';
import { until } from '../testing.ts';
import { showCertificate } from './shown-certificate.ts';

const root = join(import.meta.dirname, '..');
const Pages = z.array(z.object({ path: z.string(), access: z.enum(['public', 'signed-in']) }));
const Registry = z.object({ features: z.array(z.object({ routes: Pages })) });
const OwnPages = z.object({ ownPages: Pages });
const pages = await signedInPages();
const phone = { width: 390, height: 844 };
const desk = { width: 1440, height: 900 };
let engine: TestEngine;
let product: Product;
let browser: TestBrowser;
let page: Page;
let inSetUp: string[];

beforeAll(async () => {
  engine = await startEngine();
  for (const [name, ...program] of [
    ['web', 'sleep', '3600'],
    ['fails', 'false'],
  ] as const) {
    await engine.docker(['run', '-d', '--name', name, engine.busyboxImage, '/bin/busybox', ...program]);
  }
  product = await startProduct({ engine: engine.socket, hasCompose: true });
  browser = await launchBrowser({ viewport: desk, reducedMotion: 'reduce' });
  page = await browser.context.newPage();
  await page.goto(`${product.setUpUrl?.replace('#', '?locale=pseudo#')}`);
  inSetUp = await plainText();
  const boxes = page.locator('form input');
  await boxes.nth(0).fill('Evin');
  await boxes.nth(1).fill('evin@example.com');
  await boxes.nth(2).fill('correct horse battery');
  await page.locator('form button[type=submit]').click();
  await page.locator('header').first().waitFor();
  await failRuns();
  await writeStack();
  await openAlert();
  await addDomain();
  await showCertificate(page);
}, 240_000);
afterAll(async () => {
  await browser.close();
  await product.stop();
  await engine.stop();
}, 60_000);

/**
 * Text that a person meets and that is neither from a catalogue (in the pseudo-locale those have no plain letter) nor marked as
 * data. Units are the same in every language.
 */
const findPlainText = `(() => {
  const data = '[translate=no], code, time, kbd, pre, samp, script, style, noscript, [aria-hidden=true]';
  const units = /\\b(?:B|[KMGTP]i?B|Hz|[MG]Hz|ms|s|min|h|d|W|V|RPM|px|Ctrl K)\\b|°C|B\\/s|iB\\/s/g;
  const isPlain = (text) => /[A-Za-z]/.test(text.replace(units, ''));
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (parent === null || !isPlain(node.textContent) || parent.closest(data)) continue;
    if (parent.closest('option') === null && !parent.checkVisibility({ visibilityProperty: true })) continue;
    found.add(node.textContent.trim());
  }
  for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
    for (const element of document.body.querySelectorAll('[' + name + ']')) {
      const text = element.getAttribute(name);
      if (isPlain(text) && !element.closest('[translate=no], time')) found.add(name + '=' + text);
    }
  }
  return [...found];
})()`;

/**
 * The addresses of all pages behind the sign-in, from the registry that the router is made of, so that a new page is looked at as
 * well. It is imported by address: the web is typed for the browser, and this file is not.
 */
async function signedInPages(): Promise<string[]> {
  const { features } = Registry.parse(await import(join(root, 'web/features.ts')));
  const { ownPages } = OwnPages.parse(await import(join(root, 'web/shell/own-pages.ts')));
  return [...features.flatMap(({ routes }) => routes), ...ownPages]
    .filter(({ access }) => access === 'signed-in')
    .map(({ path }) => path);
}

/** Runs that failed leave notices, and pages with every kind of sentence. */
async function failRuns(): Promise<void> {
  await page.evaluate(`(async () => {
    const { csrfToken } = await (await fetch('/api/account/session')).json();
    const { items } = await (await fetch('/api/containers')).json();
    const headers = { 'x-csrf-token': csrfToken };
    for (const { id } of items) await fetch('/api/containers/' + id + '/restart', { method: 'POST', headers });
  })()`);
  await until(async () => {
    const unread = await page.evaluate<number>(
      `fetch('/api/notices/unread').then((answer) => answer.json()).then(({ count }) => count)`,
    );
    return unread > 0;
  }, 60_000);
}

/** A stack with a gate, of which nothing runs. */
async function writeStack(): Promise<void> {
  await page.evaluate(`(async () => {
    const { csrfToken } = await (await fetch('/api/account/session')).json();
    const headers = { 'x-csrf-token': csrfToken, 'content-type': 'application/json' };
    const compose = 'services: { web: { image: "nginx:1", privileged: true, environment: { A_PASSWORD: x } } }';
    const body = JSON.stringify({ name: 'shop', compose, isStarted: false });
    await fetch('/api/stacks', { method: 'POST', headers, body });
  })()`);
}

/** A domain that nobody provisioned. */
async function addDomain(): Promise<void> {
  await page.evaluate(`(async () => {
    const { csrfToken } = await (await fetch('/api/account/session')).json();
    const headers = { 'x-csrf-token': csrfToken, 'content-type': 'application/json' };
    const target = { kind: 'redirect', to: 'https://example.com' };
    const body = JSON.stringify({ name: 'photos.example.com', target, dns: { kind: 'elsewhere' } });
    await fetch('/api/domains', { method: 'POST', headers, body });
  })()`);
}

/** A rule that every machine breaks leaves an alert; a channel and a mute have lines of their own. */
async function openAlert(): Promise<void> {
  await page.evaluate(`(async () => {
    const { csrfToken } = await (await fetch('/api/account/session')).json();
    const headers = { 'x-csrf-token': csrfToken, 'content-type': 'application/json' };
    const post = (path, body) =>
      fetch('/api/alerts' + path, { method: 'POST', headers, body: JSON.stringify(body) });
    const webhook = { driver: 'webhook', settings: { url: 'https://hook.example' }, secrets: { key: 'key of the test' } };
    await post('/channels', { name: 'hook', isOn: false, ...webhook });
    await post('/silences', { minutes: 600, reason: 'moving' });
    await post('/rules', { name: 'memory', kind: 'memory', threshold: 0.1, recover: 0, forSeconds: 0 });
  })()`);
  await until(async () => {
    const open = await page.evaluate<number>(
      `fetch('/api/alerts/incidents').then((answer) => answer.json()).then(({ items }) => items.length)`,
    );
    return open > 0;
  }, 60_000);
}

async function settled(): Promise<void> {
  let last = '';
  await until(async () => {
    const text = await page.evaluate<string>(
      `document.querySelector('.skeleton') === null ? document.body.innerText.replace(/\\d/g, '') : ''`,
    );
    const isSame = text !== '' && text === last;
    last = text;
    await page.waitForTimeout(150);
    return isSame;
  }, 30_000);
}

async function plainText(): Promise<string[]> {
  await settled();
  return await page.evaluate<string[]>(findPlainText);
}

const overflow = () =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

/**
 * The address of a page; one with a name in its path is found as a link on the page above it. Where no page is above, a name
 * that is none shows what the page says then.
 */
async function addressOf(path: string): Promise<string> {
  if (!path.includes('$')) return path;
  const above = path.slice(0, path.indexOf('/$')) || '/';
  if (!pages.includes(above)) return path.replace(/\$\w+/g, 'none');
  // What lies below the last name, such as a container's shell, is not linked from the list.
  const [head = path, tail = ''] = path.split(/(?<=\/\$\w+)(?=\/[^$]*$)/);
  const pattern = new RegExp(`^${head.replace(/\$\w+/g, '[^/]+')}$`);
  await page.goto(`${product.url}${above}`);
  let address: string | undefined;
  await until(async () => {
    const links = await page.evaluate<string[]>(
      `[...document.querySelectorAll('main a[href]')].map((link) => link.getAttribute('href'))`,
    );
    address = links.find((link) => pattern.test(link) && !pages.includes(link));
    return address !== undefined;
  }, 30_000);
  return address === undefined ? '/' : `${address}${tail}`;
}

test('the page that makes the first account says nothing that is not in a catalogue', () => {
  expect(inSetUp).toEqual([]);
});

test('every place of the navigation is among the pages that are looked at', async () => {
  await page.goto(product.url);
  await settled();
  const places = await page.evaluate<string[]>(
    `[...document.querySelectorAll('nav a[href]')].map((link) => link.getAttribute('href')).filter((path) => path !== '/')`,
  );

  expect(places.length).toBeGreaterThan(3);
  expect(places.filter((place) => !pages.includes(place))).toEqual([]);
});

describe.each([
  ['desktop', desk],
  ['phone', phone],
] as const)('on a %s', (_name, viewport) => {
  test.each(pages)(
    '%s says nothing that is not in a catalogue, and has room for longer words',
    async (path) => {
      await page.setViewportSize(viewport);
      await page.goto(`${product.url}${await addressOf(path)}`);

      expect(await plainText()).toEqual([]);
      expect(await overflow()).toBeLessThanOrEqual(0);
    },
    60_000,
  );

  test('what opens above a page does neither', async () => {
    await page.setViewportSize(viewport);
    await page.goto(`${product.url}/shortcuts`);
    await settled();
    for (const keys of [['Control+k'], ['Control+k', '?'], ['?']]) {
      for (const key of keys) await page.keyboard.press(key);
      await page.locator('[role=dialog]').waitFor();
      expect(await plainText(), keys.join(' ')).toEqual([]);
      expect(await overflow()).toBeLessThanOrEqual(0);
      await page.keyboard.press('Escape');
      await page.locator('[role=dialog]').waitFor({ state: 'detached' });
    }
    const opener = viewport === phone ? 'nav [aria-haspopup]' : 'header [aria-haspopup]';
    for (const button of await page.locator(`${opener}, header [aria-haspopup]`).all()) {
      await button.click();
      await page.locator('[role=dialog], [role=menu]').waitFor();
      expect(await plainText()).toEqual([]);
      expect(await overflow()).toBeLessThanOrEqual(0);
      await page.keyboard.press('Escape');
      await page.locator('[role=dialog], [role=menu]').waitFor({ state: 'detached' });
    }
  }, 60_000);
});

test('an address where there is nothing says so in words of a catalogue', async () => {
  await page.goto(`${product.url}/nothing-here`);

  expect(await plainText()).toEqual([]);
});

test('signing in again does so too, and a tab without the wish has plain words', async () => {
  const other = await browser.context.newPage();
  await other.goto(`${product.url}/jobs`);
  await other.getByRole('heading', { name: 'Jobs' }).waitFor();
  await other.close();

  await page.context().clearCookies();
  await page.goto(`${product.url}/sign-in`);
  expect(await plainText()).toEqual([]);
}, 60_000);
