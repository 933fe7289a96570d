import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkDeletions } from './delete-feature.ts';
import { type Gate, runModule, type Verdict, verdictOf } from './gate.ts';
import { lintTree } from './lint/index.ts';
import { checkFixtures } from './must-fail.ts';
import { projectFiles, root } from './project-files.ts';

/** Everything that has to hold before a change is handed over, the slowest first. */
export const gates: readonly Gate[] = [
  { name: 'lint (oxlint)', run: () => program('oxlint/bin/oxlint', ['--format', 'unix', '.']) },
  { name: 'a feature can be deleted', run: () => checkDeletions(root) },
  { name: 'gates refuse their fixtures', run: () => checkFixtures(root) },
  { name: 'types: server', run: () => program('typescript/bin/tsc', ['-p', 'tsconfig.server.json']) },
  {
    name: 'unused files, exports, dependencies',
    run: () => program('knip/bin/knip.js', ['--no-progress', '--no-config-hints']),
  },
  { name: 'types: web', run: () => program('typescript/bin/tsc', ['-p', 'tsconfig.web.json']) },
  { name: 'format', run: () => program('@biomejs/biome/bin/biome', ['format', '.']) },
  { name: 'lint (our rules)', run: async () => ownLint() },
  { name: 'generated files are fresh', run: generated },
];

/** Loaded here and not at the top: generators import the product, which may not even load. */
async function generated(): Promise<Verdict> {
  const { staleFiles } = await import('./generate.ts');
  return verdictOf(await staleFiles(root));
}

async function program(path: string, args: readonly string[]): Promise<Verdict> {
  const { code, output } = await runModule(root, path, args);
  return { isOk: code === 0, output };
}

function ownLint(): Verdict {
  const problems = lintTree(projectFiles(), (path) => readFileSync(join(root, path), 'utf8'));
  return verdictOf(problems.map(({ path, line, rule, message }) => `${path}:${line}: ${message} [${rule}]`));
}
