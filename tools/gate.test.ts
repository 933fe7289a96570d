import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Gate, runGates, verdictOf } from './gate.ts';
import { staleFiles } from './generate.ts';

async function collect(gates: Gate[], width: number) {
  const ended: [name: string, isOk: boolean, output: string][] = [];
  for await (const { gate, verdict } of runGates(gates, width)) {
    ended.push([gate.name, verdict.isOk, verdict.output.split('\n')[0] ?? '']);
  }
  return ended;
}

describe('the gates', () => {
  it('run no more at once than there is room for, and all of them', async () => {
    let running = 0;
    let most = 0;
    const gate = (name: string): Gate => ({
      name,
      run: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
        return verdictOf([]);
      },
    });

    const ended = await collect(['a', 'b', 'c', 'd', 'e'].map(gate), 2);

    expect(ended.map(([name]) => name).toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(most).toBe(2);
  });

  it('fail when they cannot run, and do not keep the others from running', async () => {
    const ended = await collect(
      [
        { name: 'broken', run: () => Promise.reject(new Error('no compiler')) },
        { name: 'fine', run: async () => verdictOf([]) },
        { name: 'refusing', run: async () => verdictOf(['a problem']) },
      ],
      1,
    );

    expect(ended).toEqual([
      ['broken', false, 'Error: no compiler'],
      ['fine', true, ''],
      ['refusing', false, 'a problem'],
    ]);
  });
});

describe('generated files', () => {
  it('are refused when they are missing or differ from their source', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'nebula-generated-'));
    writeFileSync(join(dir, 'fresh.md'), 'as it is');
    writeFileSync(join(dir, 'stale.md'), 'as it was');
    const files = ['fresh.md', 'stale.md', 'missing.md'].map((path) => ({
      path,
      produce: async () => 'as it is',
    }));

    const problems = await staleFiles(dir, files);

    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'stale.md is stale',
      'missing.md is missing',
    ]);
    rmSync(dir, { recursive: true });
  });
});
