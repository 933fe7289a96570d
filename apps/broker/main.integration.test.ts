import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hostCall } from './index.ts';
import { sendRaw, writeRequest } from './testing/send.ts';
import { startRecordingEngine } from './testing/recording-engine.ts';

let directory: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nb-'));
  await mkdir(join(directory, 's'), { mode: 0o700 });
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(directory, { recursive: true });
});

test('it says ready when both sockets listen, and ends with 0 on SIGTERM without leaving them', async () => {
  const broker = start();
  expect((await once(broker.child, 'message'))[0]).toEqual({ type: 'ready' });
  for (const name of ['docker.sock', 'host.sock']) {
    expect((await stat(join(directory, 's', name))).mode & 0o777).toBe(0o600);
  }
  broker.child.kill('SIGTERM');

  expect(await broker.ended).toBe(0);
  await expect(stat(join(directory, 's', 'docker.sock'))).rejects.toThrow('ENOENT');
});

test('a group may connect when one is named', async () => {
  const gid = process.getgid?.() ?? 0;
  const broker = start(['--client-gid', String(gid)]);
  await once(broker.child, 'message');
  const found = await stat(join(directory, 's', 'docker.sock'));

  expect(found.mode & 0o777).toBe(0o660);
  expect(found.gid).toBe(gid);
});

test('a second broker on the same directory ends with 75 and leaves the first alone', async () => {
  await once(start().child, 'message');
  const second = start();

  expect(await second.ended).toBe(75);
  expect(second.output()).toContain('Another broker listens');
  expect((await sendRaw(join(directory, 's', 'docker.sock'), writeRequest('GET', '/info'))).status).toBe(503);
});

test('sockets of a broker that was killed are replaced', async () => {
  const first = start();
  await once(first.child, 'message');
  first.child.kill('SIGKILL');
  await first.ended;
  const second = start();

  expect((await once(second.child, 'message'))[0]).toEqual({ type: 'ready' });
});

test('requests get 503 with a sentence while the engine is away, and answers when it is back', async () => {
  await once(start().child, 'message');
  const ask = () => sendRaw(join(directory, 's', 'docker.sock'), writeRequest('GET', '/v1.41/info'));
  const engine = join(directory, 'e.sock');
  const away = await ask();
  {
    await using _engine = await startRecordingEngine(engine);
    expect((await ask()).status).toBe(200);
  }
  const gone = await ask();

  for (const answer of [away, gone]) {
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.body)).toEqual({ message: `Docker engine is not reachable at ${engine}` });
  }
});

test.each([
  [['--engine', '/x'], '--socket-dir needs an absolute path'],
  [['--socket-dir', '/s', '--engine', 'x'], '--engine needs an absolute path'],
  [['--socket-dir', '/s', '--engine', '/a/../b'], '--engine needs an absolute path'],
  [['--socket-dir', '/s', '--engine', '/run/d.sock', '--app-root', '/'], 'must not contain'],
  [['--socket-dir', '/s', '--engine', '/var/lib/x/d.sock', '--app-root', '/var/lib'], 'must not contain'],
  [['--socket-dir', '/srv/s', '--engine', '/e', '--app-root', '/srv'], 'must not contain'],
  [['--socket-dir', '/s', '--engine', '/e', '--client-gid', 'root'], '--client-gid needs a number'],
  [['--socket-dir', '/s', '--engine', '/e', '--engine', '/f'], 'twice'],
  [['--evil', '1'], 'does not know the argument --evil'],
  [['--engine'], '--engine needs a value'],
])('the arguments %j end it with 78 and a sentence', async (args, sentence) => {
  const broker = start(args, true);

  expect(await broker.ended).toBe(78);
  expect(broker.output()).toContain(sentence);
});

test('the host socket says who listens on a port', async () => {
  await once(start().child, 'message');
  const socket = join(directory, 's', 'host.sock');
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const found = await hostCall(
    socket,
    'port-owner',
    { port, protocol: 'tcp' },
    { signal: AbortSignal.timeout(5_000) },
  );
  server.close();

  expect(found.port).toBe(port);
  expect(found.owners).toContainEqual({
    pid: process.pid,
    command: expect.any(String),
    user: process.getuid?.(),
    address: '127.0.0.1',
  });
});

test('the host socket refuses what its verbs do not know', async () => {
  await once(start().child, 'message');
  const post = async (target: string, input: unknown) => {
    const answer = await sendRaw(
      join(directory, 's', 'host.sock'),
      writeRequest('POST', target, JSON.stringify(input)),
    );
    return [answer.status, JSON.parse(answer.body).field];
  };

  expect(await post('/v1/reboot', {})).toEqual([404, undefined]);
  expect(await post('/v1/port-owner/../reboot', {})).toEqual([404, undefined]);
  expect(await post('/v1/port-owner', { port: 0, protocol: 'tcp' })).toEqual([400, 'port']);
  expect(await post('/v1/port-owner', { port: 80, protocol: 'icmp' })).toEqual([400, 'protocol']);
  expect(await post('/v1/port-owner', { port: 80 })).toEqual([400, 'protocol']);
  expect(await post('/v1/port-owner', { port: 80, protocol: 'tcp', host: 'x' })).toEqual([400, 'host']);
});

function start(args: string[] = [], isWhole = false) {
  const common = ['--socket-dir', join(directory, 's'), '--engine', join(directory, 'e.sock')];
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'main.ts'), ...(isWhole ? [] : common), ...args],
    { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
  );
  children.push(child);
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const ended = once(child, 'exit').then(([code]) => code);
  return { child, ended, output: () => output };
}
