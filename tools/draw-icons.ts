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
await page.setViewportSize({ width: 48, height: 48 });
await page.setContent(`<style>body { margin: 0 } svg { width: 48px; height: 48px }</style>${mark}`);
writeFileSync(join(folder, 'favicon.ico'), icoOf(await page.screenshot({ omitBackground: true }), 48));

/** An icon file of one PNG: what asks for /favicon.ico does not always read the page that names another. */
function icoOf(png: Buffer, size: number): Buffer {
  const head = Buffer.alloc(22);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(1, 4);
  head.writeUInt8(size, 6);
  head.writeUInt8(size, 7);
  head.writeUInt16LE(1, 10);
  head.writeUInt16LE(32, 12);
  head.writeUInt32LE(png.length, 14);
  head.writeUInt32LE(head.length, 18);
  return Buffer.concat([head, png]);
}
