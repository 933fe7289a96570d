import { fuzz, hostileCases, makeGround, runHostile } from '@nebula/broker/testing';
import type { BenchOptions, Figure } from './bench.ts';

/** S6: hostile bodies and routes against the broker's Docker API, then a fuzzer: 10 minutes, or 20 seconds quick. */
export async function run({ quick, signal }: BenchOptions): Promise<Figure[]> {
  await using ground = await makeGround();
  const through: string[] = [];
  const cases = hostileCases(ground);
  for (const hostile of cases) {
    if (signal.aborted) break;
    const problem = await runHostile(ground, hostile);
    if (problem !== undefined) through.push(`${hostile.name}: ${problem}`);
  }
  const seed = Date.now() % 2 ** 32;
  const until = performance.now() + (quick ? 20_000 : 600_000);
  const report = await fuzz(ground, seed, () => signal.aborted || performance.now() >= until);
  through.push(...report.through);
  const sent = `${cases.length} cases; ${report.requests} fuzzed requests, ${report.passed} of them judged fit (seed ${seed})`;
  const isWhole = !signal.aborted && cases.length >= 300 && report.passed > 0;
  return [
    {
      id: 'S6',
      what: "Hostile requests that got through the broker's Docker API",
      figure: isWhole ? through.length : null,
      unit: 'requests',
      target: '0',
      met: isWhole ? through.length === 0 : null,
      detail: [sent, ...(isWhole ? [] : ['the run was cut short']), ...through.slice(0, 5)].join('; '),
    },
  ];
}
