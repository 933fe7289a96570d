import { chmod, lchown, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeProcess } from '../../../launch/process-table.mjs';
import { type Broker, startBroker } from '../../broker/broker.ts';
import { type TestInstallation, testInstallation } from '../fixtures/installation.ts';
import { nebula } from '../fixtures/nebula.ts';
import { scriptedServer } from '../fixtures/scripted-server.ts';

interface Told {
  id: string;
  area: string;
  meaning: string;
  title: string;
  verdict: 'ok' | 'warning' | 'problem' | 'unknown';
  detail: string;
  next: string | null;
}

let place: TestInstallation;

beforeAll(async () => {
  place = await testInstallation();
  await keepStart({ host: '127.0.0.1', port: 0, lan: false, engine: noEngine });
});
afterAll(async () => await place[Symbol.asyncDispose]());

const noEngine = '/nonexistent/engine.sock';

async function keepStart(start: unknown): Promise<void> {
  await writeFile(join(place.dataDir, 'last-start.json'), JSON.stringify(start), { mode: 0o600 });
}

async function look(env: Record<string, string> = {}) {
  const { code, out, err } = await nebula(['doctor', '--json'], { env: { ...place.env, ...env } });
  expect(err).toBe('');
  const { checks } = JSON.parse(out) as { checks: Told[] };
  return { code, checks, of: (id: string) => checks.find((check) => check.id === id) };
}

test('on a machine without anything it says what is missing and invents nothing', async () => {
  const { code, checks, of } = await look({ NEBULA_DATA: '/nonexistent/nebula', PORT: '1' });

  expect(code).toBe(1);
  expect(checks.length).toBeGreaterThanOrEqual(15);
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  expect(of('runtime')).toMatchObject({ verdict: 'ok', detail: expect.stringContaining(process.version) });
  expect(of('data')).toMatchObject({ verdict: 'problem', next: expect.stringContaining('npm start') });
  expect(of('server')).toMatchObject({ verdict: 'problem' });
  for (const id of ['keys', 'database', 'broker', 'port']) expect(of(id)?.verdict).toBe('unknown');
  for (const { detail, title, meaning, area } of checks) {
    expect([detail, title, area]).not.toContain('');
    expect(meaning).toMatch(/^[A-Z].*\.$/);
  }
});

test('the machine itself is looked at, and each bad word comes with what to do', async () => {
  const { checks, of } = await look();

  const machine = [
    'disk',
    'inodes',
    'memory',
    'kernel',
    'time-zone',
    'docker-group',
    'engine-tcp',
    'web-ports',
    'hand-over',
  ];
  for (const id of [...machine, 'dns']) expect([id, of(id)?.verdict]).not.toEqual([id, 'unknown']);
  for (const { verdict, next } of checks) {
    if (verdict === 'warning' || verdict === 'problem') expect(next).toMatch(/^\S.*[.)]$/);
  }
  expect(of('memory')?.detail).toMatch(/[GM]iB are available/);
});

