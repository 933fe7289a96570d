import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readInside } from './folders.ts';
import { guard } from './guard.ts';

let folder: string;
let root: string;

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'nst-')));
  folder = join(root, 'stack');
  await mkdir(join(folder, 'conf'), { recursive: true });
  await writeFile(join(root, 'key'), 'secret');
  await symlink(join(root, 'key'), join(folder, 'link'));
  await symlink(root, join(folder, 'up'));
  await symlink('/nowhere', join(folder, 'nothing'));
  await writeFile(join(folder, 'inside.env'), 'A=b');
  await writeFile(join(folder, 'evil.yaml'), 'services: { a: { env_file: ../key } }');
});
afterAll(() => rm(root, { recursive: true, force: true }));

const problems = (text: string) => guard(folder, ['compose.yaml'], new Map([['compose.yaml', text]]));
const service = (more: string) => `services: { a: { image: i, ${more} } }`;

test.each([
  service('env_file: ../key'),
  service('env_file: [inside.env, ../key]'),
  service('env_file: [{ path: ../key, required: false }]'),
  service('env_file: link'),
  service('env_file: up/key'),
  service('env_file: ./conf/../../key'),
  service('env_file: nothing'),
  service('env_file: /etc/passwd'),
  service('env_file: ${KEY}'),
  service('env_file: ~/key'),
  service('label_file: ../key'),
  service('extends: { file: ../key, service: a }'),
  service('extends: { file: evil.yaml, service: a }'),
  // Compose would take the paths in it from conf, not from here.
  service('extends: { file: conf/more.yaml, service: a }'),
  'include: [conf/more.yaml]\nservices: {}',
  'include: [{ path: other.yaml, project_directory: conf }]\nservices: {}',
  service('credential_spec: { file: ../key }'),
  service('build: ..'),
  service('build: { context: up }'),
  service('build: { context: ., dockerfile: ../key }'),
  service('build: { context: ., additional_contexts: { x: ../ } }'),
  service('build: { context: ., additional_contexts: ["x=../"] }'),
  service('build: https://github.com/a/b.git'),
  service('build: git@github.com:a/b'),
  service('provider: { type: anything }'),
  'secrets: { s: { file: ../key } }',
  'configs: { s: { file: /etc/shadow } }',
  'include: [../other.yaml]',
  'include: [evil.yaml]',
  'include: [{ path: [evil.yaml] }]',
  'include: [{ path: conf/x.yaml, env_file: ../key }]',
  'include: [{ path: conf/x.yaml, project_directory: .. }]',
  'include: ["https://example.org/x.yaml"]',
  'include: ["oci://example.org/x"]',
  'include: [github.com/a/b.git]',
  'x-a: &a { env_file: ../key }\nservices: { a: { <<: *a } }',
  'x-a: &a { file: ../key }\nsecrets: { s: *a }',
  'x-a: &a { "<<": { env_file: ../key } }\nservices: { a: { image: i } }',
  'services: { a: { !!binary "ZW52X2ZpbGU=": ../key } }',
  'services: { a: { "env\\x5ffile": ../key } }',
  'services: { a: { ? env_file : ../key } }',
  'services: { a: { image: i, env_file: inside.env, env_file: ../key } }',
  'services: { a: { image: i } }\n---\nservices: { a: { env_file: ../key } }',
  '%TAG ! tag:evil,2000:\n---\nservices: { a: { image: i } }',
  'services: { a: { ? [env_file] : ../key } }',
])('compose is not started on %j', async (text) => {
  expect(await problems(text)).not.toEqual([]);
});

test('aliases that would fill the memory are refused, and quickly', async () => {
  const levels = Array.from(
    { length: 12 },
    (_, at) =>
      `l${at}: &l${at} [${Array(10)
        .fill(at === 0 ? 'x' : `*l${at - 1}`)
        .join(',')}]`,
  );

  expect(await problems(`${levels.join('\n')}\nservices: { a: { image: i } }`)).not.toEqual([]);
});

test('a file whose lists nest too deep is refused before it is parsed', async () => {
  expect(await problems(`services: ${'['.repeat(20_000)}`)).toEqual([
    { file: 'compose.yaml', line: 1, message: 'Lists and maps stand too deep in one another.' },
  ]);
});

test('what is not well formed is told with its line, and not more often than a person reads', async () => {
  const text = `services:\n  a: ${'"'.repeat(20_000)}\n`;
  const found = await problems(text);
  expect(found).toHaveLength(100);
  expect(new Set(found.map(({ line }) => line))).toEqual(new Set([2]));
});

test('keys that stand twice are refused with their line, in maps of any form', async () => {
  const found = await problems(
    'services:\n  a: { image: i, image: j }\n  b: { image: i }\n  a: { image: k }\n',
  );
  expect(found).toEqual([
    { file: 'compose.yaml', line: 4, message: 'Map keys must be unique.' },
    { file: 'compose.yaml', line: 2, message: 'Map keys must be unique.' },
  ]);
});

test.each([
  service('env_file: inside.env'),
  service('env_file: [./inside.env, { path: not-there.env, required: false }]'),
  service('build: .'),
  service('build: { context: ./conf, dockerfile: Dockerfile }'),
  service('environment: { file: /etc/passwd, env_file: ../key }'),
  'secrets: { s: { file: ./conf/s.txt } }\nservices: { a: { image: i, secrets: [s] } }',
  'x-a: &a { restart: always }\nservices: { a: { <<: *a, image: i }, b: { <<: *a, image: !reset null } }',
])('an ordinary file passes: %j', async (text) => {
  expect(await problems(text)).toEqual([]);
});

test('a problem names the line', async () => {
  const found = await problems('services:\n  a:\n    image: i\n    env_file: ../key\n');

  expect(found).toEqual([
    { file: 'compose.yaml', line: 4, message: 'services.a.env_file leads out of the folder of the stack.' },
  ]);
});

test('no path that leaves the folder passes, however it is written', async () => {
  const piece = fc.constantFrom('..', '.', 'conf', 'up', 'link', 'x', '', '...', '.. ', '%2e%2e');
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 6 }), async (pieces) => {
      const path = pieces.join('/');
      const steps = path.split('/').filter((part) => part !== '' && part !== '.');
      let depth = 0;
      let leaves =
        path.startsWith('/') || steps[0] === 'up' || steps.includes('link') || steps.includes('up');
      for (const step of steps) {
        depth += step === '..' ? -1 : 1;
        if (depth < 0) leaves = true;
      }
      const found = await problems(service(`env_file: ${JSON.stringify(path)}`));
      if (leaves && !normalizesInside(path)) expect(found).not.toEqual([]);
    }),
  );
});

/** `up/..` is the folder itself again, before any link is followed. */
function normalizesInside(path: string): boolean {
  const parts: string[] = [];
  if (path.startsWith('/')) return false;
  for (const part of path.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return false;
    } else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts[0] !== 'up' && parts[0] !== 'link';
}

test('a further file is judged as compose reads it: from the disk, not as it is about to be written', async () => {
  const texts = new Map([
    ['compose.yaml', 'include: [evil.yaml]\nservices: {}'],
    ['evil.yaml', 'services: {}'],
  ]);
  const found = await guard(folder, ['compose.yaml'], texts);
  expect(found.map(({ message }) => message)).toEqual([expect.stringContaining('save that file first')]);
});

test('a file that is not UTF-8 is refused, since writing it back would lose what it says', async () => {
  await writeFile(join(folder, 'latin.env'), Buffer.from('NAME=M\xfcller', 'latin1'));
  await expect(readInside(folder, 'latin.env')).rejects.toThrow('not text in UTF-8');
});
