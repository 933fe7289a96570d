import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchOptions, Figure } from './bench.ts';
import { rounded } from './measure.ts';

/** S3: the share of generated cases (endpoint, role, wrong Host, wrong Origin) that answer as the contract promises. */
export async function run(_options: BenchOptions): Promise<Figure[]> {
  const root = join(import.meta.dirname, '..');
  const dir = mkdtempSync(join(tmpdir(), 'nebula-s3-'));
  const report = join(dir, 'report.json');
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [
    vitest,
    'run',
    'apps/dashboard/matrix.integration.test.ts',
    '--reporter=json',
    `--outputFile=${report}`,
  ];
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'ignore' });
  await once(child, 'exit');
  const { numTotalTests, numPassedTests } = JSON.parse(readFileSync(report, 'utf8')) as {
    numTotalTests: number;
    numPassedTests: number;
  };
  rmSync(dir, { recursive: true, force: true });
  const figure = rounded((numPassedTests / numTotalTests) * 100);
  const detail = `${numPassedTests} of ${numTotalTests} cases; each case with Host and Origin tries nine requests`;
  return [
    {
      id: 'S3',
      what: 'Answers as the contract promises',
      figure,
      unit: '%',
      target: '100',
      met: figure === 100 && numTotalTests > 0,
      detail,
    },
  ];
}
