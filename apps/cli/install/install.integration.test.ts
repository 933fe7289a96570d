import { mkdtemp, mkdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nebula } from '../fixtures/nebula.ts';
import { programRoot } from '../local/installation.ts';
import { linkCommand, linkPath, unlinkCommand } from './link.ts';

let dir: string;
let path: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'nebula-install-'));
  path = join(dir, 'bin', 'nebula');
});
afterEach(async () => await rm(dir, { recursive: true }));

test('root has the command for everybody, a person for themselves', () => {
  expect(linkPath(true, '/root')).toBe('/usr/local/bin/nebula');
  expect(linkPath(false, '/home/me')).toBe('/home/me/.local/bin/nebula');
});

test('the command that was linked is nebula, from wherever it is called', async () => {
  const first = await linkCommand(path);
  const again = await linkCommand(path);
  const { code, out } = await nebula(['--version'], { script: path });

  expect([first.state, again.state]).toEqual(['linked', 'already']);
  expect(await readlink(path)).toBe(join(programRoot, 'bin', 'nebula.mjs'));
  expect([code, out]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
});

test('a link to a copy that is gone is replaced, and removed on demand', async () => {
  await mkdir(join(dir, 'bin'));
  await symlink('/nonexistent/old/bin/nebula.mjs', path);

  expect((await linkCommand(path)).state).toBe('linked');
  expect((await unlinkCommand(path)).state).toBe('removed');
  expect((await unlinkCommand(path)).state).toBe('absent');
});

test('what is not ours stays', async () => {
  await mkdir(join(dir, 'bin'));
  await writeFile(path, 'something else');

  await expect(linkCommand(path)).rejects.toMatchObject({ exitCode: 9 });
  await expect(unlinkCommand(path)).rejects.toMatchObject({ exitCode: 9 });
});
