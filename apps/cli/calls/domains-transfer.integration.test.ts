import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type TestApp, testApp } from '../../dashboard/testing.ts';
import { nebula } from '../fixtures/nebula.ts';

let app: TestApp;
let env: Record<string, string>;
let dir: string;

beforeAll(async () => {
  app = await testApp(inject('postgres'));
  env = { NEBULA_URL: app.url, NEBULA_API_KEY: (await app.as('operator')).key ?? '' };
  dir = await mkdtemp(join(tmpdir(), 'nebula-domains-'));
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

test('domains are looked at, imported, exported and found to be the same from a terminal', async () => {
  const file = join(dir, 'domains.csv');
  await writeFile(
    file,
    'name,kind,leads_to,note\na.home.test,container,web:80,=1+1\nb.home.test,container,web:0,\n',
  );

  const looked = await nebula(['domains', 'import', file, '--dry-run'], { env });
  const refused = await nebula(['domains', 'import', file], { env });
  const done = await nebula(['domains', 'import', '-', '--leaves-out-invalid', '--json'], {
    env,
    input: 'name,kind,leads_to,note\na.home.test,container,web:80,=1+1\nb.home.test,container,web:0,\n',
  });
  const out = await nebula(['domains', 'export', '--format', 'csv'], { env });
  await writeFile(file, out.out);
  const again = await nebula(['domains', 'import', file, '--dry-run'], { env });

  expect([looked.code, looked.err]).toEqual([0, '']);
  expect(looked.out).toMatch(/LINE +NAME +VERDICT +DOES +LEADS TO +WHY/);
  expect(looked.out).toMatch(/2 +a\.home\.test +new +create +web:80/);
  expect(looked.out).toMatch(/3 +b\.home\.test +invalid +nothing .*target\.port/);
  expect([refused.code, refused.err]).toEqual([
    expect.any(Number),
    expect.stringContaining('nothing was imported'),
  ]);
  expect(refused.code).not.toBe(0);
  expect(JSON.parse(done.out)).toMatchObject({ isDone: true, created: 1 });
  expect(out.out).toContain("'=1+1");
  expect(again.out).toMatch(/a\.home\.test +same +nothing/);
});
