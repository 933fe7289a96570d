import { setTimeout as sleep } from 'node:timers/promises';
import { launchBrowser, type Product, startEngine, startProduct } from '@nebula/testbed';
import type { BenchOptions, Figure } from './bench.ts';
import { startSleepers } from './containers.ts';
import { pssMiB, rounded } from './measure.ts';
import { ownerKey, signIn } from './owner.ts';

const containers = 60;
const everySeconds = 20;

/** P2: growth of memory of server, broker and database, 60 containers, 5 s sampling, two live browsers. */
export async function run({ quick, signal }: BenchOptions): Promise<Figure[]> {
  await using engine = await startEngine();
  await startSleepers(engine, containers, 'grow');
  await using product = await startProduct({ engine: engine.socket });
  await ownerKey(product);
  await using one = await launchBrowser({ viewport: { width: 1440, height: 900 } });
  await using other = await launchBrowser({ viewport: { width: 390, height: 844 } });
  for (const [{ context }, path] of [
    [one, '/'],
    [other, '/containers'],
  ] as const) {
    const page = await context.newPage();
    await signIn(page, product);
    await page.goto(`${product.url}${path}`);
    await page.getByText('Live', { exact: true }).first().waitFor();
  }
  const warmUpMinutes = quick ? 2 : 15;
  const minutes = quick ? 5 : 30;
  await sleep(warmUpMinutes * 60_000, undefined, { signal });
  const looks: { hours: number; parts: Parts }[] = [];
  const started = performance.now();
  while (performance.now() - started < minutes * 60_000) {
    await sleep(everySeconds * 1000, undefined, { signal });
    looks.push({ hours: (performance.now() - started) / 3_600_000, parts: memoryOf(product) });
  }
  const slope = (of: (parts: Parts) => number) =>
    rounded(slopeOf(looks.map(({ hours, parts }) => [hours, of(parts)])));
  const growth = slope(totalOf);
  const memory = looks.map(({ parts }) => totalOf(parts));
  const each = `server ${slope(({ server }) => server)}, broker ${slope(({ broker }) => broker)}, PostgreSQL ${slope(({ postgres }) => postgres)}`;
  return [
    {
      id: 'P2',
      what: 'Growth of memory with two live browsers',
      figure: growth,
      unit: 'MiB/h',
      target: '<= 1',
      met: growth <= 1,
      detail: `least-squares slope over ${looks.length} looks in ${minutes} min after ${warmUpMinutes} min to warm up; ${rounded(memory[0] ?? 0)} MiB first, ${rounded(memory.at(-1) ?? 0)} last, ${rounded(Math.min(...memory))} to ${rounded(Math.max(...memory))}; ${each} MiB/h; ${containers} containers`,
    },
  ];
}

/** MiB of each process, the database's together. */
interface Parts {
  server: number;
  broker: number;
  postgres: number;
}

const totalOf = ({ server, broker, postgres }: Parts) => server + broker + postgres;

function memoryOf(product: Product): Parts {
  const { server, broker, postgres } = product.processes();
  return {
    server: pssMiB(server),
    broker: pssMiB(broker),
    postgres: postgres.map(pssMiB).reduce((sum, value) => sum + value, 0),
  };
}

/** Slope of the line that fits the points best. */
function slopeOf(points: [x: number, y: number][]): number {
  const mean = (numbers: number[]) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const [middle, level] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const joint = points.reduce((sum, [x, y]) => sum + (x - middle) * (y - level), 0);
  return joint / points.reduce((sum, [x]) => sum + (x - middle) ** 2, 0);
}
