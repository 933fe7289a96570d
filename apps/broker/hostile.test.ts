import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HostileGround, makeGround } from './testing/ground.ts';
import { fuzz } from './testing/fuzz.ts';
import { hostileCases } from './testing/hostile-cases.ts';
import { runHostile } from './testing/run-hostile.ts';

let ground: HostileGround;
beforeAll(async () => {
  ground = await makeGround();
});
afterAll(() => ground[Symbol.asyncDispose]());

test('none of the hostile cases gets through', async () => {
  const cases = hostileCases(ground);
  const through: string[] = [];
  for (const hostile of cases) {
    const problem = await runHostile(ground, hostile);
    if (problem !== undefined) through.push(`${hostile.name}: ${problem}`);
  }

  expect(through).toEqual([]);
  expect(cases.length).toBeGreaterThanOrEqual(300);
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
});

test('nothing that 1,500 half-right requests carry to the engine holds power', async () => {
  const report = await fuzz(ground, 1, (requests) => requests >= 1_500);

  expect(report.through).toEqual([]);
  expect(report.passed).toBeGreaterThan(300);
});
