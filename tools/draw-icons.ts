import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser } from '@nebula/testbed';
import { root } from './project-files.ts';

// Draws the icons of the installed app from favicon.svg; run it when that changes and commit what it writes.
const folder = join(root, 'apps', 'dashboard', 'web', 'public');
const mark = readFileSync(join(folder, 'favicon.svg'), 'utf8');
const icons = [
  { name: 'icon-192.png', size: 192, share: 1 },
  { name: 'icon-512.png', size: 512, share: 1 },
  { name: 'icon-180.png', size: 180, share: 0.86 },
  // Launchers cut a maskable icon to their own shape; only the middle four fifths are sure to be seen.
  { name: 'icon-maskable-512.png', size: 512, share: 0.72 },
];

await using browser = await launchBrowser({ viewport: { width: 512, height: 512 } });
const page = await browser.context.newPage();
for (const { name, size, share } of icons) {
  await page.setViewportSize({ width: size, height: size });
  const isFull = share === 1;
  await page.setContent(`<style>
    html { background: ${isFull ? 'transparent' : '#05060f'} }
    body { margin: 0; height: 100vh; display: grid; place-items: center }
    svg { width: ${share * 100}%; height: ${share * 100}% }
  </style>${mark}`);
  writeFileSync(join(folder, name), await page.screenshot({ omitBackground: isFull }));
}
