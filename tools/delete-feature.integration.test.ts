import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { linkModules } from './copy-project.ts';
import { checkDeletions, dependentsOf, separatingGroups, withoutFeature } from './delete-feature.ts';
import { root } from './project-files.ts';

describe('a registry without a feature', () => {
  it('lacks the imports and the entries of that feature only', () => {
    const registry = `import { aboutFeature } from './features/about/index.ts';
import { jobsFeature } from './features/jobs/index.ts';

export const features = {
  about: aboutFeature,
  jobs: jobsFeature,
};
`;

    expect(withoutFeature(registry, 'jobs')).toBe(`import { aboutFeature } from './features/about/index.ts';

export const features = {
  about: aboutFeature,
};
`);
  });

  it('lacks shorthand entries, elements of lists and lazy lines', () => {
    const contract =
      "import { jobs } from './features/jobs/contract.ts';\nexport const api = {\n  about,\n  jobs,\n};\n";
    const list =
      "import { jobs } from '../features/jobs/web/index.ts';\nexport const all = [about, jobs, audit];\n";
    const lazy =
      "export const all = {\n  jobs: () => import('../features/jobs/web/index.ts'),\n  about,\n};\n";

    expect(withoutFeature(contract, 'jobs')).toBe('export const api = {\n  about,\n};\n');
    expect(withoutFeature(list, 'jobs')).toBe('export const all = [about, audit];\n');
    expect(withoutFeature(lazy, 'jobs')).toBe('export const all = {\n  about,\n};\n');
  });

  it('keeps words that only hold its name', () => {
    const text =
      "import { jobs } from './features/jobs/contract.ts';\nexport const api = {\n  jobsPage,\n  jobs,\n};\n";

    expect(withoutFeature(text, 'jobs')).toBe('export const api = {\n  jobsPage,\n};\n');
  });
});

describe('the groups that are deleted together', () => {
  it('hold, for each two features, the one without the other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), (count) => {
        const features = Array.from({ length: count }, (_, index) => `f${index}`);
        const groups = separatingGroups(features).map((group) => new Set(group));
        for (const one of features) {
          expect(groups.some((group) => group.has(one))).toBe(true);
          for (const other of features) {
            if (one !== other) expect(groups.some((group) => group.has(one) && !group.has(other))).toBe(true);
          }
        }
      }),
      { numRuns: 61 },
    );
    expect(separatingGroups(Array.from({ length: 32 }, String)).length).toBe(10);
  });
});

describe('deleting features', () => {
  let base: string | undefined;

  afterEach(() => {
    if (base !== undefined) rmSync(base, { recursive: true });
  });

  /** A project with features `a` and `b`, whose `app.ts` holds this text. */
  function project(app: string): string {
    base = mkdtempSync(join(tmpdir(), 'nebula-deletion-'));
    const files: Record<string, string> = {
      'apps/dashboard/features.ts':
        "import { a } from './features/a/index.ts';\nimport { b } from './features/b/index.ts';\n\nexport const features = {\n  a,\n  b,\n};\n",
      'apps/dashboard/features/a/index.ts': 'export const a = { name: "a" };\n',
      'apps/dashboard/features/b/index.ts': 'export const b = { name: "b" };\n',
      'apps/dashboard/app.ts': app,
      'package.json': '{"type":"module"}',
      'packages/ui/index.ts': 'export {};\n',
    };
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(base, path)), { recursive: true });
      writeFileSync(join(base, path), text);
    }
    for (const name of ['base', 'server', 'web']) {
      cpSync(join(root, `tsconfig.${name}.json`), join(base, `tsconfig.${name}.json`));
    }
    linkModules(root, base);
    return base;
  }

  it('is fine when only the registries know them', async () => {
    const verdict = await checkDeletions(
      project(
        "import { features } from './features.ts';\n\nexport const count = Object.keys(features).length;\n",
      ),
    );

    expect(verdict).toEqual({ isOk: true, output: '' });
  });

  it('tells who needs a feature by its type alone', async () => {
    const verdict = await checkDeletions(
      project("import { features } from './features.ts';\n\nexport const name = features.b.name;\n"),
    );

    expect(verdict.isOk).toBe(false);
    expect(verdict.output).toMatch(
      /^Without b the type checks say:\napps\/dashboard\/app\.ts\(3,\d+\): error TS2339/,
    );
  });

  it('names those that import a feature and does not try without it', async () => {
    const dir = project("import { a } from './features/a/index.ts';\n\nexport const name = a.name;\n");

    expect(dependentsOf(dir, 'a')).toEqual(['apps/dashboard/app.ts']);
    expect(await checkDeletions(dir)).toEqual({ isOk: true, output: '' });
  });
});
