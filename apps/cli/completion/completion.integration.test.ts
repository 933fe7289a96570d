import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
function offered(...words: string[]): string[] {
  const { stdout, stderr } = spawnSync(join(dir, 'offered'), words, { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

describe('in bash', () => {
  test.each([
    [['conta'], ['containers']],
    [
      ['containers', ''],
      ['list', 'get', 'engine', 'restart', '--json', '--quiet', '--context', '--insecure', '--help'],
    ],
    [['containers', 'list', '--se'], ['--search']],
    [
      ['containers', 'list', '--search', 'web', '--state', 'r'],
      ['running', 'restarting', 'removing'],
    ],
    [['--json', 'jobs', 'res'], ['resolve']],
    [['backup', 'ver'], ['verify']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish', '--json', '--quiet', '--context', '--insecure', '--help'],
    ],
    [['nothing-like-it', 'x'], []],
  ])('%o offers %o', (words, expected) => {
    expect(offered(...words)).toEqual(expected);
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
  const hostile = { path: '', words: [{ word: 'x', help: "it's; touch /tmp/x; $(id) `id`" }], choices: [] };
  const zsh = completionScript('zsh', [hostile, { ...hostile, path: 'x' }]).replace(/^if .*$/m, '');
  // `-n` reads the script without running it.
  executable('hostile', `#!/bin/bash -n\n${zsh}`);
  const { status, stderr } = spawnSync(join(dir, 'hostile'), [], { encoding: 'utf8' });

  expect([status, stderr]).toEqual([0, '']);
  expect(completionScript('fish', [hostile])).toContain(`-d 'it'\\''s; touch /tmp/x; $(id) \`id\`'`);
});
