import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contains, createPathJudge, type PathJudge } from './host-paths.ts';
import type { Liftable } from './liftable.ts';
import { Refusal } from './refusal.ts';

let directory: string;
let root: string;
let judge: PathJudge;

beforeAll(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'nb-paths-')));
  root = join(directory, 'real');
  await mkdir(join(root, 'a', 'b'), { recursive: true });
  await mkdir(join(directory, 'outside'));
  await symlink('real', join(directory, 'apps'));
  await symlink('../outside', join(root, 'out'));
  await symlink('a/b', join(root, 'in'));
  await symlink('nowhere', join(root, 'nothing'));
  await symlink('../../..', join(root, 'a', 'up'));
  // The app directory is given by a link, as when it lies on another disk.
  judge = createPathJudge([join(directory, 'apps')]);
});
afterAll(() => rm(directory, { recursive: true }));

async function bind(path: string, readOnly = false): Promise<{ sent: string; needs: Liftable[] }> {
  const needs: Liftable[] = [];
  const sent = await judge.bind(path, readOnly, 'x', (rule) => void needs.push(rule));
  return { sent, needs };
}

test('links are followed before the path is compared, and the path that is sent has none', async () => {
  expect(await bind(join(directory, 'apps/in/new'))).toEqual({ sent: join(root, 'a/b/new'), needs: [] });
  expect((await bind(join(directory, 'apps/out'))).needs).toEqual(['bind-outside-roots']);
  expect((await bind(join(root, 'a/up'))).needs).toEqual(['bind-outside-roots']);
});

test('a link to nothing is refused, as the engine would make what it points at', async () => {
  await expect(bind(join(root, 'nothing'))).rejects.toThrow('symbolic link to nothing');
  await expect(bind(join(root, 'nothing/deeper'))).rejects.toThrow('symbolic link to nothing');
});

test('time zone files may be read and not written', async () => {
  expect(await bind('/etc/localtime', true)).toEqual({ sent: '/etc/localtime', needs: [] });
  expect((await bind('/etc/localtime')).needs).toEqual(['bind-outside-roots']);
});

test('whatever needs no grant lies in the app directory', async () => {
  const part = fc.constantFrom(
    'apps',
    'real',
    'a',
    'b',
    'in',
    'out',
    'up',
    'nothing',
    'new',
    'outside',
    '..',
    '.',
    '',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
      try {
        const { sent, needs } = await bind([directory, ...parts].join('/'));
        if (needs.length > 0) return;
        expect(contains(root, await nearestReal(sent))).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
      }
    }),
    { numRuns: 500 },
  );
});

test('a directory that became a link is noticed, in both spellings of the app directory', async () => {
  const path = join(root, 'swapped');
  await mkdir(path);
  expect(await judge.leadsAway(path)).toBe(false);
  await rm(path, { recursive: true });
  await symlink('/', path);

  expect(await judge.leadsAway(path)).toBe(true);
  expect(await judge.leadsAway(join(directory, 'apps/swapped'))).toBe(true);
});

test('paths that were never in the app directory are no concern of a restart', async () => {
  expect(await judge.leadsAway('/')).toBe(false);
  expect(await judge.leadsAway(join(directory, 'outside'))).toBe(false);
});

async function nearestReal(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return nearestReal(dirname(path));
  }
}
