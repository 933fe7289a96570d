import { launchBrowser, startEngine, startProduct } from './index.ts';
const engine = await startEngine();
const rows: string[][] = [
  ['shop-web', '--label', 'com.docker.compose.project=shop', '--label', 'com.docker.compose.service=web', '-p', '8080:80', '-e', 'DB_PASSWORD=hunter2', '-e', 'TZ=UTC', '-v', 'shopdata:/data', '--memory', '64m', '--restart', 'unless-stopped'],
  ['shop-db', '--label', 'com.docker.compose.project=shop', '-p', '127.0.0.1:5432:5432', '--health-cmd', 'true', '--health-interval', '1s'],
  ['blog', '--label', 'com.docker.compose.project=blog', '-p', '127.0.0.1:8090:80'],
  ['priv', '--privileged', '--network', 'host', '-v', '/etc:/host-etc', '-v', '/var/run/docker.sock:/var/run/docker.sock'],
  ['evil', '--label', 'com.docker.compose.project=<img src=x onerror=alert(1)>\u202eevil'],
];
for (const [name, ...args] of rows) {
  const r = await engine.docker(['run', '-d', '--init', '--name', name ?? '', '--stop-timeout', '1', ...args, engine.busyboxImage, 'sleep', '3600']);
  if (r.code !== 0) console.log(r.stderr);
}
await engine.docker(['run', '-d', '--name', 'oops', engine.busyboxImage, 'sh', '-c', 'echo failing; exit 3']);
await engine.docker(['run', '-d', '--name', 'oom', '--memory', '8m', '--memory-swap', '8m', engine.busyboxImage, 'sh', '-c', 'tail /dev/zero']);
const product = await startProduct({ engine: engine.socket });
const browser = await launchBrowser({ viewport: { width: 1440, height: 900 } });
const page = await browser.context.newPage();
page.on('pageerror', (e) => console.log('ERR', e.message));
page.on('console', (m) => m.type() === 'error' && console.log('CON', m.text()));
await page.goto(product.setUpUrl ?? '');
await page.getByLabel('Your name').fill('Evin');
await page.getByLabel('E-mail').fill('evin@example.com');
await page.getByLabel('New password').fill('correct horse battery');
await page.getByRole('button', { name: 'Make the account' }).click();
await page.getByText('shop-web').first().waitFor();
await page.waitForTimeout(8000);
const shot = async (name: string) => {
  for (const [w, h] of [[1440, 900], [820, 1180], [390, 844]] as const) {
    await page.setViewportSize({ width: w, height: h });
    await page.waitForTimeout(400);
    await page.screenshot({ path: `/tmp/c/shots/${name}-${w}.png`, fullPage: true });
    console.log(name, w, await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'));
  }
  await page.setViewportSize({ width: 1440, height: 900 });
};
await shot('list');
await page.getByLabel('Select shop-web').check();
await page.getByLabel('Select blog').check();
await shot('selected');
await page.getByLabel('Clear the selection').click();
await page.getByRole('link', { name: 'shop-web' }).first().click();
await page.getByText('What it may do').waitFor();
await page.waitForTimeout(6000);
await shot('detail');
await page.goto(`${product.url}/containers`);
await page.getByRole('link', { name: 'oom' }).first().click();
await page.getByText('It ended with code').waitFor();
await shot('oom');
await page.goto(`${product.url}/containers`);
await page.getByRole('link', { name: 'priv' }).first().click();
await page.getByText('What it may do').waitFor();
await page.getByRole('button', { name: 'Remove', exact: true }).click();
await page.waitForTimeout(500);
await shot('remove');
await page.goto(`${product.url}/containers/new`);
await page.getByLabel('Name', { exact: true }).fill('fresh');
await page.getByLabel('Image', { exact: true }).fill(engine.busyboxImage);
await page.getByRole('button', { name: 'Add a port' }).click();
await page.getByRole('button', { name: 'Add a mount' }).click();
await page.getByRole('button', { name: 'Add a variable' }).click();
await page.waitForTimeout(1500);
await shot('create');
await page.goto(`${product.url}/images`);
await page.getByRole('button', { name: 'Check now' }).click();
await page.waitForTimeout(3000);
await shot('images');
await browser.close();
await product.stop();
await engine.stop();
