import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Scripted, scriptedServer } from './fixtures/scripted-server.ts';

const script = join(import.meta.dirname, '..', '..', 'homelab-manager.sh');
let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'nebula-manager-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const environment = (url = 'http://127.0.0.1:9') => ({
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: dir,
  NEBULA_URL: url,
  NEBULA_API_KEY: 'neb_x',
});

async function run(program: string, args: string[], input: string, env: Record<string, string>) {
  const child = spawn(program, args, { env, cwd: '/' });
  const closed = once(child, 'close');
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await closed;
  return { status: child.exitCode, stdout, stderr };
}

const manager = async (args: string[], input = '', path = script) =>
  await run(path, args, input, environment());

/** The number under which an entry stands in the menu. */
function numberOf(menu: string, title: string): string {
  return new RegExp(`^ *(\\d+)\\) ${title}\\r?$`, 'm').exec(menu)?.[1] ?? 'missing';
}

test('sub-commands are handed to nebula as they are, with its exit code, from wherever it is linked', async () => {
  const link = join(mkdtempSync(join(dir, 'x-')), 'a link');
  symlinkSync(script, link);

  const usage = await manager(['jobs', 'get', "$(id); 'x'"], '', link);
  const status = await manager(['status', '--json']);

  expect([usage.status, usage.stderr]).toEqual([2, expect.stringContaining('ID: ')]);
  expect([status.status, JSON.parse(status.stderr)]).toMatchObject([7, { code: 'UNREACHABLE' }]);
});

describe('the menu', () => {
  test('shows what there is, and each entry is a command or an action that exists', async () => {
    const { stdout, status } = await manager([], '');
    const known = (await manager(['help', '--list'])).stdout.split('\n');

    expect(status).toBe(0);
    const entries = /^entries='\n([^']*)'$/m.exec(readFileSync(script, 'utf8'))?.[1] ?? '';
    const shown = [...stdout.matchAll(/^ *\d+\) (.*)$/gm)].map((match) => match[1]);
    expect(shown.length).toBeGreaterThan(20);
    for (const line of entries.trimEnd().split('\n')) {
      const [, title, , command = ''] = line.split('|');
      const isThere = command.startsWith(':') || known.includes(command.split(' -')[0] ?? '');
      expect([line, shown.includes(title)]).toEqual([line, isThere]);
    }
  });

  test('does what is chosen, goes on after a failure and ends with q or the end of input', async () => {
    const menu = (await manager([])).stdout;
    const numbers = ['Does it answer\\?', 'All commands', 'How to stop it'].map((title) =>
      numberOf(menu, title),
    );
    const chosen = await manager([], `${numbers.join('\n')}\nsomething $(id)\n0\n999\nq\n1\n`);

    expect(chosen.status).toBe(0);
    expect(chosen.stdout).toContain('(exit code 7)');
    expect(chosen.stdout).toContain('Usage: nebula');
    expect(chosen.stdout).toContain('systemctl stop nebula');
    expect(chosen.stdout.match(/Choose 1 to \d+, m or q\./g)).toHaveLength(3);
    expect(chosen.stdout).not.toContain('uid=');
  });

  test('takes an answer as one argument, whatever is in it', async () => {
    const menu = (await manager([])).stdout;
    const number = numberOf(menu, 'One run');
    const { stdout, stderr } = await manager(
      [],
      `${number}\n$(id) --json; 'x'\n${number}\n-x\n${number}\n\nq\n`,
    );

    expect(stderr.match(/^nebula: ID: /gm)).toHaveLength(2);
    expect(stdout).toContain("> nebula jobs get $(id) --json; 'x'");
    expect(stdout).toContain('Nothing was done.');
    expect(stdout + stderr).not.toContain('uid=');
  });

  test('works on a terminal: a container is restarted by name and its steps are seen', async () => {
    const id = 'a'.repeat(64);
    const runId = '01990000-0000-7000-8000-000000000000';
    const steps = [{ name: 'restart', title: 'Restart it', state: 'done', error: null }];
    const run0 = {
      id: runId,
      title: 'Restart container',
      state: 'succeeded',
      target: { name: 'web' },
      steps,
    };
    const answer = (method: string, path: string): Scripted => {
      if (method === 'POST') return { status: 202, body: { runId } };
      if (path.startsWith('/api/jobs')) return { body: { ...run0, isWaiting: false, error: null } };
      const row = { id, name: 'web', state: 'running', image: 'x'.repeat(300), usage: null };
      return { body: { items: [row], next: null } };
    };
    await using server = await scriptedServer(answer);
    const menu = (await manager([])).stdout;
    const input = [numberOf(menu, 'List'), numberOf(menu, 'Restart'), 'web', 'q'].join('\n');
    // A terminal of 80 columns without colours; the child of script(1) is the menu itself.
    const env = { ...environment(server.url), TERM: 'dumb', SHELL: '/bin/sh' };
    const shown = await run('/usr/bin/script', ['-qec', script, '/dev/null'], `${input}\n`, env);

    expect(shown.status).toBe(0);
    expect(server.seen).toContain(`POST /api/containers/${id}/restart Bearer neb_x`);
    expect(shown.stdout).toContain('[1/1] Restart it: done');
    expect(shown.stdout).toContain('Restart container web: succeeded.');
    expect(shown.stdout).toMatch(/x…/);
    expect(shown.stdout).not.toContain('x'.repeat(80));
    expect(shown.stdout).not.toContain('\u001b');
  });
});

test('a program that is not installed, on a machine without Node, says what to install', () => {
  const copy = join(dir, 'homelab-manager.sh');
  cpSync(script, copy);
  const tools = join(dir, 'tools');
  mkdirSync(tools, { recursive: true });
  for (const name of ['dirname', 'readlink', 'bash', 'cat']) {
    rmSync(join(tools, name), { force: true });
    symlinkSync(`/usr/bin/${name}`, join(tools, name));
  }
  const started = spawnSync(copy, ['start'], { encoding: 'utf8', env: { PATH: tools } });
  const help = spawnSync(copy, ['--help'], { encoding: 'utf8', env: { PATH: tools } });

  expect([started.status, started.stderr]).toEqual([
    1,
    expect.stringContaining('Node.js 20 or newer is needed'),
  ]);
  expect(help.stdout).toContain('Usage: ./homelab-manager.sh');
});

test('it evaluates nothing', () => {
  const source = readFileSync(script, 'utf8');
  expect(source).toMatch(/^set -euo pipefail$/m);
  expect(source).not.toMatch(/\beval\b|\$\{!|`/);
});
