import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { json, type TestApp, testApp, testPassword } from '../../testing.ts';
import { type Browser, browser, strangeBrowser } from './fixtures/browser.ts';

let app: TestApp;
let admin: Browser;

beforeAll(async () => {
  app = await testApp(inject('postgres'));
  admin = await browser(app, 'admin');
});
afterAll(async () => await app[Symbol.asyncDispose]());

interface Listed {
  id: string;
  email: string;
  role: string;
  version: number;
  isDisabled: boolean;
}

async function userOf(email: string, from: TestApp = app, as: Browser = admin): Promise<Listed> {
  const { body } = await as.call('GET', '/users?limit=200');
  const found = (body['items'] as Listed[]).find((user) => user.email === email);
  if (found === undefined) throw new Error(`no account ${email} in ${from.url}`);
  return found;
}

const tokenIn = (url: unknown) => String(url).split('#')[1] ?? '';

describe('an invitation', () => {
  test('is shown once, makes an account of its role, and works once', async () => {
    const invited = await admin.call('POST', '/invitations', { email: 'New@Example.com', role: 'operator' });
    const token = tokenIn(invited.body['url']);
    const stranger = strangeBrowser(app);

    expect(String(invited.body['url'])).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/invitation#neu_/);
    expect(JSON.stringify((await admin.call('GET', '/invitations')).body)).not.toContain(token);
    expect((await stranger.call('POST', '/invitations/view', { token })).body).toMatchObject({
      email: 'new@example.com',
      role: 'operator',
      invitedBy: 'admin',
    });
    const person = { token, name: 'New', password: testPassword };
    const accepted = await stranger.call('POST', '/invitations/accept', person);
    const again = await strangeBrowser(app).call('POST', '/invitations/accept', person);

    expect(accepted.body).toMatchObject({ user: { email: 'new@example.com', role: 'operator' } });
    expect([again.status, again.body['code']]).toEqual([410, 'LINK_INVALID']);
  });

  test('of two who open it at the same time makes one account', async () => {
    const invited = await admin.call('POST', '/invitations', { email: 'twice@example.com' });
    const person = { token: tokenIn(invited.body['url']), name: 'New', password: testPassword };

    const answers = await Promise.all(
      [1, 2, 3].map(() => strangeBrowser(app).call('POST', '/invitations/accept', person)),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410]);
  });

  test('that is withdrawn, or replaced by a newer one, works no more', async () => {
    const old = await admin.call('POST', '/invitations', { email: 'again@example.com' });
    const fresh = await admin.call('POST', '/invitations', { email: 'again@example.com' });
    const { id } = fresh.body['invitation'] as { id: string };
    const view = async (url: unknown) =>
      (await strangeBrowser(app).call('POST', '/invitations/view', { token: tokenIn(url) })).status;

    expect([await view(old.body['url']), await view(fresh.body['url'])]).toEqual([410, 200]);
    expect((await admin.call('DELETE', `/invitations/${id}`)).status).toBe(204);
    expect(await view(fresh.body['url'])).toBe(410);
    expect((await admin.call('DELETE', `/invitations/${id}`)).body['code']).toBe('NOT_FOUND');
  });

  test('is refused for an address that has an account, and to those who do not manage accounts', async () => {
    const operator = await browser(app, 'operator');

    expect((await admin.call('POST', '/invitations', { email: admin.email })).body['code']).toBe(
      'EMAIL_TAKEN',
    );
    for (const [method, path] of [
      ['POST', '/invitations'],
      ['GET', '/users'],
      ['GET', '/invitations'],
    ] as const) {
      expect((await operator.call(method, path, method === 'GET' ? undefined : {})).status).toBe(403);
      expect((await strangeBrowser(app).call(method, path)).status).toBe(401);
    }
  });
});

