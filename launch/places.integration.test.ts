import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Harness, type Running } from './fixtures/harness.ts';
import { isRunning } from './process-table.mjs';

const running = 'NebulaCommand is running';
const isRoot = process.getuid?.() === 0;

async function refused(launcher: Running): Promise<string> {
  const code = await launcher.ended;
  expect(launcher.stdout()).not.toContain(running);
  expect(code).toBeGreaterThan(0);
  expect(launcher.stderr()).not.toMatch(/^\s+at /m);
  return launcher.stderr();
}

describe('data directory', () => {
  test.each([
    ['of 200 characters', `${'d'.repeat(80)}/${'e'.repeat(119)}`],
    ['with blanks and quotes', `a "b" 'c' $(d) \`e\` ü`],
  ])('%s works, with sockets in a short path', async (_, name) => {
    await using harness = new Harness(name);
    const launcher = harness.start();
    await launcher.printed(running);
    const runtime = harness.events('server')[0]?.env?.NEBULA_RUNTIME ?? '';
    expect(`${runtime}/pg/.s.PGSQL.5432`.length).toBeLessThan(100);
    expect(statSync(harness.data).mode & 0o777).toBe(0o700);
  });

  test('of a person, everything is private to that person', async () => {
    await using harness = new Harness('state/nebula');
    const launcher = harness.start({ through: harness.asPerson() });
    await launcher.printed(running);
    const { uid } = statSync(harness.base);
    for (const path of [harness.data, harness.personRuntime, `${harness.personRuntime}/broker`]) {
      expect(statSync(path)).toMatchObject({ uid });
      expect(statSync(path).mode & 0o777).toBe(0o700);
    }
    expect(harness.events().map((event) => event.uid ?? uid)).toEqual([uid, uid]);
  });

  test('that cannot be written is refused with a sentence', async () => {
    await using harness = new Harness('closed/data');
    const through = harness.asPerson();
    mkdirSync(join(harness.base, 'closed'), { mode: 0o500 });
    expect(await refused(harness.start({ through }))).toBe(
      `The data directory ${harness.data} cannot be used: you may not write there.\n`,
    );
  });

  test('that holds other things is refused and stays as it is', async () => {
    await using harness = new Harness();
    mkdirSync(harness.data, { mode: 0o755 });
    chmodSync(harness.data, 0o755);
    writeFileSync(join(harness.data, 'holiday.jpg'), '');
    const before = statSync(harness.data);
    expect(await refused(harness.start())).toContain('already holds other files (holiday.jpg)');
    const after = statSync(harness.data);
    expect([after.mode, after.uid]).toEqual([before.mode, before.uid]);
    expect(readdirSync(harness.data)).toEqual(['holiday.jpg']);
  });

  test('whose path is a file is refused with a sentence', async () => {
    await using harness = new Harness();
    writeFileSync(harness.data, '');
    expect(await refused(harness.start())).toContain(
      `The data directory ${harness.data} is not a directory.`,
    );
  });
});

