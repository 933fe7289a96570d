import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { json, type TestApp, testApp, testPassword } from '../../testing.ts';

let app: TestApp;
const account = { email: 'Evin@Example.com', name: 'Evin', password: 'correct horse battery' };

beforeAll(async () => {
  app = await testApp(inject('postgres'));
});
afterAll(async () => await app[Symbol.asyncDispose]());

async function post(path: string, body: unknown) {
  const response = await app.nobody.fetch(path, json('POST', body));
  return {
    status: response.status,
    cookies: response.headers.getSetCookie(),
    body: (await response.json()) as Record<string, unknown>,
  };
}

test('the set-up link makes the first account and signs it in; replayed it is refused', async () => {
  expect(await (await app.nobody.fetch('/api/account/session')).json()).toMatchObject({
    user: null,
    needsSetUp: true,
  });
  const token = await app.app.setUpToken();

  const first = await post('/api/account/set-up', { ...account, token });
  const replay = await post('/api/account/set-up', { ...account, email: 'other@example.com', token });

  expect(first.body).toMatchObject({ user: { email: 'evin@example.com', role: 'admin' }, needsSetUp: false });
  expect(first.cookies.find((cookie) => cookie.startsWith('nebula_session='))).toMatch(
    /HttpOnly; SameSite=Strict/,
  );
  expect([replay.status, replay.body['code']]).toEqual([410, 'SETUP_LINK_INVALID']);
  expect(await (await app.nobody.fetch('/api/account/session')).json()).toMatchObject({
    user: null,
    needsSetUp: false,
  });
});

test.each([
  [{ email: 'not an address' }, 'body.email'],
  [{ name: ' ' }, 'body.name'],
  [{ password: 'short' }, 'body.password'],
  [{ password: 'x'.repeat(257) }, 'body.password'],
])('set-up with %o is told by field', async (wrong, path) => {
  const answer = await post('/api/account/set-up', { ...account, token: 'x', ...wrong });

  expect(answer).toMatchObject({ status: 400, body: { code: 'BAD_INPUT', fields: [{ path }] } });
});

test('a wrong password is refused, counted and audited; the right one signs in', async () => {
  const wrong = await post('/api/account/sign-in', { email: account.email, password: 'wrong password' });
  const right = await post('/api/account/sign-in', { email: account.email, password: account.password });

  expect([wrong.status, wrong.body['code']]).toEqual([401, 'WRONG_CREDENTIALS']);
  expect(right.body).toMatchObject({
    user: { name: 'Evin' },
    permissions: expect.arrayContaining(['audit:read']),
  });
  const admin = await app.as('admin');
  const { items } = (await (await admin.fetch('/api/audit?action=account.sign-in')).json()) as {
    items: object[];
  };
  expect(items).toEqual(
    expect.arrayContaining([expect.objectContaining({ outcome: 'failed', code: 'WRONG_CREDENTIALS' })]),
  );
  expect(items).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ outcome: 'done', actor: expect.objectContaining({ name: 'Evin' }) }),
    ]),
  );
});

test('anonymous sign-ins do not keep others from the database', async () => {
  await using own = await testApp(inject('postgres'));
  const admin = await own.as('admin');
  const signIn = (n: number) =>
    own.nobody.fetch(
      '/api/account/sign-in',
      json('POST', { email: `nobody${n}@example.com`, password: 'guess guess' }),
    );
  const flood = Array.from({ length: 30 }, (_, n) => signIn(n));
  const started = Date.now();

  const answer = await admin.fetch('/api/audit?limit=1');

  expect(answer.status).toBe(200);
  expect(Date.now() - started).toBeLessThan(3000);
  const statuses = (await Promise.all(flood)).map(({ status }) => status);
  expect(statuses.every((status) => status === 401 || status === 429)).toBe(true);
});

test('a failed sign-in is in the audit with the address it was for and where it came from', async () => {
  await post('/api/account/sign-in', { email: 'somebody@example.com', password: 'guess guess' });
  const admin = await app.as('admin');

  const { items } = (await (await admin.fetch('/api/audit?targetId=somebody%40example.com')).json()) as {
    items: object[];
  };

  expect(items[0]).toMatchObject({
    outcome: 'failed',
    code: 'WRONG_CREDENTIALS',
    origin: { address: '127.0.0.1' },
  });
});

test('a key made with a key does not outlive it', async () => {
  const { apiKeys, database, signIn, clock } = app.app.resources;
  const user = await database.transaction((sql) =>
    signIn.createUser(sql, { ...account, email: 'short@example.com', role: 'viewer' }),
  );
  const expiresAt = new Date(clock.now().getTime() + 3_600_000);
  const { token } = await apiKeys.create(database.sql, {
    name: 'short',
    role: 'viewer',
    scopes: ['account:*'],
    expiresAt,
    userId: user.id,
  });

  const made = await app.nobody.fetch('/api/account/api-keys', {
    ...json('POST', { name: 'child', scopes: ['account:*'], expiresInDays: null }),
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  });

  expect(await made.json()).toMatchObject({ key: { expiresAt: expiresAt.toISOString() } });
});