describe('an account', () => {
  test('that is changed loses its rights at once', async () => {
    const person = await browser(app, 'admin');
    const user = await userOf(person.email);
    expect((await person.call('GET', '/users')).status).toBe(200);

    const changed = await admin.call('PATCH', `/users/${user.id}`, { version: user.version, role: 'viewer' });

    expect(changed.body).toMatchObject({ role: 'viewer', version: user.version + 1 });
    expect((await person.call('GET', '/users')).status).toBe(403);
  });

  test('that is changed loses what it was listening to', async () => {
    const person = await browser(app, 'operator');
    const user = await userOf(person.email);
    const stream = await fetch(`${app.url}/api/events`, {
      headers: { cookie: person.cookie('nebula_session') ?? '' },
    });
    const ended = stream.text();

    await admin.call('PATCH', `/users/${user.id}`, { version: user.version, role: 'viewer' });

    expect(await ended).toContain('event: current');
  });

  test('that is disabled is signed out at once, its keys too, until it is enabled', async () => {
    const person = await browser(app, 'viewer');
    const key = (await person.call('POST', '/api-keys', { name: 'k', scopes: ['*'] })).body['token'];
    const withKey = () => app.nobody.fetch('/api/containers', { headers: { 'x-api-key': String(key) } });
    const user = await userOf(person.email);
    expect((await withKey()).status).toBe(200);

    const disabled = await admin.call('PATCH', `/users/${user.id}`, {
      version: user.version,
      isDisabled: true,
    });

    expect(disabled.body).toMatchObject({ isDisabled: true });
    expect((await person.call('GET', '/security')).status).toBe(401);
    expect((await withKey()).status).toBe(401);
    const again = { email: person.email, password: testPassword };
    expect((await strangeBrowser(app).call('POST', '/sign-in', again)).body['code']).toBe(
      'WRONG_CREDENTIALS',
    );
    await admin.call('PATCH', `/users/${user.id}`, { version: user.version + 1, isDisabled: false });
    expect((await strangeBrowser(app).call('POST', '/sign-in', again)).status).toBe(200);
  });

  test('that somebody else changed meanwhile is told with what it is now, and nothing is lost', async () => {
    const person = await browser(app, 'viewer');
    const user = await userOf(person.email);
    const [mine, theirs] = [{ name: 'Mine' }, { role: 'operator' }];
    await admin.call('PATCH', `/users/${user.id}`, { version: user.version, ...theirs });

    const conflict = await admin.call('PATCH', `/users/${user.id}`, { version: user.version, ...mine });

    expect([conflict.status, conflict.body]).toEqual([
      409,
      expect.objectContaining({
        code: 'CONFLICT',
        data: expect.objectContaining({ version: user.version + 1, role: 'operator', name: 'viewer' }),
      }),
    ]);
    expect(await userOf(person.email)).toMatchObject({ role: 'operator', version: user.version + 1 });
  });

  test('of two who change it at the same time one is told', async () => {
    const person = await browser(app, 'viewer');
    const user = await userOf(person.email);

    const answers = await Promise.all(
      ['A', 'B', 'C'].map((name) =>
        admin.call('PATCH', `/users/${user.id}`, { version: user.version, name }),
      ),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  test('is removed once its address is typed, with sessions and keys', async () => {
    const person = await browser(app, 'viewer');
    const { id } = await userOf(person.email);

    const wrong = await admin.call('DELETE', `/users/${id}?email=somebody@example.com`);
    expect([wrong.status, wrong.body['fields']]).toEqual([
      400,
      [expect.objectContaining({ path: 'query.email' })],
    ]);
    expect((await admin.call('DELETE', `/users/${id}?email=${person.email}`)).status).toBe(204);
    expect((await person.call('GET', '/security')).status).toBe(401);
    expect((await admin.call('DELETE', `/users/${id}?email=${person.email}`)).body['code']).toBe('NOT_FOUND');
  });
});

describe('the last administrator', () => {
  test('is neither removed, disabled nor demoted', async () => {
    await using own = await testApp(inject('postgres'));
    const only = await browser(own, 'admin');
    const { id, version } = await userOf(only.email, own, only);

    for (const change of [{ role: 'viewer' }, { isDisabled: true }]) {
      const answer = await only.call('PATCH', `/users/${id}`, { version, ...change });
      expect([answer.status, answer.body['code']]).toEqual([409, 'LAST_ADMIN']);
    }
    expect((await only.call('DELETE', `/users/${id}?email=${only.email}`)).body['code']).toBe('LAST_ADMIN');
  });

  test('stays one when two administrators demote and remove each other at the same time', async () => {
    await using own = await testApp(inject('postgres'));
    const [one, two] = [await browser(own, 'admin'), await browser(own, 'admin')];
    const [first, second] = [await userOf(one.email, own, one), await userOf(two.email, own, one)];

    await Promise.all([
      one.call('PATCH', `/users/${second.id}`, { version: second.version, role: 'viewer' }),
      two.call('DELETE', `/users/${first.id}?email=${first.email}`),
      two.call('PATCH', `/users/${first.id}`, { version: first.version, isDisabled: true }),
      one.call('PATCH', `/users/${second.id}`, { version: second.version, isDisabled: true }),
    ]);

    const { rows } = await own.app.resources.database.pool.query(
      "select 1 from users where role = 'admin' and disabled_at is null",
    );
    expect(rows).toHaveLength(1);
  });
});

describe('sessions', () => {
  test('are listed in plain words, this one marked, and those of others are not seen', async () => {
    const person = await browser(app, 'viewer');
    const phone = strangeBrowser(app);
    const agent =
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';
    const credentials = { email: person.email, password: testPassword };
    await phone.call('POST', '/sign-in', credentials, { 'user-agent': agent });

    const { items } = (await person.call('GET', '/sessions')).body as { items: { id: string }[] };

    expect(items).toMatchObject([
      { isCurrent: false, browser: 'Safari', system: 'iPhone', address: '127.0.0.1' },
      { isCurrent: true },
    ]);
    const foreign = await admin.call('DELETE', `/sessions/${items[0]?.id}`);
    expect(foreign.body['code']).toBe('NOT_FOUND');
    expect((await phone.call('GET', '/security')).status).toBe(200);
  });

  test('end at once, one or all others', async () => {
    const person = await browser(app, 'viewer');
    const others = [strangeBrowser(app), strangeBrowser(app), strangeBrowser(app)];
    for (const other of others)
      await other.call('POST', '/sign-in', { email: person.email, password: testPassword });
    const { items } = (await person.call('GET', '/sessions')).body as { items: { id: string }[] };
    const statuses = async () =>
      await Promise.all(others.map(async (other) => (await other.call('GET', '/security')).status));
    expect(await statuses()).toEqual([200, 200, 200]);

    expect((await person.call('DELETE', `/sessions/${items[0]?.id}`)).status).toBe(204);
    expect(await statuses()).toEqual([200, 200, 401]);
    expect((await person.call('POST', '/sessions/end-others')).body).toEqual({ ended: 2 });
    expect(await statuses()).toEqual([401, 401, 401]);
    expect((await person.call('GET', '/security')).status).toBe(200);
  });
});

describe('the password', () => {
  test('is changed with the current one, and every other session ends', async () => {
    const person = await browser(app, 'viewer');
    const other = strangeBrowser(app);
    await other.call('POST', '/sign-in', { email: person.email, password: testPassword });
    const newPassword = 'another long password';

    const missing = await person.call('POST', '/password', { newPassword });
    const wrong = await person.call('POST', '/password', { currentPassword: 'not it', newPassword });
    const short = await person.call('POST', '/password', {
      currentPassword: testPassword,
      newPassword: 'short',
    });
    const right = await person.call('POST', '/password', { currentPassword: testPassword, newPassword });

    expect(missing.body['fields']).toMatchObject([{ path: 'body.currentPassword' }]);
    expect([wrong.status, wrong.body['code']]).toEqual([403, 'WRONG_CREDENTIALS']);
    expect(short.body['fields']).toMatchObject([{ path: 'body.newPassword' }]);
    expect(right.status).toBe(204);
    expect((await other.call('GET', '/security')).status).toBe(401);
    expect((await person.call('GET', '/security')).status).toBe(200);
    const old = { email: person.email, password: testPassword };
    expect((await strangeBrowser(app).call('POST', '/sign-in', old)).status).toBe(401);
  });

  test('is set anew with a link of the server’s owner, which works once and ends every session', async () => {
    const person = await browser(app, 'viewer');
    const { people, database } = app.app.resources;
    const { token } = await database.transaction((sql) => people.resetLink(sql, person.email, true));
    const password = 'a password after the reset';
    const stranger = strangeBrowser(app);

    expect((await stranger.call('POST', '/reset/view', { token })).body).toEqual({
      email: person.email,
      clearsFactors: true,
    });
    expect((await stranger.call('POST', '/reset/use', { token, password })).status).toBe(204);
    expect((await person.call('GET', '/security')).status).toBe(401);
    expect((await stranger.call('POST', '/sign-in', { email: person.email, password })).status).toBe(200);
    const again = await stranger.call('POST', '/reset/use', { token, password: 'yet another password' });
    expect([again.status, again.body['code']]).toEqual([410, 'LINK_INVALID']);
  });

  test('is not set with a link of another kind', async () => {
    const invited = await admin.call('POST', '/invitations', { email: 'kind@example.com' });
    const token = tokenIn(invited.body['url']);

    const answer = await strangeBrowser(app).call('POST', '/reset/use', { token, password: testPassword });

    expect(answer.body['code']).toBe('LINK_INVALID');
  });
});

describe('API keys', () => {
  test('with a scope that covers nothing are refused with the nearest', async () => {
    const answer = await admin.call('POST', '/api-keys', { name: 'x', scopes: ['container:read'] });

    expect([answer.status, answer.body['fields']]).toEqual([
      400,
      expect.arrayContaining([
        expect.objectContaining({
          path: 'body.scopes',
          message: expect.stringContaining('The nearest are containers:read'),
        }),
      ]),
    ]);
  });

  test('of everybody are seen and revoked by those who manage accounts, and by nobody else', async () => {
    const person = await browser(app, 'viewer');
    const made = await person.call('POST', '/api-keys', { name: 'theirs', scopes: ['*'] });
    const { id } = made.body['key'] as { id: string };

    const all = await admin.call('GET', '/api-keys?owner=everybody');
    expect(all.body['items']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id, owner: expect.objectContaining({ email: person.email }) }),
      ]),
    );
    expect((await person.call('GET', '/api-keys?owner=everybody')).status).toBe(403);
    expect((await admin.call('DELETE', `/api-keys/${id}`)).status).toBe(204);
    const withKey = await app.nobody.fetch('/api/containers', {
      headers: { 'x-api-key': String(made.body['token']) },
    });
    expect(withKey.status).toBe(401);
  });

  test('of an administrator need a fresh proof to be made', async () => {
    const person = await browser(app, 'admin');
    await app.app.resources.database.pool.query('update sessions set stepped_up_at = null');
    app.app.resources.authenticator.forget();

    const strong = await person.call('POST', '/api-keys', { name: 's', role: 'admin', scopes: ['*'] });
    const weak = await person.call('POST', '/api-keys', { name: 'w', role: 'viewer', scopes: ['*'] });

    expect([strong.body['code'], weak.status]).toEqual(['STEP_UP_REQUIRED', 201]);
  });
});

