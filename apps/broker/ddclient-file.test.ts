import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ddclientPaths, readDdclient } from './ddclient-file.ts';
import { createHostVerbs } from './host-verbs.ts';
import { createUnits } from './units.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'nebula-ddclient-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function put(name: string, content: string | Buffer): string {
  const path = join(dir, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

test('the first file that is there is read as it stands', async () => {
  const text = "login=mara\npassword='pass & wörd'\nhome.example\n";
  const path = put('second.conf', text);

  expect(await readDdclient([join(dir, 'none.conf'), path])).toEqual({ state: 'found', path, text });
});

test('without one there is none', async () => {
  expect(await readDdclient([join(dir, 'none'), join(put('file', ''), 'below')])).toEqual({
    state: 'absent',
  });
});

test('a link is not followed, whatever it leads to', async () => {
  const path = join(dir, 'link.conf');
  symlinkSync('/etc/passwd', path);

  expect(await readDdclient([path])).toMatchObject({ state: 'unreadable', path, why: 'It is a link.' });
});

test.each([
  ['a directory', (path: string) => mkdirSync(path), 'plain file'],
  ['a pipe that nobody writes to', (path: string) => execFileSync('/usr/bin/mkfifo', [path]), 'plain file'],
  ['a file of more than 256 KiB', (path: string) => writeFileSync(path, 'a'.repeat(262_145)), '256 KiB'],
  ['a file that is no text', (path: string) => writeFileSync(path, Buffer.from([1, 0, 2])), 'no text'],
])('%s is not read', async (what, make, why) => {
  const path = join(dir, `${what.replaceAll(' ', '-')}.conf`);
  make(path);

  expect(await readDdclient([path])).toMatchObject({
    state: 'unreadable',
    why: expect.stringContaining(why),
  });
});

test('the verb takes no path, nor anything else', async () => {
  const noProxy = { read: never, write: never, adapt: never, upstreams: never };
  const verb = createHostVerbs(createUnits({ patterns: [] }), noProxy, never).find(
    ({ name }) => name === 'ddclient-read',
  );

  for (const input of ['{"path":"/etc/shadow"}', '{"paths":["/etc/shadow"]}', '{"":1}']) {
    await expect((async () => await verb?.call(JSON.parse(input)))()).rejects.toMatchObject({ status: 400 });
  }
  expect(ddclientPaths).toEqual(['/etc/ddclient.conf', '/etc/ddclient/ddclient.conf']);
});

function never(): Promise<never> {
  return Promise.reject(new Error('not asked'));
}