test.each(['/api/audit', '/api/jobs/runs', '/api/account/api-keys'])(
  'a place that %s did not give is bad input',
  async (path) => {
    const admin = await app.as('admin');

    const answer = await admin.fetch(`${path}?cursor=x`);

    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.objectContaining({
        code: 'BAD_INPUT',
        fields: [expect.objectContaining({ path: 'query.cursor' })],
      }),
    ]);
  },
);

test('a NUL character is bad input, not a failure', async () => {
  const admin = await app.as('admin');

  expect((await admin.fetch('/api/audit?action=%00')).status).toBe(400);
  expect((await admin.fetch('/api/jobs/runs?targetId=%00')).status).toBe(400);
  expect(
    (await admin.fetch('/api/account/api-keys', json('POST', { name: 'a\u0000b', scopes: ['*'] }))).status,
  ).toBe(400);
});

test('guessing is answered with the seconds to wait', async () => {
  const person = await app.signIn('viewer');
  let last = await post('/api/account/sign-in', { email: person.email, password: 'guess' });
  for (let n = 0; n < 6; n += 1)
    last = await post('/api/account/sign-in', { email: person.email, password: `guess ${n}` });

  expect(last).toMatchObject({
    status: 429,
    body: { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) },
  });
});

test('a key is shown once, works with its scopes only, and stops when it is revoked', async () => {
  const person = await app.signIn('operator');
  const made = await person.fetch(
    '/api/account/api-keys',
    json('POST', { name: 'ci', role: 'viewer', scopes: ['containers:read'] }),
  );
  const { key, token } = (await made.json()) as { key: { id: string }; token: string };
  const as = (path: string) => app.nobody.fetch(path, { headers: { 'x-api-key': token } });

  expect(made.status).toBe(201);
  expect((await as('/api/containers')).status).toBe(200);
  expect((await as('/api/jobs/runs')).status).toBe(403);
  expect(await (await person.fetch('/api/account/api-keys')).text()).not.toContain(token);
  expect((await person.fetch(`/api/account/api-keys/${key.id}`, { method: 'DELETE' })).status).toBe(204);
  const after = await as('/api/containers');
  expect([after.status, await after.json()]).toEqual([
    401,
    expect.objectContaining({ detail: 'This API key was revoked.' }),
  ]);
});

test('nobody hands out more than they have, and nobody sees the keys of others', async () => {
  const person = await app.signIn('viewer');
  const other = await app.signIn('admin');
  const wider = await person.fetch(
    '/api/account/api-keys',
    json('POST', { name: 'x', role: 'admin', scopes: ['*'] }),
  );
  const theirs = await other.fetch('/api/account/api-keys', json('POST', { name: 'theirs', scopes: ['*'] }));
  const { key } = (await theirs.json()) as { key: { id: string } };

  expect(await wider.json()).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  expect(await (await person.fetch('/api/account/api-keys')).json()).toMatchObject({ items: [] });
  expect(
    await (await person.fetch(`/api/account/api-keys/${key.id}`, { method: 'DELETE' })).json(),
  ).toMatchObject({ code: 'NOT_FOUND' });
});

test('a key revokes itself and what it made, and no other key of its owner', async () => {
  const { apiKeys, database, signIn } = app.app.resources;
  const user = await database.transaction((sql) =>
    signIn.createUser(sql, { ...account, email: 'two@example.com', role: 'admin' }),
  );
  const make = (role: 'viewer' | 'admin') =>
    apiKeys.create(database.sql, { name: role, role, scopes: ['*'], expiresAt: null, userId: user.id });
  const [weak, strong] = [await make('viewer'), await make('admin')];
  const revoke = async (id: string) => {
    const response = await app.nobody.fetch(`/api/account/api-keys/${id}`, {
      method: 'DELETE',
      headers: { 'x-api-key': weak.token },
    });
    return response.status;
  };

  expect(await revoke(strong.row.id)).toBe(403);
  expect(await revoke(weak.row.id)).toBe(204);
});

test('an expired key says when it expired', async () => {
  const { database, apiKeys, signIn } = app.app.resources;
  const user = await database.transaction((sql) =>
    signIn.createUser(sql, { ...account, email: 'k@example.com', role: 'viewer' }),
  );
  const expiresAt = new Date('2026-01-01T00:00:00Z');
  const { token } = await apiKeys.create(database.sql, {
    name: 'old',
    role: 'viewer',
    scopes: ['*'],
    expiresAt,
    userId: user.id,
  });

  const response = await app.nobody.fetch('/api/containers', {
    headers: { authorization: `Bearer ${token}` },
  });

  expect([response.status, await response.json()]).toEqual([
    401,
    expect.objectContaining({ detail: 'This API key expired on 2026-01-01.' }),
  ]);
});

test('no password, token or key of these tests is in the log', async () => {
  const text = app.log.join('\n');

  expect(text).toContain('"msg":"request"');
  for (const secret of [account.password, testPassword, 'neb_', 'nes_', 'neu_']) {
    const bare = secret.endsWith('_') ? new RegExp(`${secret}(?!\\[secret\\])[A-Za-z0-9]`) : secret;
    expect(text).not.toMatch(bare);
  }
});
