import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { launchBrowser, type Product, startEngine, startProduct } from '@nebula/testbed';
import type { BrowserContext, Page } from 'playwright-core';
import type { BenchOptions, Figure } from './bench.ts';
import { startSleepers } from './containers.ts';
import { median, rounded } from './measure.ts';
import { worstContrasts } from './pixel-contrast.ts';
import { skyCpu } from './sky-cpu.ts';

/** Pages for those who are not signed in; all but the first need a link that was sent. */
const signedOutPages = ['/sign-in', '/sign-in/provider', '/set-up', '/invitation', '/reset'];
const themes = ['cosmic', 'light', 'contrast'];
const widths = [390, 820, 1440];

/** P11: size of the first JavaScript, largest contentful paint at 4 × CPU throttle, axe and contrast over all pages. */
export async function run({ quick }: BenchOptions): Promise<Figure[]> {
  const pages = [...signedInPages(), '/nothing-here'];
  await using engine = await startEngine();
  await startSleepers(engine, 20, 'web');
  await using product = await startProduct({ engine: engine.socket });
  await using browser = await launchBrowser({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
  });
  const { context } = browser;
  const signedOut = await faultsOf(context, product, ['/sign-in'], quick);
  await signUp(context, product);
  const script = await firstScript(context, product);
  const paints: number[] = [];
  for (let n = 0; n < (quick ? 3 : 7); n += 1) paints.push(await largestPaint(context, product));
  const signedIn = await faultsOf(context, product, pages, quick);
  const axe = [...signedOut.axe, ...signedIn.axe];
  const contrast = [...signedOut.contrast, ...signedIn.contrast];
  const sky = await skyCpu(product.url, (other) => signInAgain(other, product), quick);
  const kilobytes = rounded(script.bytes / 1024);
  const lcp = Math.round(median(paints)) / 1000;
  const faults = axe.length + contrast.length;
  const looked = `${pages.length + 1} pages at ${widths.join(', ')} px in ${themes.join(', ')}`;
  return [
    {
      id: 'P11',
      what: 'First JavaScript, gzip',
      figure: kilobytes,
      unit: 'KB',
      target: '<= 200',
      met: kilobytes <= 200,
      detail: script.names.join(', '),
    },
    {
      id: 'P11',
      what: 'LCP at 4x CPU throttle',
      figure: lcp,
      unit: 's',
      target: '<= 1.2',
      met: lcp <= 1.2,
      detail: `median of ${paints.length}; list of 20 containers, cold cache`,
    },
    {
      id: 'P11',
      what: 'axe serious and contrast faults',
      figure: faults,
      unit: '',
      target: '0',
      met: faults === 0,
      detail: [looked, ...axe, ...contrast].join('; '),
    },
    {
      id: 'P11',
      what: 'Moving stars, CPU of the browser',
      figure: sky,
      unit: '%',
      target: '<= 2',
      met: sky <= 2,
      detail: 'percent of one core over the same page with the stars paused; software rendering, 1440 x 900',
    },
  ];
}

/**
 * Addresses of the pages behind the sign-in that need no name in them, as the features declare them. Read as text: what they
 * import is for a browser.
 */
function signedInPages(): string[] {
  const dashboard = join(import.meta.dirname, '../apps/dashboard');
  const files = globSync(['features/*/web/index.ts', 'web/shell/own-pages.ts'], { cwd: dashboard });
  const paths = files.flatMap((file) =>
    [...readFileSync(join(dashboard, file), 'utf8').matchAll(/\bpath: '(\/[^'$]*)'/g)].map(
      ([, path = '']) => path,
    ),
  );
  return [...new Set(paths)].filter((path) => !signedOutPages.includes(path)).sort();
}

async function signUp(context: BrowserContext, product: Product): Promise<void> {
  const page = await context.newPage();
  await page.goto(product.setUpUrl ?? '');
  await page.getByLabel('Your name').fill('Owner');
  await page.getByLabel('E-mail').fill('owner@example.com');
  await page.getByLabel('New password').fill('a password for figures');
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.locator('main h2, main table, main ul').first().waitFor();
  // The card of the tour would come up between two looks at a page.
  await page.evaluate(`fetch('/api/account/session')
    .then((answer) => answer.json())
    .then(({ csrfToken }) => fetch('/api/tour/end', { method: 'POST', headers: { 'x-csrf-token': csrfToken } }))`);
  await page.close();
}

async function signInAgain(context: BrowserContext, product: Product): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${product.url}/sign-in`);
  await page.getByLabel('E-mail').fill('owner@example.com');
  await page.getByLabel('Password', { exact: true }).fill('a password for figures');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('main h2, main table, main ul').first().waitFor();
  await page.close();
}

/** Scripts that come before the page's own load event, as gzip makes them. */
async function firstScript(
  context: BrowserContext,
  product: Product,
): Promise<{ bytes: number; names: string[] }> {
  const page = await context.newPage();
  const addresses: string[] = [];
  page.on('response', (response) => {
    if (response.url().endsWith('.js')) addresses.push(response.url());
  });
  await page.goto(`${product.url}/`, { waitUntil: 'load' });
  const html = await (await fetch(`${product.url}/`, { headers: { accept: 'text/html' } })).text();
  const first = addresses.filter((address) => html.includes(new URL(address).pathname));
  await page.close();
  let bytes = 0;
  const names: string[] = [];
  for (const address of new Set(first)) {
    const response = await fetch(address, { headers: { 'accept-encoding': 'gzip' } });
    const size = Number(response.headers.get('content-length') ?? 0);
    bytes += size;
    names.push(`${new URL(address).pathname.split('/').at(-1)} ${rounded(size / 1024)} KB`);
  }
  return { bytes, names };
}

async function largestPaint(context: BrowserContext, product: Product): Promise<number> {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await page.goto(`${product.url}/containers`, { waitUntil: 'load' });
  await page.getByText('web-0', { exact: true }).filter({ visible: true }).first().waitFor();
  const time = await page.evaluate<number>(`new Promise((resolve) => {
    let last = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) last = entry.startTime; })
      .observe({ type: 'largest-contentful-paint', buffered: true });
    setTimeout(() => resolve(last), 1500);
  })`);
  await page.close();
  return time;
}

/** Every width in every theme; the short form gives each width one of the themes, in turn. */
function views(at: number, isQuick: boolean): (readonly [width: number, theme: string])[] {
  return widths.flatMap((width, nth) =>
    themes
      .filter((_, theme) => !isQuick || theme === (at + nth) % themes.length)
      .map((theme) => [width, theme] as const),
  );
}

async function faultsOf(context: BrowserContext, product: Product, paths: string[], isQuick: boolean) {
  const axe: string[] = [];
  const contrast: string[] = [];
  const page = await context.newPage();
  for (const [at, path] of paths.entries()) {
    for (const [width, theme] of views(at, isQuick)) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(`${product.url}${path}`);
      await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`);
      await settled(page);
      const { violations } = await new AxeBuilder({ page }).analyze();
      for (const { id, impact } of violations) {
        if (impact === 'serious' || impact === 'critical') axe.push(`${path} ${width} ${theme}: ${id}`);
      }
      for (const fault of await worstContrasts(page)) contrast.push(`${path} ${width} ${theme}: ${fault}`);
    }
  }
  await page.close();
  return { axe, contrast };
}

async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('load');
  await page.waitForTimeout(1200);
}
