import { setTimeout as sleep } from 'node:timers/promises';
import { launchBrowser, type Product, startEngine, startProduct } from '@nebula/testbed';
import type { BenchOptions, Figure } from './bench.ts';
import { startSleepers } from './containers.ts';
import { cpuSeconds, median } from './measure.ts';
import { ownerKey, signIn } from './owner.ts';

const containers = 40;

/** P4: processor time at rest of server, broker and database, 40 containers, 5 s sampling; without and with one browser. */
export async function run({ quick, signal }: BenchOptions): Promise<Figure[]> {
  await using engine = await startEngine();
  await startSleepers(engine, containers, 'idle');
  await using product = await startProduct({ engine: engine.socket });
  await ownerKey(product);
  const spans = quick ? 3 : 5;
  const seconds = quick ? 20 : 60;
  await sleep(quick ? 30_000 : 120_000, undefined, { signal });
  const alone = await percentages(product, spans, seconds, signal);

  await using browser = await launchBrowser({ viewport: { width: 1440, height: 900 } });
  const page = await browser.context.newPage();
  await signIn(page, product);
  await page.locator('[data-tile="containers"]').getByText(`${containers} containers`).waitFor();
  await sleep(quick ? 10_000 : 60_000, undefined, { signal });
  const watched = await percentages(product, spans, seconds, signal);
  return [
    figureOf('no browser', alone, 1.0, seconds),
    figureOf('one browser on the overview', watched, 2.5, seconds),
  ];
}

function figureOf(what: string, all: Parts[], target: number, seconds: number): Figure {
  const of = (part: keyof Parts) => rounded100(median(all.map((one) => one[part])));
  const figure = rounded100(median(all.map(({ server, broker, postgres }) => server + broker + postgres)));
  return {
    id: 'P4',
    what: `Idle CPU of server, broker and database, ${what}`,
    figure,
    unit: '% of a core',
    target: `<= ${target}`,
    met: figure <= target,
    detail: `${what}: server ${of('server')}, broker ${of('broker')}, PostgreSQL ${of('postgres')}; median of ${all.length} spans of ${seconds} s, ${containers} containers`,
  };
}

interface Parts {
  server: number;
  broker: number;
  postgres: number;
}

async function percentages(
  product: Product,
  spans: number,
  seconds: number,
  signal: AbortSignal,
): Promise<Parts[]> {
  const found: Parts[] = [];
  for (let span = 0; span < spans; span += 1) {
    const { server, broker, postgres } = product.processes();
    const before = new Map([server, broker, ...postgres].map((pid) => [pid, usedBy(pid)]));
    await sleep(seconds * 1000, undefined, { signal });
    const percent = (pids: number[]) =>
      pids.reduce((sum, pid) => {
        const [from, to] = [before.get(pid) ?? null, usedBy(pid)];
        return from === null || to === null ? sum : sum + ((to - from) / seconds) * 100;
      }, 0);
    found.push({ server: percent([server]), broker: percent([broker]), postgres: percent(postgres) });
  }
  return found;
}

/** Seconds used so far; null when it has ended, as a connection's process of the database may. */
function usedBy(pid: number): number | null {
  try {
    return cpuSeconds(pid);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return null;
    throw error;
  }
}

/** Two decimals: targets are given with one. */
function rounded100(value: number): number {
  return Math.round(value * 100) / 100;
}
