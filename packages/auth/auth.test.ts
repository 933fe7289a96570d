import { randomBytes } from 'node:crypto';
import { TestClock } from '@nebula/clock/testing';
import { testDatabase } from '@nebula/db/testing';
import { createLog } from '@nebula/log';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import {
  authMigrations,
  createApiKeys,
  createAuthenticator,
  createJudge,
  createSignIn,
  networkOf,
  nobody,
} from './index.ts';

const clock = new TestClock();
const log = createLog({ service: 'test', level: 'silent' });
const signIn = createSignIn({ clock, deviceKey: randomBytes(32) });
const apiKeys = createApiKeys({ clock });
const account = { email: ' Evin@Example.com ', name: 'Evin', password: 'correct horse battery' };
const origin = { address: '192.0.2.1', userAgent: 'test' };
let database: Awaited<ReturnType<typeof testDatabase>>;

beforeAll(async () => {
  database = await testDatabase(inject('postgres'), [authMigrations]);
});
beforeEach(async () => {
  await database.pool.query('truncate users, one_time_links, sign_in_throttle cascade');
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
});

function attempt(password: string, from: Partial<{ address: string; deviceCookie: string }> = {}) {
  return {
    email: 'evin@example.com',
    password,
    address: from.address ?? '192.0.2.1',
    deviceCookie: from.deviceCookie,
  };
}

async function firstAccount() {
  const token = (await signIn.issueSetUpToken(database)) ?? '';
  return await database.transaction((sql) => signIn.setUp(sql, token, account));
}

const authenticator = () => createAuthenticator({ database, clock, log });

test('the set-up link makes one administrator and works once; a link printed before works until then', async () => {
  const old = (await signIn.issueSetUpToken(database)) ?? '';
  const token = (await signIn.issueSetUpToken(database)) ?? '';

  const user = await database.transaction((sql) => signIn.setUp(sql, old, account));

  expect(user).toMatchObject({ email: 'evin@example.com', role: 'admin' });
  for (const spent of [old, token]) {
    const again = database.transaction((sql) => signIn.setUp(sql, spent, account));
    await expect(again).rejects.toMatchObject({ code: 'SETUP_LINK_INVALID' });
  }
  expect(await signIn.issueSetUpToken(database)).toBeNull();
});

test('a set-up link expires after a day', async () => {
  const token = (await signIn.issueSetUpToken(database)) ?? '';
  await clock.advance(24 * 3_600_000 + 1);

  await expect(database.transaction((sql) => signIn.setUp(sql, token, account))).rejects.toMatchObject({
    code: 'SETUP_LINK_INVALID',
  });
});