test('name and e-mail are changed by their owner, the e-mail only with a fresh proof', async () => {
  const person = await browser(app, 'viewer');
  const moved = `moved-${person.email}`;
  expect((await person.call('PATCH', '/profile', { email: moved })).body).toMatchObject({ email: moved });
  expect((await person.call('PATCH', '/profile', { email: admin.email })).body['code']).toBe('EMAIL_TAKEN');
  await app.app.resources.database.pool.query('update sessions set stepped_up_at = null');
  app.app.resources.authenticator.forget();

  expect((await person.call('PATCH', '/profile', { name: 'Somebody' })).body).toMatchObject({
    name: 'Somebody',
  });
  expect((await person.call('PATCH', '/profile', { email: 'x@example.com' })).body['code']).toBe(
    'STEP_UP_REQUIRED',
  );
});

test('a sign-in on a device that the account does not know is told to its owner, on a known one not', async () => {
  const person = await browser(app, 'viewer');
  const credentials = { email: person.email, password: testPassword };
  const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
  const told = async (who: Browser) =>
    (
      ((await who.call('GET', '/api/notices')).body['items'] ?? []) as { kind: string; subject: string }[]
    ).filter(({ kind }) => kind === 'account.new-device');
  const before = (await told(person)).length;

  person.forgetSession();
  await person.call('POST', '/sign-in', credentials);
  expect(await told(person)).toHaveLength(before);
  await strangeBrowser(app).call('POST', '/sign-in', credentials, { 'user-agent': agent });

  expect(await told(person)).toHaveLength(before + 1);
  expect((await told(person))[0]?.subject).toContain('Firefox on Linux');
  expect(await told(admin)).not.toEqual(
    expect.arrayContaining([
      expect.objectContaining({ subject: expect.stringContaining('Firefox on Linux') }),
    ]),
  );
});

