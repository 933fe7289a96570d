import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@nebula/db';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openOutputs } from './output.ts';
import { failureIn } from './run-kit.ts';
import { openVersions, writeWhole } from './versions.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'nst-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test('the newest fifty versions of a stack are kept, for our user only', async () => {
  const versions = openVersions(join(dir, 'versions'));
  const ids: string[] = [];
  for (let index = 0; index < 53; index += 1) {
    const id = newId();
    ids.push(id);
    const files = [{ name: 'compose.yaml', text: `${index}` }];
    await versions.keep('shop', { id, at: new Date().toISOString(), by: 'me', why: 'saved', files });
  }

  const kept = await versions.list('shop');

  expect(kept.map(({ id }) => id)).toEqual(ids.slice(3).toReversed());
  expect((await stat(join(dir, 'versions', 'shop'))).mode & 0o777).toBe(0o700);
  const file = join(dir, 'versions', 'shop', `${ids[52]}.json`);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await expect(versions.get('shop', ids[0] ?? '')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a file is replaced as a whole, keeps its mode, and a link in its place is replaced, not followed', async () => {
  const file = join(dir, 'whole.yaml');
  await writeFile(file, 'old', { mode: 0o640 });
  await writeWhole(file, 'new', 0o600);
  expect([await readFile(file, 'utf8'), (await stat(file)).mode & 0o777]).toEqual(['new', 0o640]);

  await writeFile(join(dir, 'victim'), 'safe');
  await symlink(join(dir, 'victim'), join(dir, 'link.yaml'));
  await writeWhole(join(dir, 'link.yaml'), 'mine', 0o600);

  expect(await readFile(join(dir, 'victim'), 'utf8')).toBe('safe');
  expect((await readdir(dir)).filter((name) => name.endsWith('.new'))).toEqual([]);
});

test('output is bounded, without escapes or secrets, and there after a restart', async () => {
  const outputs = openOutputs(join(dir, 'output'));
  const run = newId();
  const heard: string[] = [];
  const stop = outputs.listen(run, (text) => heard.push(text));
  outputs.append(run, '\u001b[31mred\u001b[0m \u202e<b>token=abc hunter2</b>\r\n', ['hunter2']);
  stop();
  await outputs.flush();

  const after = openOutputs(join(dir, 'output'));
  expect(await after.read(run)).toEqual({ text: 'red <b>token=•••••• ••••••</b>\n', isCut: false });
  expect(heard).toEqual(['red <b>token=•••••• ••••••</b>\n']);

  for (let index = 0; index < 400; index += 1) after.append(run, `${'x'.repeat(2000)}\n`);
  await after.flush();
  const long = await openOutputs(join(dir, 'output')).read(run);
  expect(long.isCut).toBe(true);
  expect(long.text.length).toBeLessThan(300_000);
});

test('of what compose wrote the reason is told, not its progress', () => {
  const text = [
    ' Network shop_default  Creating',
    ' Network shop_default  Created',
    ' Container shop-web-1  Starting',
    'Error response from daemon: driver failed programming external connectivity: address already allocated',
  ];

  expect(failureIn(`${text.join('\n')}\n`)).toBe(text[3]);
  expect(failureIn('')).toBe('Compose failed without saying why.');
});