test('two people with the same set-up link make one account', async () => {
  const token = (await signIn.issueSetUpToken(database)) ?? '';

  const results = await Promise.allSettled(
    ['a@example.com', 'b@example.com'].map((email) =>
      database.transaction((sql) => signIn.setUp(sql, token, { ...account, email })),
    ),
  );

  expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('the right password opens a session that proves the person until it is closed', async () => {
  await firstAccount();

  const user = await signIn.prove(database, attempt(account.password));
  if (user === null) throw new Error('expected the password to be right');
  const session = await database.transaction((sql) => signIn.open(sql, user, origin));

  const auth = authenticator();
  expect((await auth.bySession(session.token))?.actor).toMatchObject({
    kind: 'user',
    email: 'evin@example.com',
    role: 'admin',
  });
  await signIn.close(database.sql, session.sessionId);
  expect(await authenticator().bySession(session.token)).toBeNull();
});

test('a wrong password, an unknown account and a disabled one are told apart by nothing', async () => {
  await firstAccount();

  expect(await signIn.prove(database, attempt('wrong password'))).toBeNull();
  expect(await signIn.prove(database, { ...attempt('x'), email: 'nobody@example.com' })).toBeNull();
  await database.pool.query('update users set disabled_at = now()');
  expect(await signIn.prove(database, attempt(account.password))).toBeNull();
});

test('guessing is slowed down, at most for a minute, and the owner on a known device is not', async () => {
  const owner = await firstAccount();
  const { deviceCookie } = await database.transaction((sql) => signIn.open(sql, owner, origin));
  for (let n = 0; n < 5; n += 1)
    await signIn.prove(database, attempt(`guess ${n}`, { address: `198.51.100.${n}` }));

  const stranger = signIn.prove(database, attempt(account.password, { address: '203.0.113.9' }));
  await expect(stranger).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  expect(await signIn.prove(database, attempt(account.password, { deviceCookie }))).toMatchObject({
    id: owner.id,
  });

  for (let n = 0; n < 40; n += 1) {
    await clock.advance(60_000);
    await signIn.prove(database, attempt(`guess ${n}`, { address: `198.51.100.${n}` }));
  }
  await clock.advance(60_000);
  expect(await signIn.prove(database, attempt(account.password, { address: '203.0.113.9' }))).toMatchObject({
    id: owner.id,
  });
});

test('guesses sent all at once are judged one after the other', async () => {
  await firstAccount();

  const results = await Promise.allSettled(
    Array.from({ length: 40 }, (_, n) =>
      signIn.prove(database, attempt(`guess ${n}`, { address: `198.51.100.${n}` })),
    ),
  );

  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(5);
});

test('a device cookie that was made up or is of another account counts as unknown', async () => {
  await firstAccount();
  const other = createSignIn({ clock, deviceKey: randomBytes(32) });
  const user = await signIn.prove(database, attempt(account.password));
  if (user === null) throw new Error('expected the password to be right');
  const { deviceCookie } = await database.transaction((sql) => other.open(sql, user, origin));
  for (let n = 0; n < 5; n += 1)
    await signIn.prove(database, attempt(`guess ${n}`, { deviceCookie: `made.up${n}` }));

  await expect(signIn.prove(database, attempt(account.password, { deviceCookie }))).rejects.toMatchObject({
    code: 'RATE_LIMITED',
  });
});

test('a session ends 30 days after its last use and lives on when used', async () => {
  const user = await firstAccount();
  const { token } = await database.transaction((sql) => signIn.open(sql, user, origin));

  await clock.advance(20 * 86_400_000);
  expect(await authenticator().bySession(token)).not.toBeNull();
  await clock.advance(20 * 86_400_000);
  expect(await authenticator().bySession(token)).not.toBeNull();
  await clock.advance(31 * 86_400_000);
  expect(await authenticator().bySession(token)).toBeNull();
});

test('an API key works until it expires or is revoked, and says which it was', async () => {
  const user = await firstAccount();
  const expiresAt = new Date(clock.now().getTime() + 86_400_000);
  const key = { name: 'ci', role: 'operator' as const, scopes: ['containers:*'], userId: user.id };
  const dated = await apiKeys.create(database.sql, { ...key, expiresAt });
  const lasting = await apiKeys.create(database.sql, { ...key, expiresAt: null });

  expect((await authenticator().byApiKey(dated.token)).actor).toMatchObject({
    kind: 'apiKey',
    role: 'operator',
  });
  await clock.advance(86_400_001);
  await expect(authenticator().byApiKey(dated.token)).rejects.toThrow(/expired on/);
  await apiKeys.revoke(database.sql, lasting.row.id, user.id);
  await expect(authenticator().byApiKey(lasting.token)).rejects.toThrow(/was revoked/);
  await expect(authenticator().byApiKey(`neb_${'x'.repeat(43)}`)).rejects.toThrow(/not known/);
});

test('a revocation reaches a process that remembers the key', async () => {
  const user = await firstAccount();
  const { token, row } = await apiKeys.create(database.sql, {
    name: 'k',
    role: 'viewer',
    scopes: ['*'],
    expiresAt: null,
    userId: user.id,
  });
  const auth = authenticator();
  const stop = new AbortController();
  const subjects: string[] = [];
  const watching = auth.watch((subject) => void (subject === '' || subjects.push(subject)), stop.signal);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await auth.byApiKey(token);

  await apiKeys.revoke(database.sql, row.id, user.id);
  for (let waited = 0; subjects.length === 0 && waited < 100; waited += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  stop.abort();
  await watching;

  expect(subjects).toEqual([`apiKey:${row.id}`]);
  await expect(auth.byApiKey(token)).rejects.toThrow(/was revoked/);
});

test('nobody revokes the key of somebody else', async () => {
  const user = await firstAccount();
  const { row } = await apiKeys.create(database.sql, {
    name: 'k',
    role: 'viewer',
    scopes: ['*'],
    expiresAt: null,
    userId: user.id,
  });

  await expect(
    apiKeys.revoke(database.sql, row.id, '01900000-0000-7000-8000-000000000000'),
  ).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('tokens and passwords are not in the database', async () => {
  const user = await firstAccount();
  const { token } = await database.transaction((sql) => signIn.open(sql, user, origin));
  const key = await apiKeys.create(database.sql, {
    name: 'k',
    role: 'viewer',
    scopes: ['*'],
    expiresAt: null,
    userId: user.id,
  });

  const tables = ['users', 'user_credentials', 'sessions', 'api_keys', 'one_time_links'];
  const dumps = await Promise.all(
    tables.map((table) => database.pool.query(`select t::text as row from ${table} t`)),
  );
  const text = JSON.stringify(dumps.map((dump) => dump.rows));

  for (const secret of [token, key.token, account.password]) expect(text).not.toContain(secret);
});

test('roles and scopes both bound what a key may do, and unknown permissions are nobody’s', () => {
  const judge = createJudge(
    new Map([
      ['containers:read', 'viewer'],
      ['containers:operate', 'operator'],
    ] as const),
  );
  const key = (role: 'viewer' | 'operator', scopes: string[]) => ({
    kind: 'apiKey' as const,
    id: 'k',
    name: 'k',
    role,
    scopes,
    userId: null,
    expiresAt: null,
  });

  expect(judge.can(key('operator', ['containers:*']), 'containers:operate')).toBe(true);
  expect(judge.can(key('operator', ['containers:read']), 'containers:operate')).toBe(false);
  expect(judge.can(key('viewer', ['*']), 'containers:operate')).toBe(false);
  expect(judge.can(key('operator', ['*']), 'unknown:verb')).toBe(false);
  expect(judge.can(nobody, 'containers:read')).toBe(false);
});

test('keys made with a key stop with it', async () => {
  const user = await firstAccount();
  const base = { name: 'k', role: 'viewer' as const, scopes: ['*'], expiresAt: null, userId: user.id };
  const first = await apiKeys.create(database.sql, base);
  const second = await apiKeys.create(database.sql, { ...base, madeBy: first.row.id });
  const third = await apiKeys.create(database.sql, { ...base, madeBy: second.row.id });

  await apiKeys.revoke(database.sql, first.row.id, user.id);

  await expect(authenticator().byApiKey(third.token)).rejects.toThrow(/was revoked/);
});

test('callers are told apart by their IPv4 address or their IPv6 network, however it is written', () => {
  expect(networkOf('192.0.2.7')).toBe('192.0.2.7');
  expect(networkOf('::ffff:192.0.2.7')).toBe('192.0.2.7');
  expect(networkOf('2001:db8::a:b:c:d')).toBe(networkOf('2001:DB8:0:0:1:2:3:4'));
  expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0::/64');
  expect(networkOf('2001:db8:1:2::1')).not.toBe(networkOf('2001:db8:1:3::1'));
  expect(networkOf('fe80::1%eth0')).toBe(networkOf('fe80::2'));
  expect(networkOf('::1')).toBe('0:0:0:0::/64');
});
