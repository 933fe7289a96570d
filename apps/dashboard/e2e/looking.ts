import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** Looks at a page on which something keeps beginning to move; the last one is believed. */
const mostLooks = 5;

/**
 * What axe finds on a page that keeps somebody from using it (serious and critical), each with the element that has it. Waits until
 * what moves has come to rest, and looks again when something began to move meanwhile: colours of a dialog that is half there are
 * nobody's.
 */
export async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(`globalThis.moves ??= (() => {
    const moves = { begun: 0 };
    for (const kind of ['animationstart', 'transitionrun']) document.addEventListener(kind, () => { moves.begun += 1; }, true);
    return moves;
  })()`);
  for (let looks = 1; ; looks += 1) {
    const begun = await page.evaluate<number>(`Promise.all(document.getAnimations()
      .filter(({ effect, playState }) => playState === 'running' && effect?.getComputedTiming().endTime !== Infinity)
      .map(({ finished }) => finished.catch(() => undefined))).then(() => globalThis.moves.begun)`);
    const { violations } = await new AxeBuilder({ page }).analyze();
    const faults = violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    const hasMoved = (await page.evaluate<number>('globalThis.moves.begun')) !== begun;
    if (faults.length === 0 || !hasMoved || looks === mostLooks) return faults;
  }
}

/** By how many pixels a page is wider than its window. */
export async function overflowOf(page: Page): Promise<number> {
  return await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
}
