import { type AuthenticatorFaults, softwareAuthenticator } from '@nebula/testbed';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type TestApp, testApp } from '../../testing.ts';
import { type Browser, browser, strangeBrowser } from './fixtures/browser.ts';

/** An origin that the test's application allows and at which browsers know passkeys. */
const origin = 'https://allowed.test';
const here = { origin };
let app: TestApp;

beforeAll(async () => {
  app = await testApp(inject('postgres'));
});
afterAll(async () => await app[Symbol.asyncDispose]());

type Options = { challenge: string };
const optionsOf = (answer: { body: Record<string, unknown> }) => answer.body['options'] as Options;

async function withPasskey() {
  const person = await browser(app, 'operator');
  const key = softwareAuthenticator();
  const options = optionsOf(await person.call('POST', '/passkeys/options', undefined, here));
  const added = await person.call(
    'POST',
    '/passkeys',
    { name: 'phone', ...key.register(options, origin) },
    here,
  );
  expect(added.status).toBe(201);
  return { person, key, id: String(added.body['id']) };
}

async function signInWith(
  stranger: Browser,
  key: ReturnType<typeof softwareAuthenticator>,
  faults: AuthenticatorFaults = {},
) {
  const options = optionsOf(await stranger.call('POST', '/sign-in/passkey-options', undefined, here));
  return await stranger.call('POST', '/sign-in/passkey', key.use(options, origin, faults), here);
}

test('a passkey is made, listed, renamed, signs in without a password, and is removed', async () => {
  const { person, key, id } = await withPasskey();

  expect((await person.call('GET', '/passkeys')).body).toMatchObject({
    items: [{ id, name: 'phone', host: 'allowed.test', lastUsedAt: null }],
  });
  expect((await person.call('PATCH', `/passkeys/${id}`, { name: 'blue key' })).body).toMatchObject({
    name: 'blue key',
  });
  const signedIn = await signInWith(strangeBrowser(app), key);
  expect(signedIn.body).toMatchObject({ user: { email: person.email } });
  expect((await person.call('GET', '/passkeys')).body).toMatchObject({
    items: [{ name: 'blue key', lastUsedAt: expect.any(String) }],
  });
  expect((await person.call('DELETE', `/passkeys/${id}`)).status).toBe(204);
  const after = await signInWith(strangeBrowser(app), key);
  expect([after.status, after.body['code']]).toEqual([401, 'PASSKEY_REFUSED']);
});

describe('a sign-in with a passkey is refused', () => {
  test.each<[string, AuthenticatorFaults]>([
    ['from another origin', { origin: 'https://evil.example' }],
    ['for another host', { host: 'evil.example' }],
    ['that answers another challenge', { challenge: 'AAAA' }],
    ['without a look at who it is', { isUnverified: true }],
    ['with a broken signature', { breaksSignature: true }],
  ])('%s', async (_, faults) => {
    const { key } = await withPasskey();

    const answer = await signInWith(strangeBrowser(app), key, faults);

    expect([answer.status, answer.body['code']]).toEqual([401, 'PASSKEY_REFUSED']);
  });

  test('that was answered before', async () => {
    const { key } = await withPasskey();
    const stranger = strangeBrowser(app);
    const options = optionsOf(await stranger.call('POST', '/sign-in/passkey-options', undefined, here));
    const answer = key.use(options, origin);
    expect((await stranger.call('POST', '/sign-in/passkey', answer, here)).status).toBe(200);

    expect((await stranger.call('POST', '/sign-in/passkey', answer, here)).body['code']).toBe(
      'PASSKEY_REFUSED',
    );
  });

  test('that another browser began', async () => {
    const { key } = await withPasskey();
    const options = optionsOf(
      await strangeBrowser(app).call('POST', '/sign-in/passkey-options', undefined, here),
    );

    const answer = await strangeBrowser(app).call('POST', '/sign-in/passkey', key.use(options, origin), here);

    expect(answer.body['code']).toBe('PASSKEY_REFUSED');
  });

  test('whose counter did not rise: it may be a copy', async () => {
    const { key } = await withPasskey();
    expect((await signInWith(strangeBrowser(app), key, { counter: 7 })).status).toBe(200);

    expect((await signInWith(strangeBrowser(app), key, { counter: 7 })).body['code']).toBe('PASSKEY_REFUSED');
    expect((await signInWith(strangeBrowser(app), key, { counter: 6 })).body['code']).toBe('PASSKEY_REFUSED');
    expect((await signInWith(strangeBrowser(app), key, { counter: 8 })).status).toBe(200);
  });

  test('of an account that was disabled', async () => {
    const { person, key } = await withPasskey();
    const admin = await browser(app, 'admin');
    const users = (await admin.call('GET', '/users?limit=200')).body['items'] as {
      id: string;
      email: string;
      version: number;
    }[];
    const user = users.find(({ email }) => email === person.email);
    await admin.call('PATCH', `/users/${user?.id}`, { version: user?.version, isDisabled: true });

    expect((await signInWith(strangeBrowser(app), key)).body['code']).toBe('PASSKEY_REFUSED');
  });
});

