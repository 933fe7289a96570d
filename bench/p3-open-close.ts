import { setTimeout as sleep } from 'node:timers/promises';
import { launchBrowser, type Product, startEngine, startProduct } from '@nebula/testbed';
import type { Page } from 'playwright-core';
import type { BenchOptions, Figure } from './bench.ts';
import { startSleepers } from './containers.ts';
import { pssMiB, rounded } from './measure.ts';

const rounds = 500;
const quickRounds = 100;
const warmUp = 40;

/** P3: memory of server, broker and database after the dashboard was opened and closed many times in a browser. */
export async function run({ quick, signal }: BenchOptions): Promise<Figure[]> {
  await using engine = await startEngine();
  await startSleepers(engine, 10, 'open');
  await using product = await startProduct({
    engine: engine.socket,
    env: { NEBULA_REQUESTS_PER_MINUTE: '1000000' },
  });
  const browser = await launchBrowser({ viewport: { width: 1280, height: 800 } });
  try {
    await makeAccount(await browser.context.newPage(), product);
    await openAndClose(browser.context, product, warmUp, signal);
    const before = await atRest(product, signal);
    const count = quick ? quickRounds : rounds;
    await openAndClose(browser.context, product, count, signal);
    const after = await atRest(product, signal);
    const growth = rounded(((after - before) / before) * 100);
    return [
      {
        id: 'P3',
        what: `Memory after ${count} dashboards opened and closed`,
        figure: growth,
        unit: '%',
        target: '<= +10',
        met: growth <= 10,
        detail: `${rounded(before)} MiB after ${warmUp} to warm up, ${rounded(after)} MiB after ${count} more, each measured 20 s after the last was closed`,
      },
    ];
  } finally {
    await browser.close();
  }
}

async function makeAccount(page: Page, product: Product): Promise<void> {
  await page.goto(product.setUpUrl ?? '');
  await page.getByLabel('Your name').fill('Owner');
  await page.getByLabel('E-mail').fill('owner@example.com');
  await page.getByLabel('New password').fill('a password for figures');
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByText('Live', { exact: true }).first().waitFor();
  await page.close();
}

/** Opens the start page until it is live, and closes it. */
async function openAndClose(
  context: { newPage(): Promise<Page> },
  product: Product,
  count: number,
  signal: AbortSignal,
): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    signal.throwIfAborted();
    const page = await context.newPage();
    await page.goto(product.url);
    await page.getByText('Live', { exact: true }).first().waitFor();
    await page.close();
  }
}

async function atRest(product: Product, signal: AbortSignal): Promise<number> {
  await sleep(20_000, undefined, { signal });
  const { server, broker, postgres } = product.processes();
  return [server, broker, ...postgres].map(pssMiB).reduce((sum, value) => sum + value);
}
