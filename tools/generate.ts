import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as apiTable from './generators/api-table.ts';
import * as envExample from './generators/env-example.ts';
import * as settingsPage from './generators/settings-page.ts';
import { root } from './project-files.ts';

/** A file that is made from the code and lies in the repository, so that a diff shows what changed. */
export interface GeneratedFile {
  /** Path from the project's root. */
  path: string;
  produce(): string | Promise<string>;
}

/** Every generated file; `npm run verify` fails when one differs from what its source says. */
export const generatedFiles: readonly GeneratedFile[] = [apiTable, envExample, settingsPage];

/** One line for each file that is missing or differs from what it would be. */
export async function staleFiles(
  base: string,
  files: readonly GeneratedFile[] = generatedFiles,
): Promise<string[]> {
  const problems: string[] = [];
  for (const { path, produce } of files) {
    const place = join(base, path);
    const text = existsSync(place) ? readFileSync(place, 'utf8') : null;
    if (text === null) problems.push(`${path} is missing: run node tools/run.mjs tools/generate.ts`);
    else if (text !== (await produce()))
      problems.push(`${path} is stale: run node tools/run.mjs tools/generate.ts`);
  }
  return problems;
}

if (import.meta.main) {
  if (process.argv.includes('--check')) {
    const problems = await staleFiles(root);
    process.stdout.write(problems.map((problem) => `${problem}\n`).join(''));
    process.exitCode = problems.length === 0 ? 0 : 1;
  } else {
    for (const { path, produce } of generatedFiles) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), await produce());
    }
    process.stdout.write(`${generatedFiles.length} files written.\n`);
  }
}
