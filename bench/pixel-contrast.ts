import type { Page } from 'playwright-core';

/** A piece of text on the page: where it is, and in which colour and size. */
interface Piece {
  text: string;
  x: number;
  y: number;
  width: number;
  height: number;
  color: [number, number, number];
  isLarge: boolean;
}

/**
 * Text whose contrast against the pixels behind it is below WCAG AA (4.5, or 3 for large text), measured on a screenshot with
 * all text made invisible; the worst hundredth of the pixels counts.
 */
export async function worstContrasts(page: Page): Promise<string[]> {
  const pieces = await page.evaluate<Piece[]>(findText);
  const hidden = await page
    .addStyleTag({
      content:
        '*, *::placeholder { color: transparent !important; -webkit-text-fill-color: transparent !important; caret-color: transparent !important } svg { visibility: hidden !important }',
    })
    .catch(() => null);
  const shot = (await page.screenshot({ animations: 'disabled' })).toString('base64');
  await hidden?.evaluate((element) => element.remove());
  const reader = await page.context().newPage();
  try {
    return await reader.evaluate<string[]>(`(${judge})(${JSON.stringify(shot)}, ${JSON.stringify(pieces)})`);
  } finally {
    await reader.close();
  }
}

const findText = `(() => {
  const pieces = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent.trim();
    const parent = node.parentElement;
    if (!text || !parent || parent.closest('[aria-hidden=true], [disabled], [aria-disabled=true]')) continue;
    // What is folded away has boxes all the same.
    if (!parent.checkVisibility()) continue;
    // Text for screen readers only has a box of one pixel.
    if (parent.clientWidth === 1 && parent.clientHeight === 1) continue;
    const style = getComputedStyle(parent);
    if (style.visibility !== 'visible' || Number(style.opacity) < 1) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const color = /rgba?\\(([\\d.]+), ([\\d.]+), ([\\d.]+)/.exec(style.color);
    if (!color) continue;
    const size = Number.parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    for (const rect of range.getClientRects()) {
      const isOnScreen = rect.width > 2 && rect.height > 2 && rect.top >= 0 && rect.left >= 0 && rect.bottom <= innerHeight && rect.right <= innerWidth;
      if (!isOnScreen) continue;
      const top = document.elementFromPoint(rect.x + rect.width / 2, rect.y + rect.height / 2);
      if (!top || !(parent.contains(top) || top.contains(parent))) continue;
      pieces.push({ text: text.slice(0, 30), x: rect.x, y: rect.y, width: rect.width, height: rect.height, color: [color[1], color[2], color[3]].map(Number), isLarge });
    }
  }
  return pieces;
})()`;

const judge = `async (shot, pieces) => {
  const image = new Image();
  image.src = 'data:image/png;base64,' + shot;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.width;
  canvas.height = image.height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  const channel = (value) => { const v = value / 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
  const luminance = (r, g, b) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const faults = [];
  for (const { text, x, y, width, height, color, isLarge } of pieces) {
    const { data } = context.getImageData(Math.round(x), Math.round(y), Math.max(1, Math.round(width)), Math.max(1, Math.round(height)));
    const own = luminance(...color);
    const ratios = [];
    for (let n = 0; n < data.length; n += 4) {
      const behind = luminance(data[n], data[n + 1], data[n + 2]);
      ratios.push((Math.max(own, behind) + 0.05) / (Math.min(own, behind) + 0.05));
    }
    ratios.sort((a, b) => a - b);
    const worst = ratios[Math.floor(ratios.length / 100)];
    if (worst < (isLarge ? 3 : 4.5)) faults.push('"' + text + '" ' + worst.toFixed(2));
  }
  return faults;
}`;
