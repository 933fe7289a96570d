import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from './fixtures/harness.ts';

/** Stands in for the command line: says what it got, ends as it is told. */
const cli = `
process.stdout.write(JSON.stringify(process.argv.slice(2)) + '\\n');
if (process.argv[2] === 'wait') {
  process.on('SIGTERM', () => process.exit(7));
  setInterval(() => {}, 1000);
} else if (process.argv[2] === 'die') process.kill(process.pid, 'SIGKILL');
else process.exitCode = Number(process.argv[3] ?? 0);
`;
/** Stands in for npm: talks on standard output, as npm does, and installs Node. */
const npm = `
const fs = require('node:fs');
console.log('added 400 packages');
fs.mkdirSync('node_modules/node-linux-' + process.arch + '/bin', { recursive: true });
fs.symlinkSync(process.execPath, 'node_modules/node-linux-' + process.arch + '/bin/node');
`;

let root = '';
const nodeFolder = () => join(root, 'node_modules', `node-linux-${process.arch}`, 'bin');
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nebula-command-'));
  const project = dirname(import.meta.dirname);
  cpSync(join(project, 'launch'), join(root, 'launch'), { recursive: true });
  cpSync(join(project, 'bin'), join(root, 'bin'), { recursive: true });
  mkdirSync(join(root, 'apps/cli'), { recursive: true });
  writeFileSync(join(root, 'apps/cli/main.ts'), cli);
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(root, 'package-lock.json'), '{}');
  mkdirSync(join(root, 'node_modules'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function install(): void {
  mkdirSync(nodeFolder(), { recursive: true });
  symlinkSync(process.execPath, join(nodeFolder(), 'node'));
  const digest = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  writeFileSync(join(root, 'node_modules/.nebula-install'), digest);
}

function nebula(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(root, 'bin/nebula.mjs'), ...args], {
    env: { PATH: '/usr/bin:/bin', ...env },
    cwd: tmpdir(),
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  return { child, said, ended: once(child, 'close').then(([code]) => code) };
}

describe('nebula', () => {
  test('hands arguments on as they are and adds nothing to standard output', async () => {
    install();
    const args = ['logs', '0', 'a b', '--since=5m', '', "it's", '$HOME'];
    const { said, ended } = nebula(args);
    expect(await ended).toBe(0);
    expect(said.out).toBe(`${JSON.stringify(args)}\n`);
  });

  test('ends with the exit code of the command', async () => {
    install();
    expect(await nebula(['exit', '42']).ended).toBe(42);
    expect(await nebula(['exit', '0']).ended).toBe(0);
  });

  test('hands SIGTERM on and reports a death by signal', async () => {
    install();
    const waiting = nebula(['wait']);
    await until('the command runs', () => waiting.said.out !== '');
    waiting.child.kill('SIGTERM');
    expect(await waiting.ended).toBe(7);
    expect(await nebula(['die']).ended).toBe(128 + 9);
  });

  test('installs first when that is needed, once, and says so on standard error only', async () => {
    mkdirSync(join(root, 'npm'));
    writeFileSync(join(root, 'npm/package.json'), '{ "type": "commonjs" }');
    const path = join(root, 'npm', 'npm-cli.js');
    writeFileSync(path, npm);
    const first = nebula(['exit', '0'], { npm_execpath: path });
    expect(await first.ended).toBe(0);
    expect(first.said.out).toBe('["exit","0"]\n');
    expect(first.said.err).toContain('Installing dependencies');
    expect(first.said.err).toContain('added 400 packages');
    const second = nebula(['exit', '0'], { npm_execpath: path });
    expect(await second.ended).toBe(0);
    expect(second.said.err).toBe('');
  });
});
