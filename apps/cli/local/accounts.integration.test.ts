import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbeddedPostgres } from '@nebula/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestInstallation, testInstallation } from '../fixtures/installation.ts';
import { nebula } from '../fixtures/nebula.ts';

let place: TestInstallation;
let running: EmbeddedPostgres | undefined;
const password = 'planted-secret-horse';
const admin = ['account', 'create-admin', '--name', 'Me', '--password-stdin', '--email'];
const key = ['account', 'api-key', '--name', 'cli', '--role', 'admin', '--scopes', '*'];

beforeAll(async () => {
  place = await testInstallation();
});
afterAll(async () => {
  await running?.stop();
  await place[Symbol.asyncDispose]();
});

async function audited(postgres: EmbeddedPostgres, action: string) {
  return await place.withDatabase(postgres, async ({ pool }) => {
    const { rows } = await pool.query(
      'select actor_name, outcome, target_name, details from audit_entries where action = $1 order by at',
      [action],
    );
    return rows;
  });
}

describe('while NebulaCommand is stopped', () => {
  test('an administrator and a key are made, and the database is stopped again', async () => {
    const made = await nebula([...admin, 'me@example.com'], { env: place.env, input: `${password}\n` });
    const token = await nebula(key, { env: place.env });

    expect(made).toEqual({ code: 0, out: 'me@example.com is an administrator now.\n', err: '' });
    expect([token.code, token.out]).toEqual([0, expect.stringMatching(/^neb_[\w-]{43}\n$/)]);
    expect(token.err).toMatch(/shown this once. It expires on \d{4}-/);
    expect(existsSync(join(place.dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
  });

  test('a wrong password or scope is told with its option before the database is started', async () => {
    const short = await nebula([...admin, 'x@example.com'], { env: place.env, input: 'short\n' });
    const scope = await nebula([...key.slice(0, -1), 'container:read'], { env: place.env });
    const span = await nebula([...key, '--expires', '9000d'], { env: place.env });

    expect([short.code, short.err]).toEqual([2, expect.stringContaining('--password: Use at least 12')]);
    expect([scope.code, scope.err]).toEqual([2, expect.stringContaining('containers:read')]);
    expect([span.code, span.err]).toEqual([2, expect.stringContaining('--expires')]);
  });
});

describe('while its database runs', () => {
  beforeAll(async () => {
    running = await place.start();
  });

  test('an account of the same address is refused as a conflict', async () => {
    const again = await nebula([...admin, 'ME@example.com'], { env: place.env, input: password });

    expect([again.code, again.err]).toEqual([9, expect.stringContaining('account with this address')]);
  });

  test('a key is kept as a context that only its owner can read', async () => {
    const { code, out, err } = await nebula([...key, '--save', '--quiet'], { env: place.env });
    const path = join(place.env['HOME'] ?? '', '.config/nebula/contexts.json');
    const kept = JSON.parse(await readFile(path, 'utf8'));

    expect([code, out, err]).toEqual([0, '', '']);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(kept).toMatchObject({
      current: 'local',
      contexts: [{ name: 'local', url: 'http://127.0.0.1:5000', key: expect.stringMatching(/^neb_/) }],
    });
    const listed = await nebula(['context', 'list', '--json'], { env: place.env });
    expect(JSON.parse(listed.out).items).toMatchObject([{ name: 'local', hasKey: true, isCurrent: true }]);
    expect(listed.out).not.toContain('neb_');
  });

  test('a reset link is printed for one account, for an hour, and only the newest works', async () => {
    const reset = ['account', 'reset', '--email', 'ME@example.com'];
    const first = await nebula(reset, { env: place.env });
    const second = await nebula([...reset, '--second-factors', '--keep-keys', '--json'], { env: place.env });
    const nobody = await nebula(['account', 'reset', '--email', 'nobody@example.com'], { env: place.env });

    expect([first.code, first.out]).toEqual([
      0,
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:5000\/reset#neu_[\w-]{43}\n$/),
    ]);
    expect(first.err).toContain('within an hour');
    expect(first.err).toContain('ends every session and API key');
    expect(JSON.parse(second.out)).toMatchObject({ email: 'me@example.com', url: expect.any(String) });
    expect([nobody.code, nobody.err]).toEqual([8, expect.stringContaining('no account with the address')]);
    if (running === undefined) throw new Error('the database runs in this block');
    const links = await place.withDatabase(running, async ({ pool }) => {
      const { rows } = await pool.query(
        "select clears_factors, keeps_keys from one_time_links where purpose = 'reset'",
      );
      return rows;
    });
    expect(links).toEqual([{ clears_factors: true, keeps_keys: true }]);
    const made = await audited(running, 'account.make-reset');
    expect(made[0]).toMatchObject({ actor_name: 'owner at the command line', target_name: 'me@example.com' });
    expect(JSON.stringify(made)).not.toContain('neu_');
  });

  test('everything is audited as done by the owner, without a secret', async () => {
    if (running === undefined) throw new Error('the database runs in this block');
    const [made, refused] = await audited(running, 'account.create-admin');
    const keys = await audited(running, 'account.create-key');

    expect(made).toMatchObject({
      actor_name: 'owner at the command line',
      outcome: 'done',
      target_name: 'me@example.com',
    });
    expect(refused).toMatchObject({ outcome: 'failed' });
    expect(keys).toHaveLength(2);
    expect(JSON.stringify([made, refused, keys])).not.toMatch(/neb_|planted/);
  });

  test('the database goes on running afterwards', async () => {
    expect(existsSync(join(place.dataDir, 'postgres', 'postmaster.pid'))).toBe(true);
  });
});

test('without data, without a database and with a foreign directory it says what to do', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'nebula-cli-'));
  try {
    const none = await nebula(key, { env: { ...place.env, NEBULA_DATA: join(dir, 'none') } });
    const empty = await nebula(key, { env: { ...place.env, NEBULA_DATA: dir } });

    expect([none.code, none.err]).toEqual([8, expect.stringContaining('Start NebulaCommand once')]);
    expect([empty.code, empty.err]).toEqual([8, expect.stringContaining('There is no database in')]);
  } finally {
    await rm(dir, { recursive: true });
  }
});

test('a file of contexts that others can read is refused and no key is made for it', async () => {
  const path = join(place.env['HOME'] ?? '', '.config/nebula/contexts.json');
  await chmod(path, 0o644);

  const saved = await nebula([...key, '--save'], { env: place.env });
  const listed = await nebula(['containers', 'list'], { env: place.env });

  expect([saved.code, saved.out, saved.err]).toEqual([2, '', expect.stringContaining('chmod 600')]);
  expect([listed.code, listed.err]).toEqual([2, expect.stringContaining('can be read by others')]);
});
