import { writeFileSync } from 'node:fs';

/** One measured figure. `figure` and `met` are null when it cannot be measured here; `detail` then says why. */
export interface Figure {
  id: string;
  what: string;
  figure: number | null;
  unit: string;
  target: string;
  met: boolean | null;
  detail: string;
}

/** How much time a benchmark may take. */
export interface BenchOptions {
  quick: boolean;
  /** Rounds of a benchmark that repeats itself; its own number when left out. */
  rounds?: number;
  signal: AbortSignal;
}

/** Each benchmark by its id, loaded when it is asked for. */
const benches: Record<string, () => Promise<{ run(options: BenchOptions): Promise<Figure[]> }>> = {
  P1: () => import('./p1-memory.ts'),
  P2: () => import('./p2-growth.ts'),
  P3: () => import('./p3-open-close.ts'),
  P4: () => import('./p4-idle-cpu.ts'),
  P5: () => import('./p5-cold-start.ts'),
  P6: () => import('./p6-dashboard.ts'),
  P8: () => import('./p8-load.ts'),
  P9: () => import('./p9-history.ts'),
  P10: () => import('./p10-log-latency.ts'),
  P11: () => import('./p11-web.ts'),
  R1: () => import('./r1-deploys.ts'),
  R2: () => import('./r2-websockets.ts'),
  R4: () => import('./r4-kill.ts'),
  'R4-DOMAINS': () => import('./r4-domains.ts'),
  R6: () => import('./r6-time-warp.ts'),
  R7: () => import('./r7-broken-routes.ts'),
  R8: () => import('./r8-dns-writers.ts'),
  R9: () => import('./r9-renewal.ts'),
  R10: () => import('./r10-independence.ts'),
  S1: () => import('./s1-shell.ts'),
  S2: () => import('./s2-hostile.ts'),
  S3: () => import('./s3-matrix.ts'),
  S5: () => import('./s5-secrets.ts'),
  S6: () => import('./s6-broker.ts'),
};

if (import.meta.main) await main(process.argv.slice(2));

async function main(argv: string[]): Promise<void> {
  const flags = new Set(argv.filter((arg) => arg.startsWith('--')));
  const wanted = argv.filter((arg) => !arg.startsWith('--')).map((id) => id.toUpperCase());
  const unknown = wanted.filter((id) => !(id in benches));
  if (unknown.length > 0)
    throw new Error(
      `There is no benchmark ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.`,
    );
  const given = [...flags].find((flag) => flag.startsWith('--rounds='))?.slice('--rounds='.length);
  const rounds = given === undefined ? {} : { rounds: wholeNumber(given) };
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const figures: Figure[] = [];
  for (const [id, load] of Object.entries(benches)) {
    if (wanted.length > 0 && !wanted.includes(id)) continue;
    process.stderr.write(`${id} ...\n`);
    const { run } = await load();
    figures.push(...(await run({ quick: flags.has('--quick'), ...rounds, signal: stop.signal })));
  }
  if (flags.has('--json')) writeFileSync(1, `${JSON.stringify(figures, null, 2)}\n`);
  else printTable(figures);
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--rounds=${text} is no number of rounds.`);
  return number;
}

function printTable(figures: Figure[]): void {
  const rows = figures.map(({ id, what, figure, unit, target, met }) => [
    id,
    what,
    figure === null ? '-' : String(figure),
    unit,
    target,
    met === null ? 'not measured' : met ? 'met' : 'MISSED',
  ]);
  const table = [['id', 'what', 'figure', 'unit', 'target', ''], ...rows];
  const widths = [0, 1, 2, 3, 4, 5].map((column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of table)
    process.stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
  for (const { id, detail } of figures) if (detail !== '') process.stdout.write(`${id}: ${detail}\n`);
}
