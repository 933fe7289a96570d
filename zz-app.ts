import { launchBrowser, startEngine, startProduct } from './testbed/index.ts';
import { makeFirstAccount, watchFaults } from './apps/dashboard/e2e/opening.ts';
const engine = await startEngine();
const d = async (...a: string[]) => { const r = await engine.docker(a); if (r.code !== 0) console.log(a.join(' '), r.stderr); return r.stdout.trim(); };
const product = await startProduct({ engine: engine.socket });
const labels = ['--label','com.docker.compose.project=shop','--label','com.docker.compose.service=web'];
await d('run','-d','--init','--name','web',...labels, engine.busyboxImage,'sh','-c','i=0; while true; do i=$((i+1)); echo "line $i INFO ok"; sleep 0.5; if [ $i -gt 60 ]; then echo "ERROR giving up" >&2; exit 3; fi; done');
const browser = await launchBrowser({ viewport: { width: 1440, height: 900 } });
const page = await browser.context.newPage();
const faults = watchFaults(page);
try {
  await makeFirstAccount(page, product);
  await page.waitForTimeout(40000);
  await d('start','web');
  await page.waitForTimeout(25000);
  for (const [w, h] of [[1440, 1400], [820, 1180], [390, 844]] as const) {
    await page.setViewportSize({ width: w, height: h });
    await page.goto(`${product.url}/apps/shop%2Fweb`);
    await page.waitForTimeout(3500);
    await page.screenshot({ path: `/tmp/app-${w}.png`, fullPage: true });
    const b = page.getByRole('button', { name: 'Lines before it' });
    console.log(w, await b.count(), 'overflow', await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
    const died = page.locator('li', { hasText: 'died' }).getByRole('button');
    if (await died.count()) { await died.first().click(); await page.waitForTimeout(2500); await page.screenshot({ path: `/tmp/app-${w}-at.png`, fullPage: true }); }
    await page.goto(`${product.url}/history?subject=app%2Fshop%2Fweb&range=hour`);
    await page.waitForTimeout(2500);
    await page.screenshot({ path: `/tmp/hist-${w}.png`, fullPage: true });
  }
} finally { console.log(faults); await browser.close(); await product.stop(); await engine.stop(); }
