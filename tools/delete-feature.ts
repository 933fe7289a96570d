import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyProject } from './copy-project.ts';
import { runModule, type Verdict, verdictOf } from './gate.ts';
import { importsOf, targetOf } from './lint/imports.ts';
import { readSource } from './lint/source.ts';
import { projectFiles, root } from './project-files.ts';

const app = 'apps/dashboard';
const registries = ['features.ts', 'contract.ts', 'web/features.ts'].map((name) => `${app}/${name}`);

/** Names of the dashboard's features. */
export function featuresOf(base: string): string[] {
  const folder = join(base, app, 'features');
  return existsSync(folder) ? readdirSync(folder).toSorted() : [];
}

/** Files outside a feature that import it, the registries left out. */
export function dependentsOf(base: string, feature: string): string[] {
  return dependentsIn(importGraph(base), feature);
}

function dependentsIn(graph: ImportGraph, feature: string): string[] {
  return graph
    .filter(({ targets }) => targets.has(feature))
    .map(({ path }) => path)
    .filter((path) => !path.startsWith(`${app}/features/${feature}/`) && !registries.includes(path));
}

/** Text of a registry without the lines that name a feature: its imports, and the entries that use what they bring. */
export function withoutFeature(text: string, feature: string): string {
  const names = new Set<string>();
  const statement = new RegExp(
    `^import\\s+(?:type\\s+)?\\{([^}]*)\\}\\s*from\\s*'[^']*features/${feature}/[^']*';\\n`,
    'gm',
  );
  const rest = text.replace(statement, (_, list: string) => {
    for (const part of list.split(',')) {
      const name = part
        .trim()
        .replace(/^type\s+/, '')
        .split(/\s+as\s+/)
        .at(-1);
      if (name !== undefined && name !== '') names.add(name);
    }
    return '';
  });
  let result = rest
    .split('\n')
    .filter((line) => !line.includes(`features/${feature}/`))
    .join('\n');
  for (const name of names) {
    // An entry of an object on its own line, with or without a key, or an element of a list.
    result = result.replace(new RegExp(`^\\s*(?:[\\w'"-]+:\\s*)?${name},\\n`, 'gm'), '');
    result = result.replace(
      new RegExp(
        `(?<=[[{,]\\s*)\\b${name}\\b\\s*,\\s*|,\\s*\\b${name}\\b(?=\\s*[\\]}])|(?<=\\[)\\b${name}\\b(?=\\])`,
        'g',
      ),
      '',
    );
  }
  return result;
}

/** A copy of the apps in which features can be deleted; what one check learned of the types serves the next. */
export function openTrial(
  base: string,
): Disposable & { errorsWithout(features: readonly string[]): Promise<string> } {
  const copy = copyProject(base, (path) => /^(?:apps|packages|testbed|launch)\/|^[^/]+\.json$/.test(path));
  // Only apps know features, so what else the project holds is not checked again.
  const server = { extends: './tsconfig.server.json', include: ['apps/**/*.ts', '**/global-setup.ts'] };
  writeFileSync(join(copy.dir, 'tsconfig.apps.json'), JSON.stringify(server));
  const check = async (project: string) => {
    const cache = ['--incremental', '--tsBuildInfoFile', join(copy.dir, `${project}.tsbuildinfo`)];
    const { code, output } = await runModule(base, 'typescript/bin/tsc', ['-p', project, ...cache], copy.dir);
    return code === 0 ? '' : output;
  };
  const errorsWithout = async (features: readonly string[]) => {
    for (const feature of features) rmSync(join(copy.dir, app, 'features', feature), { recursive: true });
    for (const path of registries.filter((registry) => existsSync(join(base, registry)))) {
      const text = features.reduce(withoutFeature, readFileSync(join(base, path), 'utf8'));
      writeFileSync(join(copy.dir, path), text);
    }
    const errors = await Promise.all(['tsconfig.apps.json', 'tsconfig.web.json'].map(check));
    for (const feature of features) {
      cpSync(join(base, app, 'features', feature), join(copy.dir, app, 'features', feature), {
        recursive: true,
      });
    }
    return errors.join('');
  };
  return { errorsWithout, [Symbol.dispose]: () => copy[Symbol.dispose]() };
}

/**
 * Groups to delete together: for each two of the features, one group holds the first without the second. So a few
 * type checks find every dependency, however many features there are.
 */
export function separatingGroups(features: readonly string[]): string[][] {
  const bits = Math.ceil(Math.log2(features.length));
  if (features.length <= 2 * bits || features.length === 1) return features.map((feature) => [feature]);
  return Array.from({ length: 2 * bits }, (_, group) =>
    features.filter((_feature, index) => ((index >> (group >> 1)) & 1) === (group & 1)),
  ).filter((group) => group.length > 0);
}

/** Checks that each feature nobody imports goes with its folder and its registry lines. */
export async function checkDeletions(base: string): Promise<Verdict> {
  const graph = importGraph(base);
  const free = featuresOf(base).filter((feature) => dependentsIn(graph, feature).length === 0);
  const problems: string[] = [];
  using trial = openTrial(base);
  for (const group of separatingGroups(free)) {
    const errors = await trial.errorsWithout(group);
    if (errors !== '') problems.push(`Without ${group.join(', ')} the type checks say:\n${errors}`);
  }
  return verdictOf(problems);
}

type ImportGraph = { path: string; targets: Set<string> }[];

/** Each file of the project with the features it imports. */
function importGraph(base: string): ImportGraph {
  return projectFiles(base)
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => {
      const file = readSource(path, readFileSync(join(base, path), 'utf8'));
      const features = importsOf(file).flatMap(({ specifier }) => {
        const feature = new RegExp(`^${app}/features/([^/]+)/`).exec(targetOf(file, specifier))?.[1];
        return feature === undefined ? [] : [feature];
      });
      return { path, targets: new Set(features) };
    });
}

if (import.meta.main) {
  const [feature] = process.argv.slice(2);
  if (feature === undefined || !featuresOf(root).includes(feature)) {
    process.stdout.write(`Usage: delete-feature.ts <feature>; one of: ${featuresOf(root).join(', ')}\n`);
    process.exitCode = 2;
  } else {
    const dependents = dependentsOf(root, feature);
    using trial = openTrial(root);
    const errors = await trial.errorsWithout([feature]);
    process.stdout.write(
      dependents.length === 0
        ? `Nothing imports ${feature}.\n`
        : `These import ${feature}:\n${dependents.map((path) => `  ${path}`).join('\n')}\n`,
    );
    process.stdout.write(
      errors === '' ? 'Without it the types still hold.\n' : `Without it the type checks say:\n${errors}`,
    );
    process.exitCode = errors === '' ? 0 : 1;
  }
}