test('one whose authenticator does not count may be used again and again', async () => {
  const { key } = await withPasskey();

  for (let n = 0; n < 3; n += 1) {
    expect((await signInWith(strangeBrowser(app), key, { counter: 0 })).status).toBe(200);
  }
});

test('a passkey proves that it is you, and only one of your own does', async () => {
  const { person, key } = await withPasskey();
  const other = await withPasskey();
  await app.app.resources.database.pool.query('update sessions set stepped_up_at = null');
  app.app.resources.authenticator.forget();
  expect((await person.call('DELETE', '/two-step')).body['code']).toBe('STEP_UP_REQUIRED');

  const first = optionsOf(await person.call('POST', '/proof/passkey-options', undefined, here));
  const foreign = await person.call('POST', '/proof/passkey', other.key.use(first, origin), here);
  const second = optionsOf(await person.call('POST', '/proof/passkey-options', undefined, here));
  const own = await person.call('POST', '/proof/passkey', key.use(second, origin), here);

  expect([foreign.status, foreign.body['code']]).toEqual([403, 'PASSKEY_REFUSED']);
  expect(own.body).toMatchObject({ until: expect.any(String) });
  expect((await person.call('DELETE', '/two-step')).body['code']).toBe('TWO_STEP_OFF');
});

test('the last way in stays: neither of two passkeys of an account without a password goes with the other', async () => {
  const { person, key, id } = await withPasskey();
  const { pool } = app.app.resources.database;
  await pool.query(
    `delete from user_credentials where kind = 'password' and user_id = (select id from users where email = $1)`,
    [person.email],
  );
  expect((await person.call('DELETE', `/passkeys/${id}`)).body['code']).toBe('LAST_WAY_IN');
  const options = optionsOf(await person.call('POST', '/passkeys/options', undefined, here));
  const second = softwareAuthenticator().register(options, origin);
  const added = await person.call('POST', '/passkeys', { name: 'tablet', ...second }, here);

  const both = await Promise.all(
    [id, String(added.body['id'])].map((one) => person.call('DELETE', `/passkeys/${one}`)),
  );

  expect(both.map(({ status }) => status).sort()).toEqual([204, 409]);
  const left = (await person.call('GET', '/passkeys')).body['items'] as { id: string }[];
  expect(left).toHaveLength(1);
  expect((await signInWith(strangeBrowser(app), key)).status).toBe(left[0]?.id === id ? 200 : 401);
});

test('nobody removes or renames the passkey of another', async () => {
  const { id } = await withPasskey();
  const other = await browser(app, 'admin');

  expect((await other.call('DELETE', `/passkeys/${id}`)).body['code']).toBe('NOT_FOUND');
  expect((await other.call('PATCH', `/passkeys/${id}`, { name: 'mine' })).body['code']).toBe('NOT_FOUND');
  expect((await other.call('GET', '/passkeys')).body).toEqual({ items: [] });
});

test('the same passkey is not registered twice, nor for a second account', async () => {
  const { key } = await withPasskey();
  const other = await browser(app, 'viewer');
  const options = optionsOf(await other.call('POST', '/passkeys/options', undefined, here));

  const again = await other.call('POST', '/passkeys', { name: 'x', ...key.register(options, origin) }, here);

  expect([again.status, again.body['code']]).toEqual([403, 'PASSKEY_REFUSED']);
});

test('where browsers know no passkeys, the server says so before the browser is asked', async () => {
  const person = await browser(app, 'viewer');

  const answer = await person.call('POST', '/passkeys/options');

  expect([answer.status, answer.body['code']]).toEqual([409, 'PASSKEYS_UNAVAILABLE']);
  expect((await person.call('GET', '/sign-in/ways')).body).toEqual({ passkeys: false, provider: null });
  expect((await person.call('GET', '/sign-in/ways', undefined, here)).body).toMatchObject({ passkeys: true });
});
