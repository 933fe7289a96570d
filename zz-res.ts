import { launchBrowser, startEngine, startProduct } from './testbed/index.ts';
import { makeFirstAccount, watchFaults } from './apps/dashboard/e2e/opening.ts';
const engine = await startEngine();
const d = async (...a: string[]) => { const r = await engine.docker(a); if (r.code !== 0) console.log(a.join(' '), r.stderr); return r.stdout.trim(); };
await d('network','create','shop_default','--label','com.docker.compose.project=shop');
await d('network','create','--internal','inner');
await d('volume','create','shop_data','--label','com.docker.compose.project=shop');
for (const n of ['media','backups-of-a-very-long-name-that-nobody-can-read-at-once']) await d('volume','create',n);
await d('run','-d','--init','--name','web','--network','shop_default','-v','shop_data:/data','--label','com.docker.compose.project=shop', engine.busyboxImage,'sleep','3600');
await d('run','-d','--name','old','-v','/anon','-v','media:/m', engine.busyboxImage,'true');
await d('tag', engine.busyboxImage, 'my/app:stable');
const product = await startProduct({ engine: engine.socket });
const browser = await launchBrowser({ viewport: { width: 1440, height: 900 } });
const page = await browser.context.newPage();
const faults = watchFaults(page);
try {
  await makeFirstAccount(page, product);
  for (const [w, h] of [[1440, 900], [820, 1180], [390, 844]] as const) {
    await page.setViewportSize({ width: w, height: h });
    for (const p of ['images', 'volumes', 'networks']) {
      await page.goto(`${product.url}/${p}`);
      await page.waitForTimeout(1500);
      await page.screenshot({ path: `/tmp/res-${p}-${w}.png` });
      const link = page.locator('main [data-row] a, main tbody a').first();
      await link.click();
      await page.waitForTimeout(1200);
      await page.screenshot({ path: `/tmp/res-${p}-${w}-show.png` });
      const over = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      if (over > 0) console.log('overflow', p, w, over);
    }
    await page.goto(`${product.url}/images?ask=unused`); await page.waitForTimeout(1200);
    await page.screenshot({ path: `/tmp/res-unused-${w}.png` });
    await page.goto(`${product.url}/networks?ask=create`); await page.waitForTimeout(1200);
    await page.screenshot({ path: `/tmp/res-netcreate-${w}.png` });
  }
} finally { console.log(faults); await browser.close(); await product.stop(); await engine.stop(); }