test('two who share a browser are no new devices to each other', async () => {
  const [one, two] = [await browser(app, 'viewer'), await browser(app, 'viewer')];
  const signIn = (email: string) => one.call('POST', '/sign-in', { email, password: testPassword });
  const notices = async () => {
    const { items } = (await one.call('GET', '/api/notices')).body as { items: { kind: string }[] };
    return items.filter(({ kind }) => kind === 'account.new-device').length;
  };
  await signIn(two.email);
  const ofTwo = await notices();
  await signIn(one.email);
  const ofOne = await notices();

  await signIn(two.email);
  expect(await notices()).toBe(ofTwo);
  await signIn(one.email);
  expect(await notices()).toBe(ofOne);
});

test('a key without an account cannot do what belongs to one', async () => {
  const { apiKeys, database } = app.app.resources;
  const { token } = await apiKeys.create(database.sql, {
    name: 'owner',
    role: 'admin',
    scopes: ['*', 'account:skip-step-up'],
    expiresAt: null,
    userId: null,
  });
  const answer = await app.nobody.fetch('/api/account/password', {
    ...json('POST', { newPassword: 'a long new password' }),
    headers: { 'x-api-key': token, 'content-type': 'application/json' },
  });

  expect([answer.status, await answer.json()]).toEqual([403, expect.objectContaining({ code: 'FORBIDDEN' })]);
});
