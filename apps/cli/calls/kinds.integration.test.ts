import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nebula, start } from '../fixtures/nebula.ts';
import { serveThings, thingsKey, thingsScript, told } from '../fixtures/things.ts';

let server: Awaited<ReturnType<typeof serveThings>>;
let dir: string;

beforeAll(async () => {
  server = await serveThings();
  dir = await mkdtemp(join(tmpdir(), 'nebula-things-'));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

async function run(args: string[], input = '', key = thingsKey) {
  const env = { NEBULA_URL: server.url, NEBULA_API_KEY: key };
  return await nebula(['things', ...args], { env, input, script: thingsScript });
}

test('a query takes numbers, flags and their opposites', async () => {
  const { out } = await run(['list', '--min-size', '2.5', '--limit=7', '--json']);
  expect(JSON.parse(JSON.parse(out).items[0].id)).toEqual({ limit: 7, minSize: 2.5 });
});

test('a body takes the text of a file or of standard input, up to what the call takes', async () => {
  const path = join(dir, 'words.txt');
  await writeFile(path, 'word '.repeat(500_000));
  const { out } = await run(['tell', path, '--loud', '--json']);
  expect(JSON.parse(out)).toEqual({ words: 500_001, isLoud: true });
  expect(JSON.parse((await run(['tell', '-', '--json'], 'two words')).out)).toEqual({
    words: 2,
    isLoud: false,
  });

  await writeFile(path, 'x'.repeat(4_000_001));
  expect(await run(['tell', path])).toMatchObject({ code: 2, err: expect.stringContaining('larger than') });
  await writeFile(path, Buffer.from([0x66, 0xfc, 0x72]));
  expect(await run(['tell', path])).toMatchObject({ code: 2, err: expect.stringContaining('UTF-8') });
  expect(await run(['tell', join(dir, 'nowhere')])).toMatchObject({ code: 2 });
  expect(await run(['tell'])).toMatchObject({ code: 2, err: expect.stringContaining('--words') });
});

test('a body takes flags, lists of numbers, none, structured parts as JSON, and secrets from standard input', async () => {
  const args = [
    'make-one',
    '--name',
    'vase',
    '--is-fragile',
    '--weights',
    '1,2.5',
    '--no-max-age',
    '--body-json',
    'x',
  ];
  const secrets = [
    '--access-token-stdin',
    '--password-stdin',
    '--secrets-stdin',
    '--body',
    '{"labels":{"a":"b"},"name":"given"}',
  ];

  const lines = ['planted-token', 'planted-password', '{"a":"planted-secret"}', ''];
  const { out, err } = await run([...args, ...secrets, '--json'], lines.join('\n'));

  expect(err).toBe('');
  expect(JSON.parse(out).given).toEqual({
    name: 'vase',
    json: 'x',
    isFragile: true,
    weights: [1, 2.5],
    maxAge: null,
    labels: { a: 'b' },
    accessToken: 'planted-token',
    password: 'planted-password',
    secrets: { a: 'planted-secret' },
  });
});

test('standard input that does not hold the secrets and nothing else is refused', async () => {
  const none = await run(['make-one', '--name', 'x', '--password-stdin']);
  const two = await run(['make-one', '--name', 'x', '--password-stdin'], 'a\nb\n');
  const both = await run(['make-one', '--password-stdin', '--body', '-'], '{}');

  expect([none.code, none.err]).toEqual([2, expect.stringContaining('must hold the password')]);
  expect([two.code, two.err]).toEqual([2, expect.stringContaining('and nothing else')]);
  expect([both.code, both.err]).toEqual([2, expect.stringContaining('cannot hold both')]);
});

test('a stream prints one line of JSON per event and ends with the server', async () => {
  const { code, out } = await run(['watch', 'a b/c\u009b']);

  expect(code).toBe(0);
  expect(out).not.toContain('\u009b');
  expect(
    out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { id: '1', event: 'thing', data: { name: 'a b/c\u009b' } },
    { event: 'beat', data: {} },
  ]);
});

test('a refused stream and a refused socket are told with their exit codes', async () => {
  const watched = await run(['watch', 'a'], '', 'neb_wrong');
  const talked = await run(['talk', 'a'], '', 'neb_wrong');

  expect([watched.code, watched.err]).toEqual([3, expect.stringContaining('not known here')]);
  expect([talked.code, talked.err]).toEqual([7, expect.stringMatching(/connection/)]);
});

test('an upload sends the bytes of the file', async () => {
  const file = join(dir, 'picture');
  await writeFile(file, Buffer.alloc(300_000, 1));

  const { out, err } = await run(['store', 'vase', '--file', file, '--json']);
  await writeFile(file, Buffer.alloc(1_000_001));
  const large = await run(['store', 'vase', '--file', file]);

  expect([err, JSON.parse(out)]).toEqual(['', { name: 'vase', bytes: 300_000 }]);
  expect(large.code).toBe(2);
});

test('an upload takes standard input, and what is too large is refused before or while it is sent', async () => {
  const some = await run(['store', 'vase', '--file', '-', '--output', 'bytes'], 'x'.repeat(70_000));
  const large = await run(['store', 'vase', '--file', '-'], 'x'.repeat(1_000_001));
  const missing = await run(['store', 'vase', '--file', dir]);

  expect(some).toEqual({ code: 0, out: '70000\n', err: '' });
  expect([large.code, large.err]).toEqual([2, expect.stringContaining('larger than the 1000000 bytes')]);
  expect(missing.code).toBe(2);
});

test('a download goes to standard output or a new file, and half of one is never taken for the whole', async () => {
  const path = join(dir, 'story');
  const shown = await run(['fetch', 'vase']);
  const saved = await run(['fetch', 'vase', '--file', path]);
  const again = await run(['fetch', 'vase', '--file', path]);
  const missing = await run(['fetch', 'none']);
  const broken = await run(['fetch', 'broken', '--file', join(dir, 'half')]);

  expect([shown.code, shown.out.length]).toEqual([0, 1_000_000]);
  expect([saved.code, saved.err]).toEqual([0, expect.stringContaining('1000000 bytes are in')]);
  expect((await readFile(path, 'utf8')).length).toBe(1_000_000);
  expect([again.code, again.err]).toEqual([2, expect.stringContaining('left as it is')]);
  expect(missing.code).toBe(8);
  expect([broken.code, broken.err]).toEqual([7, expect.stringContaining('not whole')]);
});

test('a reader that takes nothing of a download costs what its connection holds, and nothing once it has gone', async () => {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  const request = `GET /api/things/endless/story HTTP/1.1\r\nhost: ${hostname}:${port}\r\nauthorization: Bearer ${thingsKey}\r\n\r\n`;
  socket.pause();
  socket.write(request);

  let before = -1;
  const standsStill = () => {
    const isSame = told.bytes > 0 && told.bytes === before;
    before = told.bytes;
    return isSame;
  };
  await expect.poll(standsStill, { timeout: 20_000, interval: 500 }).toBe(true);
  expect(told.bytes).toBeLessThan(32 * 1024 * 1024);
  socket.destroy();

  await expect.poll(() => told.hasEnded, { timeout: 20_000 }).toBe(true);
});

test('a list is read again and again until it is interrupted', async () => {
  const env = { NEBULA_URL: server.url, NEBULA_API_KEY: thingsKey };
  const child = start(['things', 'list', '--watch', '0.5', '--output', 'size'], {
    env,
    script: thingsScript,
  });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  await expect.poll(() => out, { timeout: 30_000 }).toContain('1\n1\n1\n');
  child.kill('SIGINT');

  expect(await child.ended).toBe(130);
  const wrong = await run(['list', '--watch', '0']);
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('--watch takes seconds')]);
});