describe('runtime directory', () => {
  test('that is a link is refused', async () => {
    await using harness = new Harness();
    const through = harness.asPerson();
    const elsewhere = join(harness.base, 'elsewhere');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, harness.personRuntime);
    expect(await refused(harness.start({ through }))).toContain(`${harness.personRuntime} is a link`);
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test('in the session directory is used when that belongs to the person', async () => {
    await using harness = new Harness();
    const through = harness.asPerson();
    const launcher = harness.start({ through, env: { XDG_RUNTIME_DIR: harness.base } });
    await launcher.printed(running);
    const runtime = harness.events('server')[0]?.env?.NEBULA_RUNTIME ?? '';
    expect(runtime.startsWith(`${harness.base}/nebula-`)).toBe(true);
  });
});

describe('what the parts get', () => {
  test('the environment of the server is settings and nothing else of the shell', async () => {
    await using harness = new Harness();
    const launcher = harness.start({
      args: ['--port', '15012'],
      env: {
        DATABASE_URL: 'postgres://db.example/nebula',
        NEBULA_LOG_LEVEL: 'debug',
        NEBULA_RUNTIME: '/somewhere/else',
        NEBULA_TLS_KEY: '/somewhere/key.pem',
        NODE_OPTIONS: '--max-old-space-size=512',
        AWS_SECRET_ACCESS_KEY: 'secret',
        TZ: 'Europe/Vienna',
      },
    });
    await launcher.printed(running);
    const { NODE_CHANNEL_FD, NODE_CHANNEL_SERIALIZATION_MODE, ...env } =
      harness.events('server')[0]?.env ?? {};
    const runtime = isRoot ? harness.rootRuntime : harness.personRuntime;
    expect(env).toEqual({
      DATABASE_URL: 'postgres://db.example/nebula',
      HOME: harness.data,
      HOST: '127.0.0.1',
      LANG: 'C.UTF-8',
      NEBULA_BROKER_DIR: `${runtime}/broker`,
      NEBULA_DATA: harness.data,
      NEBULA_LOG_LEVEL: 'debug',
      NODE_COMPILE_CACHE: `${harness.data}/cache/server`,
      NEBULA_RUNTIME: runtime,
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      PORT: '15012',
      TZ: 'Europe/Vienna',
    });
  });

  test('the broker gets its paths as arguments and no database address', async () => {
    await using harness = new Harness();
    const launcher = harness.start({
      env: { DOCKER_HOST: 'unix:///srv/engine.sock', DATABASE_URL: 'postgres://db.example/nebula' },
    });
    await launcher.printed(running);
    const [event] = harness.events('broker');
    const runtime = isRoot ? harness.rootRuntime : harness.personRuntime;
    expect(event?.argv?.slice(0, 6)).toEqual([
      ...['--socket-dir', `${runtime}/broker`, '--engine', '/srv/engine.sock'],
      ...['--app-root', `${harness.data}/apps`],
    ]);
    expect(event?.argv?.slice(8)).toEqual([
      ...['--grant-key', `${runtime}/broker/grant-public.pem`],
      ...['--units', ''],
      ...['--caddy-admin', '', '--site-root', `${harness.data}/sites`],
    ]);
    expect(event?.env?.DATABASE_URL).toBeUndefined();
    expect(event?.env?.HOME).toBe(runtime);
  });

  test('a server that cannot start says why, and the broker is stopped', async () => {
    await using harness = new Harness();
    harness.behave({ server: { fatal: 'Port 5000 is in use by another program.\u001b[2J' } });
    expect(await refused(harness.start())).toContain(
      'The server cannot start: Port 5000 is in use by another program. [2J\n',
    );
    expect(harness.events('broker').at(-1)?.event).toBe('stopped');
  });
});

describe('flags', () => {
  test.each([
    [['--host', '192.168.1.5'], 'would send passwords over the network in the clear'],
    [['--host', '0.0.0.0'], 'Use --lan'],
    [['--host', 'example.org'], 'HOST must be an IP address or "localhost"'],
    [['--port', '70000'], 'PORT must be a number from 0 to 65535, not "70000"'],
    [['--prot', '5000'], "Unknown option '--prot'"],
  ])('%j is refused with a reason and exit code 64', async (args, reason) => {
    await using harness = new Harness();
    const launcher = harness.start({ args });
    expect(await launcher.ended).toBe(64);
    expect(launcher.stderr()).toContain(reason);
    expect(existsSync(harness.data)).toBe(false);
  });

  test('an address of the network is accepted behind a proxy that speaks TLS', async () => {
    await using harness = new Harness();
    const launcher = harness.start({ args: ['--host', '0.0.0.0'], env: { NEBULA_BEHIND_PROXY: '1' } });
    await launcher.printed(running);
    expect(harness.events('server')[0]?.env?.HOST).toBe('0.0.0.0');
  });
});

// What only root can do cannot be tried by anybody else.
if (isRoot) {
  describe('started by root', () => {
    test('the broker stays root; the server is the service user without further groups', async () => {
      await using harness = new Harness();
      const through = ['/usr/bin/setpriv', '--groups=4,20,27'];
      const launcher = harness.start({ through });
      await launcher.printed(running);
      expect(harness.events('broker')[0]).toMatchObject({ uid: 0 });
      expect(harness.events('server')[0]).toMatchObject({ uid: 65_534, groups: [65_534] });
      const { server } = harness.pids();
      expect(readFileSync(`/proc/${server}/status`, 'utf8')).toMatch(/^NoNewPrivs:\t1$/m);
      // The leftovers of a killed start are found by this record, so it must name the server and not who started it.
      const records = JSON.parse(readFileSync(join(harness.rootRuntime, 'pids.json'), 'utf8'));
      const record = records.find(({ name }: { name: string }) => name === 'server');
      expect([record.pid, isRunning(record)]).toEqual([server, true]);
    });

    test('the service user can read the sockets of the broker and write nothing beside them', async () => {
      await using harness = new Harness();
      const launcher = harness.start();
      await launcher.printed(running);
      const facts = ['', 'broker', 'pg', 'relay', 'pids.json'].map((name) => {
        const { uid, gid, mode } = statSync(join(harness.rootRuntime, name));
        return [name, uid, gid, (mode & 0o777).toString(8)];
      });
      expect(facts).toEqual([
        ['', 0, 65_534, '750'],
        ['broker', 0, 65_534, '750'],
        ['pg', 65_534, 65_534, '700'],
        ['relay', 65_534, 65_534, '700'],
        ['pids.json', 0, 0, '600'],
      ]);
    });

    test('a data directory of somebody else is refused', async () => {
      await using harness = new Harness();
      mkdirSync(harness.data);
      chownSync(harness.data, 1234, 1234);
      expect(await refused(harness.start())).toContain('belongs to user 1234');
    });

    test('a data directory that the service user cannot reach is refused with a sentence', async () => {
      await using harness = new Harness('closed/data');
      mkdirSync(join(harness.base, 'closed'), { mode: 0o700 });
      expect(await refused(harness.start())).toContain(
        `The service user "nobody" cannot reach ${harness.data}: a directory above it is closed to others.`,
      );
    });

    test('a runtime directory that belongs to somebody else is refused', async () => {
      await using harness = new Harness();
      mkdirSync('/run/nebula', { recursive: true });
      mkdirSync(harness.rootRuntime);
      chownSync(harness.rootRuntime, 1234, 1234);
      expect(await refused(harness.start())).toContain('belongs to user 1234');
      rmSync(harness.rootRuntime, { recursive: true });
    });
  });
}
