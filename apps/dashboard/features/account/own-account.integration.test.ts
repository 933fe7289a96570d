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

const tokenIn = (url: unknown) => String(url).split('#')[1] ?? '';

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
    const { token } = await database.transaction((sql) =>
      people.resetLink(sql, person.email, { clearsFactors: true, keepsKeys: false }),
    );
    const password = 'a password after the reset';
    const stranger = strangeBrowser(app);

    expect((await stranger.call('POST', '/reset/view', { token })).body).toEqual({
      email: person.email,
      clearsFactors: true,
      keepsKeys: false,
    });
    expect((await stranger.call('POST', '/reset/use', { token, password })).status).toBe(204);
    expect((await person.call('GET', '/security')).status).toBe(401);
    expect((await stranger.call('POST', '/sign-in', { email: person.email, password })).status).toBe(200);
    const again = await stranger.call('POST', '/reset/use', { token, password: 'yet another password' });
    expect([again.status, again.body['code']]).toEqual([410, 'LINK_INVALID']);
  });

  test.each([
    ['revoked', false, 401],
    ['kept where the link says so', true, 200],
  ])('that is set anew leaves API keys %s', async (_, keepsKeys, status) => {
    const person = await browser(app, 'viewer');
    const { people, database } = app.app.resources;
    const made = await person.call('POST', '/api-keys', { name: 'k', scopes: ['*'] });
    const key = String(made.body['token']);
    const withKey = async () =>
      (await app.nobody.fetch('/api/containers', { headers: { 'x-api-key': key } })).status;
    expect(await withKey()).toBe(200);
    const { token } = await database.transaction((sql) =>
      people.resetLink(sql, person.email, { clearsFactors: false, keepsKeys }),
    );

    const password = 'a password after the reset';
    expect((await strangeBrowser(app).call('POST', '/reset/use', { token, password })).status).toBe(204);

    expect(await withKey()).toBe(status);
  });

  test('is not set with a link of another kind', async () => {
    const invited = await admin.call('POST', '/invitations', { email: 'kind@example.com' });
    const token = tokenIn(invited.body['url']);

    const answer = await strangeBrowser(app).call('POST', '/reset/use', { token, password: testPassword });

    expect(answer.body['code']).toBe('LINK_INVALID');
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
