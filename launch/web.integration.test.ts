import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildWeb } from './web.mjs';

/** Stands in for Vite: writes one file, or fails half way when `fails` is there. */
const vite = `
import { existsSync, mkdirSync, writeFileSync, appendFileSync } from 'node:fs';
const out = process.argv[process.argv.indexOf('--outDir') + 1];
mkdirSync(out, { recursive: true });
appendFileSync('../../../builds', 'x');
writeFileSync(out + '/index.html', 'built');
if (existsSync('../../../fails')) process.exit(1);
`;

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nebula-web-'));
  write('node_modules/vite/bin/vite.js', vite);
  write('package.json', '{ "type": "module" }');
  write('package-lock.json', '{}');
  write('apps/dashboard/web/main.tsx', 'export {};');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const build = () =>
  buildWeb({ root, node: process.execPath, env: {}, say: () => {}, signal: new AbortController().signal });
const dist = (name = '') => join(root, 'apps/dashboard/web/dist', name);

describe('the web interface', () => {
  test('is not built while it has no configuration', async () => {
    expect(await build()).toBe('none');
    expect(existsSync(dist())).toBe(false);
  });

  test('is built once and then found fresh', async () => {
    write('apps/dashboard/web/vite.config.ts', '');
    expect(await build()).toBe('built');
    expect(readFileSync(dist('index.html'), 'utf8')).toBe('built');
    expect(await build()).toBe('fresh');
    expect(readFileSync(join(root, 'builds'), 'utf8')).toBe('x');
  });

  test.each([
    ['apps/dashboard/web/main.tsx', 'built'],
    ['apps/dashboard/features/jobs/web/page.tsx', 'built'],
    ['apps/dashboard/features/jobs/contract.ts', 'built'],
    ['apps/dashboard/features/jobs/contract-matters.ts', 'built'],
    ['packages/ui/button.tsx', 'built'],
    ['package-lock.json', 'built'],
    ['apps/dashboard/features/jobs/service.ts', 'fresh'],
    ['apps/dashboard/web/main.test.tsx', 'fresh'],
    ['packages/db/index.ts', 'fresh'],
  ])('after a change of %s is %s', async (path, result) => {
    write('apps/dashboard/web/vite.config.ts', '');
    await build();
    write(path, 'changed');
    expect(await build()).toBe(result);
  });

  test('stays as it was when a build fails, and the next start builds again', async () => {
    write('apps/dashboard/web/vite.config.ts', '');
    await build();
    write('apps/dashboard/web/main.tsx', 'changed');
    write('fails', '');
    await expect(build()).rejects.toThrow('The web interface cannot be built (exit code 1)');
    expect(readFileSync(dist('index.html'), 'utf8')).toBe('built');
    expect(readdirSync(join(root, 'apps/dashboard/web/.cache'))).toEqual([]);
    rmSync(join(root, 'fails'));
    expect(await build()).toBe('built');
  });
});
