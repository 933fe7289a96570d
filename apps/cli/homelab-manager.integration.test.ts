import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const script = join(import.meta.dirname, '..', '..', 'homelab-manager.sh');
let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'nebula-manager-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

function manager(args: string[], input = '', path = script) {
  const env = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: dir,
    NEBULA_URL: 'http://127.0.0.1:9',
    NEBULA_API_KEY: 'neb_x',
  };
  const { status, stdout, stderr } = spawnSync(path, args, { encoding: 'utf8', input, env, cwd: '/' });
  return { status, stdout, stderr };
}

test('sub-commands are handed to nebula as they are, with its exit code, from wherever it is linked', () => {
  const link = join(dir, 'a link');
  symlinkSync(script, link);

  const usage = manager(['jobs', 'get', "$(id); 'x'"], '', link);
  const status = manager(['status', '--json']);

  expect([usage.status, usage.stderr]).toEqual([2, expect.stringContaining('ID: ')]);
  expect([status.status, JSON.parse(status.stderr)]).toMatchObject([7, { code: 'UNREACHABLE' }]);
});

test('the menu does what is chosen, goes on after a failure and ends with q or the end of input', () => {
  const chosen = manager([], '1\n6\n4\nsomething $(id)\nq\n');
  const ended = manager([], '');

  expect(chosen.status).toBe(0);
  expect(chosen.stdout).toContain('(exit code 7)');
  expect(chosen.stdout).toContain('Usage: nebula');
  expect(chosen.stdout).toContain('systemctl stop nebula');
  expect(chosen.stdout).toContain('Choose 1 to 6, or q.');
  expect(chosen.stdout).not.toContain('uid=');
  expect(ended.status).toBe(0);
});

test('a program that is not installed, on a machine without Node, says what to install', () => {
  const copy = join(dir, 'homelab-manager.sh');
  cpSync(script, copy);
  const tools = join(dir, 'tools');
  mkdirSync(tools);
  for (const name of ['dirname', 'readlink', 'bash', 'cat'])
    symlinkSync(`/usr/bin/${name}`, join(tools, name));
  const run = (args: string[]) => spawnSync(copy, args, { encoding: 'utf8', env: { PATH: tools } });

  const started = run(['start']);

  expect([started.status, started.stderr]).toEqual([
    1,
    expect.stringContaining('Node.js 20 or newer is needed'),
  ]);
  expect(run(['--help']).stdout).toContain('Usage: ./homelab-manager.sh');
});

test('it evaluates nothing', () => {
  const text = readFileSync(script, 'utf8');
  expect(text).toMatch(/^set -euo pipefail$/m);
  expect(text).not.toMatch(/\beval\b|\$\{!|`/);
});
