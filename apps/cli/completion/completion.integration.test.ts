import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nebula } from '../fixtures/nebula.ts';
import { scriptedServer } from '../fixtures/scripted-server.ts';
import { noTerminal } from '../output/terminal.ts';
import { createProgram } from '../program.ts';
import { readCliConfig } from '../settings.ts';
import { completionScript, shells } from './scripts.ts';
import { placesOf } from './tree.ts';

const program = createProgram('0.0.0-test', {
  config: readCliConfig({}),
  print: () => undefined,
  tell: () => undefined,
  end: () => undefined,
  signal: new AbortController().signal,
  terminal: noTerminal,
});
const places = placesOf(program);
let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'nebula-completion-'));
  const ask = 'COMP_WORDS=(nebula "$@"); COMP_CWORD=$#; _nebula; printf "%s\\n" "${COMPREPLY[@]}"';
  executable('offered', `#!/bin/bash\n${completionScript('bash', places)}\n${ask}\n`);
});
afterAll(() => rmSync(dir, { recursive: true }));

function executable(name: string, text: string): void {
  writeFileSync(join(dir, name), text, { mode: 0o755 });
}

/** What bash offers after these words; the last one is being typed. */
function offered(this: { PATH: string } | void, ...words: string[]): string[] {
  const env = this ?? { PATH: '/usr/bin:/bin' };
  const { stdout, stderr } = spawnSync(join(dir, 'offered'), words, { encoding: 'utf8', env });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

describe('in bash', () => {
  test.each([
    [['conta'], ['containers']],
    [['containers', ''], expect.arrayContaining(['list', 'get', 'restart', '--json', '--output', '--help'])],
    [['containers', 'list', '--se'], ['--search']],
    [
      ['containers', 'list', '--search', 'web', '--state', 'r'],
      ['running', 'restarting', 'removing'],
    ],
    [['--json', 'jobs', 'res'], ['resolve']],
    [['backup', 'ver'], ['verify']],
    [
      ['completion', ''],
      [
        'install',
        'bash',
        'zsh',
        'fish',
        '--json',
        '--quiet',
        '--output',
        '--context',
        '--insecure',
        '--help',
      ],
    ],
    [['nothing-like-it', 'x'], []],
  ])('%o offers %o', (words, expected) => {
    expect(offered(...words)).toEqual(expected);
  });
});

test('in bash names of the server are offered beside options, and text that is hostile is only text', () => {
  const bin = join(dir, 'bin');
  mkdirSync(bin);
  const asked = 'printf "%s\\n" "asked $*" web-1 web-2 db \'$(touch /tmp/x)\'';
  executable('bin/nebula', `#!/bin/bash\n${asked}\n`);
  const env = { PATH: `${bin}:/usr/bin:/bin` };

  expect(offered.call(env, 'containers', 'restart', 'we')).toEqual(['web-1', 'web-2']);
  expect(offered.call(env, 'containers', 'restart', '--no-w')).toEqual(['--no-wait']);
  expect(offered.call(env, 'containers', 'restart', 'asked')).toEqual([
    'asked completion values containers restart',
  ]);
  expect(offered.call(env, 'containers', 'restart', '$')).toEqual(['$(touch /tmp/x)']);
  expect(offered.call(env, 'containers', 'list', 'we')).toEqual([]);
});

describe('nebula completion', () => {
  test('values prints the names of a list, only such as are plain words, and nothing for other commands', async () => {
    const names = ['web-1', 'a b', '$(id)', '-x', 'web-1', 'nginx:alpine'];
    await using server = await scriptedServer(() => ({
      body: { items: names.map((name, n) => ({ id: String(n), name })), next: null },
    }));
    const env = { NEBULA_URL: server.url, NEBULA_API_KEY: 'neb_x' };

    const values = await nebula(['completion', 'values', 'containers', 'restart'], { env });
    const none = await nebula(['completion', 'values', 'doctor'], { env });

    expect(values).toEqual({ code: 0, out: 'web-1\nnginx:alpine\n', err: '' });
    expect(none).toEqual({ code: 0, out: '', err: '' });
  });

  test.each([
    ['/usr/bin/bash', '.local/share/bash-completion/completions/nebula'],
    ['/bin/zsh', '.local/share/zsh/site-functions/_nebula'],
    ['/usr/bin/fish', '.config/fish/completions/nebula.fish'],
  ])('install writes the script of %s for this person only, and removes it again', async (shell, path) => {
    const env = { HOME: dir, SHELL: shell };
    const unasked = await nebula(['completion', 'install'], { env });
    const written = await nebula(['completion', 'install', '--yes'], { env });
    const text = readFileSync(join(dir, path), 'utf8');
    const removed = await nebula(['completion', 'install', '--remove'], { env });
    const again = await nebula(['completion', 'install', '--remove'], { env });

    expect([unasked.code, unasked.err]).toEqual([2, expect.stringContaining('--yes')]);
    expect([written.code, written.out]).toEqual([0, expect.stringContaining(join(dir, path))]);
    expect(text).toContain('containers');
    expect([removed.out, again.out]).toEqual([
      `${join(dir, path)} is gone.\n`,
      `There is no ${join(dir, path)}.\n`,
    ]);
  });
});

test.each(shells)(
  'the script for %s holds every command and option and nothing that its shell would run',
  (shell) => {
    const script = completionScript(shell, places);
    for (const { path, words } of places) {
      if (path !== '') expect(script).toContain(`' ${path}'`);
      for (const { word } of words) {
        expect(word).toMatch(/^(--)?[a-z][a-z0-9-]*$/);
        expect(script).toContain(shell === 'fish' ? word.replace(/^--/, '-l ') : word);
      }
    }
  },
);

test('a quote in a description stays a description', () => {
  const hostile = {
    path: '',
    words: [{ word: 'x', help: "it's; touch /tmp/x; $(id) `id`" }],
    choices: [],
    hasNames: false,
  };
  const zsh = completionScript('zsh', [hostile, { ...hostile, path: 'x' }]).replace(/^if .*$/m, '');
  // `-n` reads the script without running it.
  executable('hostile', `#!/bin/bash -n\n${zsh}`);
  const { status, stderr } = spawnSync(join(dir, 'hostile'), [], { encoding: 'utf8' });

  expect([status, stderr]).toEqual([0, '']);
  expect(completionScript('fish', [hostile])).toContain(`-d 'it'\\''s; touch /tmp/x; $(id) \`id\`'`);
});
