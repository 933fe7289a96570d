import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkFixtures } from './must-fail.ts';
import { root } from './project-files.ts';

const settings = readdirSync(root).filter((name) =>
  /^(?:\.oxlintrc|biome|knip|package|tsconfig.*)\.json$|^\.gitignore$/.test(name),
);
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'nebula-must-fail-'));
  for (const name of settings) cpSync(join(root, name), join(copy, name));
  cpSync(join(root, 'tools', 'fixtures'), join(copy, 'tools', 'fixtures'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
});

afterAll(() => {
  rmSync(copy, { recursive: true });
});

describe('the gates', () => {
  it('refuse every fixture', async () => {
    expect(await checkFixtures(root)).toEqual({ isOk: true, output: '' });
  });

  it('are told off when they let a fixture pass', async () => {
    const fixtures = join(copy, 'tools', 'fixtures');
    const clean = 'export const one = 1;\n';
    writeFileSync(join(fixtures, 'own/no-stubs/packages/db/later.ts'), clean);
    writeFileSync(join(fixtures, 'oxlint/eslint.eqeqeq/packages/db/loose.ts'), clean);
    writeFileSync(join(fixtures, 'types/TS1294-enum/enum.ts'), clean);
    writeFileSync(join(fixtures, 'format/css/packages/ui/loose.css'), '.a {\n  color: red;\n}\n');
    writeFileSync(join(fixtures, 'unused/Unused exports/packages/idle/used.ts'), 'export const used = 1;\n');

    const verdict = await checkFixtures(copy);

    expect(verdict.output.split('\n')).toEqual([
      'our rule no-stubs says nothing about its fixture',
      'oxlint says nothing of eslint(eqeqeq) about its fixture',
      'the type check does not say TS1294 about its fixture',
      'the formatter says nothing about its fixture css',
      'knip says nothing of Unused exports about its fixture',
    ]);
  });

  it('are told off when a rule of ours has no fixture', async () => {
    rmSync(join(copy, 'tools/fixtures/own/no-shell'), { recursive: true });

    const verdict = await checkFixtures(copy);

    expect(verdict.output).toContain('our rule no-shell has no fixture that must fail');
  });
});