test('a stream that is followed is opened again after its last event, until it is interrupted', async () => {
  const env = { NEBULA_URL: server.url, NEBULA_API_KEY: thingsKey };
  const child = start(['things', 'watch', 'vase', '--follow'], { env, script: thingsScript });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  await expect.poll(() => out.match(/"beat"/g)?.length ?? 0, { timeout: 30_000 }).toBeGreaterThan(1);
  child.kill('SIGINT');

  expect(await child.ended).toBe(130);
  expect(err).toMatch(/^The stream ended; opening it again\.$/m);
  expect(err).not.toContain('nebula:');
  const refused = await run(['watch', 'vase', '--follow'], '', 'neb_wrong');
  expect(refused.code).toBe(3);
});

test('a socket sends lines and prints answers until the server has done', async () => {
  const { code, out, err } = await run(['talk', 'vase'], '{"say":"hello"}\n\n{"say":"bye"}\n');

  expect([code, err]).toEqual([0, '']);
  expect(out).toBe('{"name":"vase","heard":"hello"}\n{"name":"vase","heard":"bye"}\n');
});

test('a message that the socket does not take ends it with the reason of the server', async () => {
  const wrong = await run(['talk', 'vase'], '{"shout":"hello"}\n');
  const notJson = await run(['talk', 'vase'], 'hello\n');

  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('BAD_INPUT')]);
  expect([notJson.code, notJson.err]).toEqual([2, expect.stringContaining('Each line must be JSON')]);
});