describe('on an installation that is stopped', () => {
  test('what is in order is ok and what does not run has failed', async () => {
    const { code, of } = await look();

    expect(code).toBe(1);
    expect(of('data')).toMatchObject({ verdict: 'ok' });
    expect(of('keys')).toMatchObject({ verdict: 'ok' });
    expect(of('leftovers')).toMatchObject({ verdict: 'ok' });
    expect(of('database')).toMatchObject({
      verdict: 'problem',
      detail: 'The embedded database does not run.',
    });
    expect(of('broker')).toMatchObject({ verdict: 'problem', next: expect.stringContaining('npm start') });
    expect(of('docker')).toMatchObject({ verdict: 'problem', detail: expect.stringContaining(noEngine) });
    for (const id of ['engine', 'engine-disk', 'published', 'engine-mounts'])
      expect(of(id)).toMatchObject({ verdict: 'unknown', detail: 'No engine answers; "Docker" says why.' });
  });

  test('the address and the engine are those of its last start, and what is odd there is passed over', async () => {
    await keepStart({ host: '0.0.0.0', port: 5999, lan: true, engine: noEngine });
    const kept = await look();
    await keepStart('not what the launcher writes');
    const odd = await look({ PORT: '5998' });
    await keepStart({ host: '127.0.0.1', port: 0, lan: false, engine: noEngine });

    expect(kept.of('server')?.detail).toContain('https://127.0.0.1:5999');
    expect(odd.of('server')?.detail).toContain('http://127.0.0.1:5998');
  });

  test('a data directory and keys that others can read have failed', async () => {
    const key = join(place.dataDir, 'keys', 'audit.key');
    await chmod(place.dataDir, 0o755);
    await chmod(key, 0o644);
    const { of } = await look();
    await chmod(place.dataDir, 0o700);
    await chmod(key, 0o600);

    expect(of('data')).toMatchObject({ verdict: 'problem', next: expect.stringContaining('chmod 700') });
    expect(of('keys')).toMatchObject({ verdict: 'problem', detail: expect.stringContaining('audit.key') });
  });

  test('a missing key has failed and names it', async () => {
    const key = join(place.dataDir, 'keys', 'device.key');
    await rm(key);
    const { of } = await look();
    await writeFile(key, Buffer.alloc(32).toString('base64'), { mode: 0o600 });
    await lchown(key, place.owner.uid, place.owner.gid);

    expect(of('keys')).toMatchObject({
      verdict: 'problem',
      detail: expect.stringMatching(/Missing.*device.key/),
    });
  });

  test('what a killed start has left is told', async () => {
    const pidFile = join(place.dataDir, 'postgres', 'postmaster.pid');
    const record = { name: 'server', pid: 4_194_304, startedAt: '1', bootId: 'x', script: 'y' };
    await mkdir(place.runtimeDir, { recursive: true });
    const alive = { ...describeProcess('broker', process.pid, ''), script: process.execPath };
    await writeFile(join(place.runtimeDir, 'pids.json'), JSON.stringify([record, alive]));
    await writeFile(place.lockFile, '{"pid":4194304,"url":"http://127.0.0.1:1"}');
    await writeFile(pidFile, '4194304\n');
    const { of } = await look();
    for (const path of [pidFile, place.lockFile, join(place.runtimeDir, 'pids.json')]) await rm(path);

    expect(of('leftovers')).toMatchObject({
      verdict: 'warning',
      next: expect.stringContaining('next start'),
    });
    expect(of('leftovers')?.detail).toMatch(
      /server with pid 4194304 is gone.*broker with pid \d+ runs without.*does not hold it.*postmaster.pid/,
    );
    expect(of('server')?.detail).toContain('http://127.0.0.1:1');
  });

  test('one broken file makes one check unknown and spoils no other', async () => {
    await mkdir(place.runtimeDir, { recursive: true });
    await writeFile(join(place.runtimeDir, 'pids.json'), 'not JSON');
    const { of } = await look();
    await rm(join(place.runtimeDir, 'pids.json'));

    expect(of('leftovers')).toMatchObject({
      verdict: 'unknown',
      detail: expect.stringContaining('could not be looked at'),
    });
    expect(of('keys')).toMatchObject({ verdict: 'ok' });
  });
});

