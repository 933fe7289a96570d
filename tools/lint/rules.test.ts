import { describe, expect, it } from 'vitest';
import { lintTree } from './index.ts';

/** Rules that speak about one file of this text at this path. */
function rulesOn(path: string, text: string): string[] {
  const problems = lintTree([path], () => text).filter((problem) => problem.path === path);
  return [...new Set(problems.map(({ rule }) => rule))];
}

const feature = 'apps/dashboard/features/notes';

describe('our rules', () => {
  it.each([
    ['import-endings', 'packages/db/a.ts', "import { b } from './b';"],
    ['import-endings', 'bench/a.ts', "import { b } from '/opt/b.ts';"],
    ['one-way', 'packages/errors/a.ts', "import { b } from '@nebula/contract';"],
    ['one-way', 'packages/contract/a.ts', "import { b } from '@nebula/db';"],
    ['one-way', 'packages/db/a.ts', "import { b } from '@nebula/docker';"],
    ['one-way', 'packages/db/a.ts', "import { b } from '../../testbed/run.ts';"],
    ['one-way', 'packages/docker/drivers/engine/a.ts', "import { b } from '../podman/index.ts';"],
    ['one-way', 'packages/ui/a.tsx', "import { b } from '@nebula/db';"],
    ['one-way', 'packages/ui/a.tsx', "import { b } from 'node:fs';"],
    ['one-way', `${feature}/contract.ts`, "import { b } from './service.ts';"],
    ['one-way', `${feature}/contract.ts`, "import { b } from 'node:crypto';"],
    ['one-way', `${feature}/service.ts`, "import { b } from '../audit/store.ts';"],
    ['one-way', `${feature}/service.ts`, "import { b } from '../../app.ts';"],
    ['one-way', `${feature}/service.ts`, "import { b } from './web/index.ts';"],
    ['one-way', `${feature}/web/page.tsx`, "import { b } from '../service.ts';"],
    ['one-way', `${feature}/web/page.tsx`, "import { b } from '@nebula/http';"],
    ['one-way', `${feature}/web/page.tsx`, "import { b } from '../../audit/web/page.tsx';"],
    ['one-way', `${feature}/web/page.tsx`, "import { b } from '../../audit/contract-words.ts';"],
    ['one-way', 'apps/dashboard/web/main.tsx', "import { b } from '../app.ts';"],
    ['one-way', 'apps/broker/a.ts', "import { b } from '@nebula/dashboard/features';"],
    ['sql-in-store', `${feature}/service.ts`, "import { eq } from 'drizzle-orm';"],
    ['sql-in-store', 'packages/auth/a.ts', "import pg from 'pg';"],
    ['sql-in-store', `${feature}/service.ts`, 'run(`\n  select id\n  from notes`);'],
    ['sql-in-store', `${feature}/service.ts`, "run('UPDATE notes SET title = $1');"],
    ['sql-in-store', `${feature}/service.ts`, "run('insert into notes values ($1)');"],
    ['no-shell', 'packages/exec/a.ts', 'spawn(a, b, { shell: true });'],
    ['no-shell', 'tools/a.ts', "import { exec } from 'node:child_process';"],
    ['no-shell', 'launch/a.mjs', "spawn('/bin/sh', ['-c', text]);"],
    ['no-shell', 'packages/exec/a.ts', "run({ program: '/usr/bin/bash', args });"],
    ['exit-in-main', 'packages/db/a.ts', 'process.exit(1);'],
    ['tokens-only', `${feature}/web/a.tsx`, 'const a = <p className="text-[#fff]">a</p>;'],
    ['tokens-only', `${feature}/web/a.tsx`, 'const a = <p className="rounded-[6px]">a</p>;'],
    ['tokens-only', `${feature}/web/a.tsx`, 'const a = <p className="duration-[200ms]">a</p>;'],
    ['tokens-only', `${feature}/web/a.tsx`, "const a = { color: 'rgb(1 2 3)' };"],
    ['tokens-only', `${feature}/web/a.css`, '.a { color: #ff0066; }'],
    ['tokens-only', `${feature}/web/a.css`, '.a { border-radius: 8px; }'],
    ['tokens-only', `${feature}/web/a.css`, '.a { transition: opacity 200ms; }'],
    ['no-stubs', 'packages/db/a.ts', '// TODO later'],
    ['no-stubs', 'packages/db/a.ts', "throw new Error('Not implemented');"],
    ['no-stubs', 'packages/db/a.test.ts', "it.skip('a', () => {});"],
    ['no-history', 'packages/db/a.ts', '// This was renamed from b.'],
    ['no-history', 'packages/db/a.ts', '/* No longer needed by c. */'],
    ['honest-tests', 'packages/db/a.test.ts', "vi.mock('./b.ts');"],
    ['honest-tests', 'packages/db/a.test.ts', 'expect(1).toBe(1);'],
    ['folder-names', 'packages/db/helpers/a.ts', ''],
    ['index-at-roots', 'packages/db/query/index.ts', ''],
    ['feature-files', `${feature}/types.ts`, ''],
    ['feature-files', `${feature}/inner/a.ts`, ''],
    ['feature-files', `${feature}/page.tsx`, ''],
    ['feature-files', `${feature}/migrations/notes.sql`, ''],
    ['readmes', 'packages/db/README.md', 'line\n'.repeat(21)],
  ])('%s refuses %s: %s', (rule, path, text) => {
    const paths = rule === 'readmes' ? [path, 'packages/db/package.json'] : [path];
    const read = (wanted: string) => (wanted.endsWith('package.json') ? '{}' : text);

    const problems = lintTree(paths, read).filter((problem) => problem.path === path);

    expect([...new Set(problems.map((problem) => problem.rule))]).toEqual([rule]);
  });

  it.each([
    ['packages/db/a.ts', "import { b } from './b.ts';\nimport data from './c.json' with { type: 'json' };"],
    ['packages/db/a.ts', "import { AppError } from '@nebula/errors';"],
    ['packages/docker/drivers/engine/a.ts', "import { Port } from '../../index.ts';"],
    [
      `${feature}/service.ts`,
      "import { audit } from '../audit/index.ts';\nimport type { R } from '../../resources.ts';",
    ],
    [`${feature}/service.ts`, "import type { SQL } from 'drizzle-orm';"],
    [`${feature}/service.ts`, "say('Select a note from the list');\nsay('update the set of notes');"],
    [`${feature}/store.ts`, "import { eq } from 'drizzle-orm';\nrun(`select id from notes`);"],
    [
      `${feature}/web/page.tsx`,
      "import { notes } from '../contract.ts';\nimport { Button } from '@nebula/ui';",
    ],
    [`${feature}/web/copy.ts`, "import { words } from '../contract-words.ts';"],
    [`${feature}/web/a.tsx`, 'const a = <a href="#add" className="bg-panel rounded-lg">a</a>;'],
    [`${feature}/web/a.tsx`, 'const a = <p>#1 issue, 200 ms</p>;'],
    [
      `${feature}/web/a.css`,
      '.a { color: var(--text); border-radius: var(--radius-2); transition: opacity var(--fast); }',
    ],
    ['packages/ui/tokens.css', ':root { --text: #ffffff; --fast: 120ms; }'],
    ['packages/exec/a.ts', "spawn(program, args, { shell: false });\nconst found = /a/.exec('b');"],
    ['apps/dashboard/main.ts', 'process.exit(1);'],
    ['packages/db/a.ts', '// Rows that were changed by others; they are no longer ours.'],
    ['packages/db/a.test.ts', "// select without a limit\nrun('select 1 from notes');"],
  ])('let %s be: %s', (path, text) => {
    expect(rulesOn(path, text)).toEqual([]);
  });

  it('want a doc comment on what a package offers, not on what it keeps to itself', () => {
    const files: Record<string, string> = {
      'packages/idle/package.json': '{"exports":{".":"./index.ts"}}',
      'packages/idle/README.md': '# idle',
      'packages/idle/index.ts': "export { told, untold } from './words.ts';",
      'packages/idle/words.ts':
        '/** Says it. */\nexport const told = 1;\nexport const untold = 2;\nexport const inner = 3;\n',
    };

    const problems = lintTree(Object.keys(files), (path) => files[path] ?? '');

    expect(problems).toEqual([
      {
        path: 'packages/idle/words.ts',
        line: 3,
        message: 'export untold has no doc comment',
        rule: 'documented-exports',
      },
    ]);
  });

  it('want a contract, an index and a README in every feature', () => {
    const missing = lintTree([`${feature}/service.ts`], () => '');

    expect(missing.map(({ path }) => path)).toEqual([
      `${feature}/contract.ts`,
      `${feature}/index.ts`,
      `${feature}/README.md`,
    ]);
  });
});
