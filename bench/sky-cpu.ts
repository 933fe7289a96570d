import { readdirSync, readFileSync } from 'node:fs';
import { launchBrowser } from '@nebula/testbed';
import type { BrowserContext } from 'playwright-core';
import { cpuSeconds, median, rounded } from './measure.ts';

/** What the moving stars cost, in percent of one core: a quiet page with them, less the same page with them paused. */
export async function skyCpu(
  url: string,
  signIn: (context: BrowserContext) => Promise<void>,
  isQuick: boolean,
) {
  await using browser = await launchBrowser({ viewport: { width: 1440, height: 900 } });
  await signIn(browser.context);
  const costs: number[] = [];
  for (let n = 0; n < (isQuick ? 2 : 4); n += 1) {
    const still = await cpuOf(browser.context, url, true);
    costs.push((await cpuOf(browser.context, url, false)) - still);
  }
  return rounded(Math.max(0, median(costs)));
}

const seconds = 20;

async function cpuOf(context: BrowserContext, url: string, isPaused: boolean): Promise<number> {
  const page = await context.newPage();
  await page.addInitScript(`localStorage.setItem('nebula-sky-paused', '${isPaused ? 'yes' : 'no'}')`);
  await page.goto(`${url}/shortcuts`);
  await page.waitForTimeout(8000);
  const before = browserSeconds();
  await page.waitForTimeout(seconds * 1000);
  const used = browserSeconds() - before;
  await page.close();
  return (used / seconds) * 100;
}

/** Processor time of every Chromium process that descends from this one. */
function browserSeconds(): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(Number(name));
    if (parent !== null) parents.set(Number(name), parent);
  }
  const isOurs = (pid: number): boolean => {
    for (let at = parents.get(pid); at !== undefined && at > 1; at = parents.get(at))
      if (at === process.pid) return true;
    return false;
  };
  return [...parents.keys()]
    .filter((pid) => isOurs(pid) && isBrowser(pid))
    .reduce((sum, pid) => sum + secondsOf(pid), 0);
}

/** Seconds of a process; none for one that has gone. */
function secondsOf(pid: number): number {
  return parentOf(pid) === null ? 0 : cpuSeconds(pid);
}

function isBrowser(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').includes('chrom');
  } catch {
    // It ended between the listing and this look.
    return false;
  }
}

/** Parent of a process; null for one that has gone. */
function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    // It ended between the listing and this look.
    return null;
  }
}