describe('with a database and a broker that run', () => {
  let broker: Broker;
  let engine: Server;
  let apiVersion = '1.47';

  beforeAll(async () => {
    const sockets = join(place.runtimeDir, 'broker');
    await mkdir(sockets, { recursive: true });
    const socket = join(dirname(place.dataDir), 'engine.sock');
    engine = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      const answers: Record<string, unknown> = {
        version: { Version: '29.0', ApiVersion: apiVersion, MinAPIVersion: '1.24' },
        info: { Driver: 'vfs', CgroupVersion: '2', DockerRootDir: place.dataDir, SecurityOptions: [] },
        json: [
          {
            Id: 'a'.repeat(64),
            Names: ['/web'],
            State: 'running',
            Ports: [{ IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' }],
            Mounts: [{ Type: 'bind', Source: '/var/run/docker.sock', Destination: '/s', RW: false }],
          },
        ],
      };
      const name = /(\w+)(\?.*)?$/.exec(request.url ?? '')?.[1] ?? '';
      response.end(JSON.stringify(answers[name] ?? {}));
    });
    await new Promise<void>((resolve) => engine.listen(socket, resolve));
    const settings = {
      socketDir: sockets,
      engine: socket,
      appRoots: [],
      clientGid: place.owner.gid,
      grantKey: undefined,
      units: [],
      caddyAdmin: '/nowhere/admin.sock',
      siteRoots: [],
    };
    broker = await startBroker(
      settings,
      () => new Date(),
      () => undefined,
    );
  });
  afterAll(async () => {
    await broker[Symbol.asyncDispose]();
    engine.closeAllConnections();
    await new Promise((resolve) => engine.close(resolve));
  });

  test('they are asked and their versions are told', async () => {
    await using postgres = await place.start();
    const { of } = await look();

    expect(postgres.pid()).toBeGreaterThan(0);
    expect(of('database')).toMatchObject({ verdict: 'ok', detail: expect.stringMatching(/PostgreSQL \d\d/) });
    expect(of('broker')).toMatchObject({ verdict: 'ok' });
    const detail = expect.stringContaining('29.0 (API 1.47) answers through the broker');
    expect(of('docker')).toMatchObject({ verdict: 'ok', detail });
    expect(of('engine')).toMatchObject({ verdict: 'warning', detail: expect.stringContaining('vfs') });
    expect(of('engine-disk')?.detail).toContain(place.dataDir);
    expect(of('published')).toMatchObject({
      verdict: 'warning',
      detail: expect.stringContaining('web (8080)'),
    });
    expect(of('engine-mounts')).toMatchObject({ verdict: 'warning', detail: expect.stringContaining('web') });
  });

  test('an engine that is too old has failed', async () => {
    apiVersion = '1.40';
    const { of } = await look();
    apiVersion = '1.47';

    expect(of('docker')).toMatchObject({ verdict: 'problem', next: expect.stringContaining('1.41') });
  });

  test('a socket that everybody may open has failed', async () => {
    await chmod(broker.hostSocket, 0o666);
    const { of } = await look();
    await chmod(broker.hostSocket, 0o660);

    expect(of('broker')).toMatchObject({ verdict: 'problem', detail: expect.stringContaining('mode 666') });
  });

  test('the holder of the port is named, and whether it is ours', async () => {
    await using server = await scriptedServer(() => ({ body: '{"ok":true}' }));
    const PORT = new URL(server.url).port;
    const stranger = await look({ PORT });
    const record = describeProcess('server', process.pid, process.argv[1] ?? '');
    await writeFile(
      join(place.runtimeDir, 'pids.json'),
      JSON.stringify([{ ...record, script: process.execPath }]),
    );
    const ours = await look({ PORT });
    await rm(join(place.runtimeDir, 'pids.json'));

    expect(stranger.of('port')).toMatchObject({
      verdict: 'unknown',
      detail: expect.stringContaining(`pid ${process.pid}`),
    });
    expect(ours.of('port')).toMatchObject({
      verdict: 'ok',
      detail: expect.stringContaining(`pid ${process.pid}`),
    });
    expect(ours.of('server')).toMatchObject({ verdict: 'ok' });
    expect(ours.of('exposure')).toMatchObject({
      verdict: 'ok',
      detail: expect.stringContaining('127.0.0.1'),
    });
    expect(ours.of('user')?.verdict).toBe(process.getuid?.() === 0 ? 'problem' : 'ok');
  });

  test('for people each verdict stands with what to do, and quiet tells only what is not well', async () => {
    const people = await nebula(['doctor'], { env: place.env });
    const quiet = await nebula(['doctor', '--quiet'], { env: place.env });

    expect(people.out).toMatch(/^NebulaCommand\nok {7}Runtime: Node v24/m);
    expect(people.out).toMatch(/\d+ problems?, \d+ warnings?, \d+ unknown, \d+ ok\n$/);
    expect(people.out).toMatch(/^ {9}→ /m);
    expect(quiet.out).not.toMatch(/^ok /m);
    expect(quiet.out).toMatch(/^problem /m);
  });
});
