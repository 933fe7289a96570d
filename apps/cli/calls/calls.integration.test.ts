import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type TestApp, testApp, until } from '../../dashboard/testing.ts';
import { nebula, start } from '../fixtures/nebula.ts';
import { problem, scriptedServer } from '../fixtures/scripted-server.ts';

let app: TestApp;
let admin: Record<string, string>;
let viewer: Record<string, string>;
const idOf = (n: number) => n.toString(16).padStart(4, '0').padEnd(64, 'a');
/** What a terminal would obey. */
const obeyed = /[[\p{Cc}\p{Cf}]--[\n]]/v;
const hostile = 'evil\u001b[2J\u009b31m\u202egnp';

beforeAll(async () => {
  app = await testApp(inject('postgres'));
  const as = async (role: 'admin' | 'viewer') => ({
    NEBULA_URL: app.url,
    NEBULA_API_KEY: (await app.as(role)).key ?? '',
  });
  admin = await as('admin');
  viewer = await as('viewer');
  ['web-1', 'web-2', 'db', hostile, '日本語'].forEach((name, n) => app.docker.put({ id: idOf(n), name }));
  await until(async () => (await (await app.as('viewer')).fetch('/api/containers')).status === 200);
});
afterAll(async () => await app[Symbol.asyncDispose]());

test('lists containers aligned, with hostile names made harmless', async () => {
  const { code, out, err } = await nebula(['containers', 'list'], { env: viewer });

  expect([code, err]).toEqual([0, '']);
  const lines = out.trimEnd().split('\n');
  expect(lines).toHaveLength(6);
  expect(lines[0]).toMatch(/^NAME +STATE +HEALTH +IMAGE/);
  expect(out).toContain('evil\\x1b[2J\\x9b31m\\u{202e}gnp');
  expect(out).not.toMatch(obeyed);
});

test('answers exactly what the API answers with --json, before or after the command', async () => {
  const { out } = await nebula(['containers', 'list', '--limit', '2', '--json'], { env: viewer });
  const before = await nebula(['--json', 'containers', 'list', '--limit=2'], { env: viewer });
  const direct = await (await app.as('viewer')).fetch('/api/containers?limit=2');

  const withoutUsage = (page: { items: object[] }) => page.items.map((item) => ({ ...item, usage: null }));
  expect(withoutUsage(JSON.parse(out))).toEqual(withoutUsage((await direct.json()) as { items: object[] }));
  expect(JSON.parse(before.out).next).toBe(JSON.parse(out).next);
  const hostileJson = (await nebula(['containers', 'get', idOf(3), '--json'], { env: viewer })).out;
  expect(hostileJson).not.toMatch(obeyed);
  expect(JSON.parse(hostileJson).name).toBe(hostile);
});

test('goes on to the last page with --all and says otherwise that there is more', async () => {
  const first = await nebula(['containers', 'list', '--limit', '2', '--quiet'], { env: viewer });
  const all = await nebula(['containers', 'list', '--limit', '2', '--all', '--quiet'], { env: viewer });
  const people = await nebula(['containers', 'list', '--limit', '2'], { env: viewer });

  expect(first.out.trim().split('\n')).toHaveLength(2);
  expect(all.out.trim().split('\n').sort()).toEqual([0, 1, 2, 3, 4].map(idOf).sort());
  expect(people.err).toMatch(/There is more: --cursor \S+, or --all/);
});

test('restarts by name, tells the steps and ends with 0', async () => {
  const { code, out, err } = await nebula(['containers', 'restart', 'web-1'], { env: admin });

  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('[1/3] Look at the container: done');
  expect(out).toContain('Restart container web-1: succeeded.');
  expect(app.docker.restarts).toContain(idOf(0));
});

