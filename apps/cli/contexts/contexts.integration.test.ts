import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ensureCertificates } from '../../dashboard/tls/authority.ts';
import { openPrivateFiles } from '../../dashboard/tls/private-files.ts';
import { nebula } from '../fixtures/nebula.ts';
import { type Scripted, scriptedServer } from '../fixtures/scripted-server.ts';

let dir: string;
let env: Record<string, string>;
let plain: Awaited<ReturnType<typeof scriptedServer>>;
const healthy = (): Scripted => ({ body: { ok: true } });
const file = () => join(dir, 'nebula', 'contexts.json');
const key = `neb_${'planted'.padEnd(43, 'x')}`;

beforeAll(async () => {
  plain = await scriptedServer(healthy);
});
beforeEach(async () => {
  if (dir !== undefined) await rm(dir, { recursive: true });
  dir = await mkdtemp(join(tmpdir(), 'nebula-contexts-'));
  env = { XDG_CONFIG_HOME: dir };
});
afterAll(async () => {
  await plain[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

async function add(name: string, ...more: string[]) {
  return await nebula(['context', 'add', name, '--url', plain.url, '--key-stdin', ...more], {
    env,
    input: `${key}\n`,
  });
}

test('a server that was added is the current one, its key is private and is shown to nobody', async () => {
  const added = await add('home');
  const listed = await nebula(['context', 'list'], { env });
  plain.seen.length = 0;
  const called = await nebula(['jobs', 'list', '--json'], { env });

  expect(added).toEqual({ code: 0, out: '', err: '' });
  expect((await stat(file())).mode & 0o777).toBe(0o600);
  expect((await stat(join(dir, 'nebula'))).mode & 0o777).toBe(0o700);
  expect(await readdir(join(dir, 'nebula'))).toEqual(['contexts.json']);
  expect(listed.out).toMatch(/^\* +home +http:\/\/127.0.0.1:\d+ +yes$/m);
  expect(listed.out + called.out + called.err).not.toContain('planted');
  expect(plain.seen).toEqual([`GET /api/jobs/runs Bearer ${key}`]);
});

test('contexts are switched, replaced and removed; the environment and --context choose for one call', async () => {
  await add('one');
  await nebula(['context', 'add', 'two', '--url', 'https://two.example/base/'], { env });
  await nebula(['context', 'use', 'two'], { env });
  const used = JSON.parse(await readFile(file(), 'utf8'));
  plain.seen.length = 0;

  await nebula(['jobs', 'list', '--context', 'one'], { env });
  await nebula(['about', 'health'], { env: { ...env, NEBULA_URL: plain.url } });
  await nebula(['jobs', 'list', '--context', 'one'], {
    env: { ...env, NEBULA_URL: 'https://other.example', NEBULA_API_KEY: 'x' },
  });
  await nebula(['context', 'remove', 'two'], { env });
  const unknown = await nebula(['context', 'use', 'two'], { env });

  expect(used).toMatchObject({
    current: 'two',
    contexts: [{ name: 'one' }, { name: 'two', url: 'https://two.example/base', key: null }],
  });
  expect(plain.seen).toEqual([
    `GET /api/jobs/runs Bearer ${key}`,
    'GET /api/health -',
    `GET /api/jobs/runs Bearer ${key}`,
  ]);
  expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('There are: one')]);
  expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({
    current: null,
    contexts: [{ name: 'one' }],
  });
});

test('sign-in keeps a key that the server takes, makes it the current context, and keeps none that it does not take', async () => {
  const session = (permissions: string[]) => ({
    body: { user: null, csrfToken: null, needsSetUp: false, permissions },
  });
  let permissions = ['containers:read'];
  await using server = await scriptedServer(() => session(permissions));

  const signedIn = await nebula(['sign-in', server.url, '--name', 'nas'], { env, input: `${key}\n` });
  permissions = [];
  const refused = await nebula(['sign-in', server.url], { env, input: 'neb_wrong\n' });
  const clear = await nebula(['sign-in', 'http://nas.example'], { env, input: key });

  expect([signedIn.code, signedIn.out]).toEqual([0, expect.stringContaining('nas is the current context')]);
  expect([refused.code, refused.err]).toEqual([3, expect.stringContaining('does not take this key')]);
  expect([clear.code, clear.err]).toEqual([2, expect.stringContaining('in the clear')]);
  expect(server.seen).toEqual([
    `GET /api/account/session Bearer ${key}`,
    'GET /api/account/session Bearer neb_wrong',
  ]);
  expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({
    current: 'nas',
    contexts: [{ name: 'nas', key }],
  });
});

test('a key never travels in the clear to another machine unless that is asked for', async () => {
  const url = 'http://nas.example:5000';
  const added = await nebula(['context', 'add', 'nas', '--url', url, '--key-stdin'], { env, input: key });
  const called = await nebula(['jobs', 'list'], { env: { ...env, NEBULA_URL: url, NEBULA_API_KEY: key } });
  const asked = await nebula(['context', 'add', 'nas', '--url', url, '--key-stdin', '--insecure'], {
    env,
    input: key,
  });

  expect([added.code, added.err]).toEqual([2, expect.stringContaining('in the clear')]);
  expect([called.code, called.err]).toEqual([2, expect.stringContaining('in the clear')]);
  expect(asked.code).toBe(0);
});

test('a file that others can read, or that is not understood, is refused', async () => {
  await add('home');
  await chmod(file(), 0o640);
  const open = await nebula(['jobs', 'list'], { env });
  await chmod(file(), 0o600);
  await writeFile(file(), '{"version":2}');
  const odd = await nebula(['jobs', 'list'], { env });

  expect([open.code, open.err]).toEqual([2, expect.stringMatching(/mode 640[^]*chmod 600/)]);
  expect([odd.code, odd.err]).toEqual([2, expect.stringContaining('is not understood')]);
});

test('a server of our own authority is trusted once its certificate was given, and only then', async () => {
  const files = await openPrivateFiles(join(dir, 'tls'));
  await ensureCertificates(files, ['localhost', '127.0.0.1'], new Date());
  const read = async (name: string) => await readFile(join(dir, 'tls', name), 'utf8');
  const tls = { cert: await read('server.pem'), key: await read('server-key.pem') };
  await using server = await scriptedServer(healthy, tls);
  const ca = join(dir, 'tls', 'authority.pem');

  const untrusted = await nebula(['about', 'health'], { env: { ...env, NEBULA_URL: server.url } });
  await nebula(['context', 'add', 'home', '--url', server.url, '--ca', ca], { env });
  await rm(ca);
  const trusted = await nebula(['about', 'health', '--json'], { env });

  expect([untrusted.code, untrusted.err]).toEqual([
    7,
    expect.stringMatching(/certificate is not trusted[^]*--ca FILE/),
  ]);
  expect(trusted).toEqual({ code: 0, out: '{"ok":true}\n', err: '' });
});
