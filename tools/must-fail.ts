import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { linkModules } from './copy-project.ts';
import { runModule, type Verdict, verdictOf } from './gate.ts';
import { fileRules, lintTree, treeRules } from './lint/index.ts';

/**
 * Checks that every gate still refuses what it is there for: each folder `fixtures/<gate>/<what it must say>` holds
 * files, at paths as in the project, that break one rule. A gate that says nothing about them fails.
 */
export async function checkFixtures(root: string): Promise<Verdict> {
  const checks = [checkOxlint(root), checkTypes(root), checkFormat(root), checkUnused(root)];
  return verdictOf([...checkOwnRules(root), ...(await Promise.all(checks)).flat()]);
}

interface Fixture {
  /** Name of its folder: what the gate must say. */
  expected: string;
  dir: string;
  files: string[];
}

function fixturesOf(root: string, gate: string): Fixture[] {
  const folder = join(root, 'tools', 'fixtures', gate);
  return readdirSync(folder)
    .map((name) => ({ expected: name, dir: join(folder, name) }))
    .filter(({ dir }) => statSync(dir).isDirectory())
    .map((fixture) => ({ ...fixture, files: filesIn(fixture.dir) }));
}

function filesIn(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)));
}

function checkOwnRules(root: string): string[] {
  const fixtures = fixturesOf(root, 'own');
  const silent = fixtures.filter(({ expected, dir, files }) => {
    const problems = lintTree(files, (path) => readFileSync(join(dir, path), 'utf8'));
    return !problems.some(({ rule }) => rule === expected);
  });
  const covered = new Set(fixtures.map(({ expected }) => expected));
  const bare = [...fileRules, ...treeRules].filter(({ name }) => !covered.has(name));
  return [
    ...silent.map(({ expected }) => `our rule ${expected} says nothing about its fixture`),
    ...bare.map(({ name }) => `our rule ${name} has no fixture that must fail`),
  ];
}

/** Folders are named `<plugin>.<rule>`; oxlint says `plugin(rule)`. */
async function checkOxlint(root: string): Promise<string[]> {
  const fixtures = fixturesOf(root, 'oxlint');
  using tree = merge(root, fixtures, ['.oxlintrc.json', ...compilerSettings]);
  const { output } = await runModule(
    root,
    'oxlint/bin/oxlint',
    ['--format', 'unix', 'apps', 'packages'],
    tree.dir,
  );
  const lines = output.split('\n');
  return fixtures.flatMap(({ expected, files }) => {
    const [plugin, rule] = expected.split('.');
    const isSaid = lines.some(
      (line) => line.includes(`/${plugin}(${rule})]`) && files.some((file) => line.startsWith(`${file}:`)),
    );
    return isSaid ? [] : [`oxlint says nothing of ${plugin}(${rule}) about its fixture`];
  });
}

/** Folders are named `<code>-<what>`; the compiler says `error <code>`. */
async function checkTypes(root: string): Promise<string[]> {
  const fixtures = fixturesOf(root, 'types');
  const config = join(root, 'tools', 'fixtures', 'types', 'tsconfig.json');
  const { output } = await runModule(root, 'typescript/bin/tsc', ['-p', config]);
  const lines = output.split('\n');
  return fixtures.flatMap(({ expected }) => {
    const code = expected.split('-')[0];
    const isSaid = lines.some((line) => line.includes(`/${expected}/`) && line.includes(`error ${code}:`));
    return isSaid ? [] : [`the type check does not say ${code} about its fixture`];
  });
}

async function checkFormat(root: string): Promise<string[]> {
  const fixtures = fixturesOf(root, 'format');
  using tree = merge(root, fixtures, ['biome.json', '.gitignore']);
  const { output } = await runModule(root, '@biomejs/biome/bin/biome', ['format', '.'], tree.dir);
  return fixtures
    .filter(({ files }) => !files.every((file) => output.includes(`${file} format`)))
    .map(({ expected }) => `the formatter says nothing about its fixture ${expected}`);
}

/** Folders are named as knip's headings: `Unused exports (1)` stands over the lines of that kind. */
async function checkUnused(root: string): Promise<string[]> {
  const fixtures = fixturesOf(root, 'unused');
  using tree = merge(root, fixtures, ['package.json', 'knip.json', ...compilerSettings]);
  const { output } = await runModule(
    root,
    'knip/bin/knip.js',
    ['--no-progress', '--no-config-hints'],
    tree.dir,
  );
  let heading = '';
  const said = output.split('\n').map((line) => {
    heading = /^(Un[a-z ]+) \(\d+\)$/.exec(line)?.[1] ?? heading;
    return `${heading}: ${line}`;
  });
  return fixtures.flatMap(({ expected, files }) => {
    const isSaid = said.some(
      (line) => line.startsWith(`${expected}:`) && files.some((file) => line.includes(file)),
    );
    return isSaid ? [] : [`knip says nothing of ${expected} about its fixture`];
  });
}

const compilerSettings = ['tsconfig.json', 'tsconfig.base.json', 'tsconfig.server.json', 'tsconfig.web.json'];

/** A temporary project that holds some of our settings and the files of all fixtures at their paths. */
function merge(
  root: string,
  fixtures: readonly Fixture[],
  settings: readonly string[],
): Disposable & { dir: string } {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'nebula-fixtures-')));
  for (const name of settings) cpSync(join(root, name), join(dir, name));
  for (const fixture of fixtures) {
    const taken = fixture.files.find((file) => existsSync(join(dir, file)));
    if (taken !== undefined) throw new Error(`Two fixtures hold ${taken}.`);
    cpSync(fixture.dir, dir, { recursive: true });
  }
  linkModules(root, dir);
  return { dir, [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }) };
}