test('answers at once with --no-wait and gives the run to look at', async () => {
  const { code, out } = await nebula(['containers', 'restart', '0001', '--no-wait', '--quiet'], {
    env: admin,
  });
  const runId = out.trim();

  expect([code, runId]).toEqual([0, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  await until(async () => {
    const shown = await nebula(['jobs', 'get', runId, '--json'], { env: admin });
    return JSON.parse(shown.out).state === 'succeeded';
  });
});

describe('the exit code', () => {
  test('is 2 for a field that the server refuses, which is named', async () => {
    const { code, err } = await nebula(['containers', 'list', '--cursor', 'bogus'], { env: viewer });
    expect([code, err]).toEqual([2, expect.stringMatching(/query.cursor[^]*request /)]);
  });

  test('is 3 without a key, with a wrong, expired or revoked one, and when it may not', async () => {
    const keyed = (key: string) => ({ NEBULA_URL: app.url, NEBULA_API_KEY: key });
    const { apiKeys, database } = app.app.resources;
    const options = { name: 'old', role: 'admin' as const, scopes: ['*'], userId: null };
    const expired = await apiKeys.create(database.sql, { ...options, expiresAt: new Date('2026-01-02') });
    const revoked = await apiKeys.create(database.sql, { ...options, expiresAt: null });
    await apiKeys.revoke(database.sql, revoked.row.id, null);

    const none = await nebula(['containers', 'list'], { env: { NEBULA_URL: app.url } });
    const wrong = await nebula(['containers', 'list'], { env: keyed(`neb_${'planted'.padEnd(43, 'x')}`) });
    const late = await nebula(['containers', 'list'], { env: keyed(expired.token) });
    const gone = await nebula(['containers', 'list'], { env: keyed(revoked.token) });
    const forbidden = await nebula(['containers', 'restart', 'web-2'], { env: viewer });

    expect([none.code, none.err]).toEqual([3, expect.stringContaining('There is no API key for')]);
    expect([wrong.code, wrong.err]).toEqual([
      3,
      expect.stringMatching(/not known here[^]*context add[^]*request /),
    ]);
    expect(wrong.err).not.toContain('planted');
    expect([late.code, late.err]).toEqual([3, expect.stringContaining('expired on 2026-01-02')]);
    expect([gone.code, gone.err]).toEqual([3, expect.stringContaining('was revoked')]);
    expect([forbidden.code, forbidden.err]).toEqual([3, expect.stringContaining('containers:operate')]);
  });

  test('is 8 for a container or run that is not there, with what is like it', async () => {
    const container = await nebula(['containers', 'get', 'web'], { env: viewer });
    const id = await nebula(['containers', 'get', 'f'.repeat(64)], { env: viewer });
    const run = await nebula(['jobs', 'get', '01990000-0000-7000-8000-000000000000'], { env: viewer });

    expect([container.code, container.err]).toEqual([8, expect.stringContaining('web-1, web-2')]);
    expect([id.code, run.code]).toEqual([8, 8]);
  });

  test('is 2 for the beginning of several ids, which are named', async () => {
    const { code, err } = await nebula(['containers', 'get', '000'], { env: viewer });

    expect([code, err]).toEqual([2, expect.stringContaining('not one container but 5')]);
    expect(err).toContain('web-1 (0000aaaaaaaa on local)');
    expect(err).not.toMatch(obeyed);
  });

  test('is 9 while another run works on the container, and 4 when the run fails', async () => {
    app.docker.refuse('restart', 'no space left on device');
    const failed = await nebula(['containers', 'restart', 'web-1', '--json'], { env: admin });
    app.docker.refuse('restart', null);

    const second = nebula(['containers', 'restart', 'db'], { env: admin });
    await until(() => app.docker.restarts.includes(idOf(2)));
    const busy = await nebula(['containers', 'restart', 'db', '--json'], { env: admin });

    expect([busy.code, JSON.parse(busy.err)]).toMatchObject([
      9,
      { code: 'TARGET_BUSY', requestId: expect.any(String) },
    ]);
    expect((await second).code).toBe(0);
    expect([failed.code, JSON.parse(failed.out).state]).toEqual([4, 'failed']);
    expect(failed.err).toContain('[2/3]');
  });

  test('is 7 when nobody answers, or somebody else does', async () => {
    await using other = await scriptedServer(() => ({
      status: 502,
      type: 'text/html',
      body: '<h1>Bad gateway</h1>',
    }));
    await using away = await scriptedServer(() => ({ status: 302, body: 'http://127.0.0.1:1/' }));

    const gone = await scriptedServer(() => ({ body: '' }));
    await gone[Symbol.asyncDispose]();

    const nobody = await nebula(['about', 'health'], { env: { NEBULA_URL: gone.url } });
    const proxy = await nebula(['about', 'health'], { env: { NEBULA_URL: other.url } });
    const moved = await nebula(['containers', 'list'], {
      env: { NEBULA_URL: away.url, NEBULA_API_KEY: 'neb_x' },
    });

    expect([nobody.code, nobody.err]).toEqual([7, expect.stringContaining('ECONNREFUSED')]);
    expect([proxy.code, proxy.err]).toEqual([7, expect.stringContaining('502')]);
    expect([moved.code, away.seen]).toEqual([7, ['GET /api/containers Bearer neb_x']]);
  });

  test('is 10 when the limit is reached, and says when to come back', async () => {
    const caller = await app.as('admin');
    for (let n = 0; n < 10; n += 1) await caller.fetch('/api/audit/verification');

    const env = { NEBULA_URL: app.url, NEBULA_API_KEY: caller.key ?? '' };
    const { code, err } = await nebula(['audit', 'verify'], { env });

    expect([code, err]).toEqual([10, expect.stringMatching(/Try again in \d+ seconds/)]);
  });

  test('is 5 when nobody knows how a run ended, with where to look', async () => {
    const runId = '01990000-0000-7000-8000-000000000000';
    const run = {
      id: runId,
      title: 'Send it',
      state: 'unknown',
      target: { name: 'web' },
      steps: [],
      isWaiting: false,
      lookHere: { step: 'mail', why: 'The reply was lost.', next: 'Look into the outbox.' },
    };
    await using server = await scriptedServer((method) => ({ body: method === 'POST' ? { runId } : run }));
    const env = { NEBULA_URL: server.url, NEBULA_API_KEY: 'neb_x' };

    const { code, out } = await nebula(['containers', 'restart', 'f'.repeat(64)], { env });

    expect(code).toBe(5);
    expect(out).toContain('The reply was lost. Look into the outbox.');
    expect(out).toContain(`nebula jobs resolve ${runId} --verdict done|not-done`);
  });

  test('of a run that cannot be seen says that it goes on', async () => {
    const runId = '01990000-0000-7000-8000-000000000000';
    await using server = await scriptedServer((method) =>
      method === 'POST' ? { body: { runId } } : problem(403, 'FORBIDDEN'),
    );
    const env = { NEBULA_URL: server.url, NEBULA_API_KEY: 'neb_x' };

    const { code, err } = await nebula(['containers', 'restart', 'f'.repeat(64)], { env });

    expect([code, err]).toEqual([
      3,
      expect.stringContaining(`Run ${runId} was started, but this key may not see runs`),
    ]);
  });

  test('is 6 when the audit was changed behind our back', async () => {
    const { pool } = app.app.resources.database;
    const before = await nebula(['audit', 'verify', '--json'], { env: admin });
    const forge = `update audit_entries set actor_name = 'somebody else' where action = 'containers.restart'`;
    await pool.query(
      `set session_replication_role = replica; ${forge}; set session_replication_role = default`,
    );

    const { code, out } = await nebula(['audit', 'verify'], { env: admin });

    expect([before.code, JSON.parse(before.out).findings]).toEqual([0, []]);
    expect([code, out]).toEqual([6, expect.stringContaining('entry-changed')]);
  });
});

test('live events are lines of JSON until Ctrl-C', async () => {
  const child = start(['live', 'events'], { env: viewer });
  for await (const line of createInterface({ input: child.stdout })) {
    expect(JSON.parse(line)).toMatchObject({ event: expect.any(String) });
    break;
  }
  child.kill('SIGINT');

  expect(await child.ended).toBe(130);
});

test('whoever reads from us may have enough', async () => {
  const child = start(['live', 'events'], { env: viewer });
  child.stdout.once('data', () => child.stdout.destroy());

  expect(await child.ended).toBe(141);
});

test('a run that is no longer followed goes on', async () => {
  const before = app.docker.restarts.length;
  const child = start(['containers', 'restart', 'web-2'], { env: admin });
  let err = '';
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  await until(() => app.docker.restarts.length > before);
  child.kill('SIGINT');

  expect(await child.ended).toBe(130);
  const runId = /nebula jobs get ([0-9a-f-]{36})/.exec(err)?.[1] ?? '';
  await until(async () => {
    const shown = await nebula(['jobs', 'get', runId, '--json'], { env: viewer });
    return JSON.parse(shown.out).state === 'succeeded';
  });
});

test('a key that is made is shown once; it stands neither in arguments nor anywhere else', async () => {
  const person = await app.signIn('admin');
  const { apiKeys, database } = app.app.resources;
  const { rows } = await database.pool.query('select id from users where email = $1', [person.email]);
  const own = { name: 'own', role: 'admin' as const, scopes: ['*'], userId: rows[0].id, expiresAt: null };
  const { token } = await apiKeys.create(database.sql, own);
  const env = { NEBULA_URL: app.url, NEBULA_API_KEY: token };

  const made = await nebula(
    ['account', 'create-key', '--name', 'ci', '--scopes', 'containers:read,jobs:read'],
    { env },
  );
  const listed = await nebula(['account', 'list-keys'], { env });
  const id = /^key.id +(\S+)$/m.exec(made.out)?.[1] ?? '';
  const revoked = await nebula(['account', 'revoke-key', id, '--quiet'], { env });

  expect(made.out).toMatch(/^token +neb_[\w-]{43}$/m);
  expect(listed.out).toContain('containers:read, jobs:read');
  expect(listed.out).not.toMatch(/neb_[\w-]{20}/);
  expect(revoked).toEqual({ code: 0, out: '', err: '' });
});

test('bin/nebula.mjs hands everything on, whatever Node runs it', async () => {
  const script = join(import.meta.dirname, '..', '..', '..', 'bin', 'nebula.mjs');
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'));

  const listed = await nebula(['containers', 'list', '--json'], { env: viewer, script });
  const told = await nebula(['--version'], { script });
  const failed = await nebula(['containers', 'get', 'nothing'], { env: viewer, script });

  expect(JSON.parse(listed.out).items.length).toBeGreaterThan(4);
  expect([told.out, failed.code]).toEqual([`${version}\n`, 8]);
});
