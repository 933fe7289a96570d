import { documentedExports } from './documented.ts';
import { exitInMain } from './exits.ts';
import { importEndings } from './import-endings.ts';
import { oneWay } from './layers.ts';
import { featureFiles, folderNames, indexAtRoots } from './names.ts';
import { readmes } from './readmes.ts';
import type { FileRule, TreeRule } from './rule.ts';
import { noShell } from './shell.ts';
import { type Problem, readSource } from './source.ts';
import { sqlInStore } from './sql.ts';
import { tokensOnly } from './tokens.ts';
import { honestTests, noHistory, noStubs } from './words.ts';

/** Our rules about one file each. */
export const fileRules: readonly FileRule[] = [
  importEndings,
  oneWay,
  sqlInStore,
  noShell,
  exitInMain,
  tokensOnly,
  noStubs,
  noHistory,
  honestTests,
];

/** Our rules about which files there are. */
export const treeRules: readonly TreeRule[] = [
  folderNames,
  indexAtRoots,
  featureFiles,
  readmes,
  documentedExports,
];

/** A problem with the name of its rule. */
export interface NamedProblem extends Problem {
  rule: string;
}

/** Runs all our rules over the files of a tree; `read` answers the text of one. */
export function lintTree(paths: readonly string[], read: (path: string) => string): NamedProblem[] {
  const problems: NamedProblem[] = [];
  for (const path of paths.filter((name) => /\.(?:tsx?|mjs|css)$/.test(name))) {
    const file = readSource(path, read(path));
    for (const rule of fileRules)
      for (const problem of rule.check(file)) problems.push({ ...problem, rule: rule.name });
  }
  for (const rule of treeRules) {
    for (const problem of rule.checkTree(paths, read)) problems.push({ ...problem, rule: rule.name });
  }
  return problems;
}
