import { launchBrowser, startEngine, startProduct } from '@nebula/testbed';
import type { BenchOptions, Figure } from './bench.ts';
import { startSleepers } from './containers.ts';
import { percentile } from './measure.ts';
import { ownerKey, signIn } from './owner.ts';

const containers = 100;

/** P6: time until a freshly opened dashboard shows its data, and until an edit is confirmed, with 100 containers. */
export async function run({ quick, signal }: BenchOptions): Promise<Figure[]> {
  await using engine = await startEngine();
  await startSleepers(engine, containers, 'web');
  await using product = await startProduct({
    engine: engine.socket,
    env: { NEBULA_REQUESTS_PER_MINUTE: '1000000' },
  });
  await ownerKey(product);
  await using browser = await launchBrowser({ viewport: { width: 1440, height: 900 } });
  const first = await browser.context.newPage();
  await signIn(first, product);
  await first.close();
  const rounds = quick ? 10 : 40;
  const opened: number[] = [];
  for (let n = 0; n < rounds; n += 1) {
    signal.throwIfAborted();
    const page = await browser.context.newPage();
    await page.goto(`${product.url}/containers`, { waitUntil: 'commit' });
    await page.getByText('web-0', { exact: true }).filter({ visible: true }).first().waitFor();
    opened.push(await page.evaluate<number>('performance.now()'));
    await page.close();
  }
  const edited: number[] = [];
  const page = await browser.context.newPage();
  await page.goto(`${product.url}/alerts/rules`);
  const box = page.locator('li[data-row] input[type=checkbox]').first();
  await box.waitFor();
  for (let n = 0; n < rounds; n += 1) {
    signal.throwIfAborted();
    edited.push(await page.evaluate<number>(turnOnce));
  }
  const [seen, confirmed] = [Math.round(percentile(opened, 95)), Math.round(percentile(edited, 95))];
  const without = `${containers} containers and no monitors: those are not part of the product yet`;
  return [
    {
      id: 'P6',
      what: 'First usable data of the list of containers, p95',
      figure: seen,
      unit: 'ms',
      target: '<= 800',
      met: seen <= 800,
      detail: `${rounds} pages opened in a browser that had been here before; median ${Math.round(percentile(opened, 50))} ms; ${without}`,
    },
    {
      id: 'P6',
      what: 'An edit confirmed, p95',
      figure: confirmed,
      unit: 'ms',
      target: '<= 200',
      met: confirmed <= 200,
      detail: `a rule turned on or off ${rounds} times, from the click to the answer on the page; median ${Math.round(percentile(edited, 50))} ms`,
    },
  ];
}

/** Clicks the first rule's box and answers the milliseconds until the page shows it turned and open for the next click. */
const turnOnce = `new Promise((resolve) => {
  const box = () => document.querySelector('li[data-row] input[type=checkbox]');
  const before = box().checked;
  const started = performance.now();
  box().click();
  const look = () => {
    const now = box();
    if (now.checked !== before && !now.disabled) resolve(performance.now() - started);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})`;
