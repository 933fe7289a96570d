import { type OpenIdProvider, openIdProvider, type ProviderFault } from '@nebula/testbed';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type TestApp, testApp, testPassword } from '../../testing.ts';
import { type Answer, type Browser, browser, strangeBrowser } from './fixtures/browser.ts';

let provider: OpenIdProvider;
let app: TestApp;
let people = 0;

beforeAll(async () => {
  provider = await openIdProvider();
  app = await testApp(inject('postgres'), { environment: settingsOf(provider) });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});

function settingsOf({ issuer, clientId, clientSecret }: OpenIdProvider) {
  return {
    NEBULA_OIDC_ISSUER: issuer,
    NEBULA_OIDC_CLIENT_ID: clientId,
    NEBULA_OIDC_CLIENT_SECRET: clientSecret,
    NEBULA_OIDC_NAME: 'Test House',
    NEBULA_OIDC_ALLOWED_EMAILS: '@family.example,guest@example.com',
    NEBULA_OIDC_ROLES: 'admins=admin,ops=operator',
  };
}

/** A new person there; `email` is theirs unless given. */
function somebody(claims: Record<string, unknown> = {}) {
  people += 1;
  return {
    sub: `person-${people}`,
    name: `Person ${people}`,
    email: `person-${people}@family.example`,
    email_verified: true,
    ...claims,
  };
}

/** Goes to the provider and comes back, as a browser does. */
async function visit(from: Browser, body: object = {}): Promise<Answer> {
  const started = await from.call('POST', '/provider/start', body);
  if (started.status !== 200) return started;
  const back = await provider.visit(String(started.body['url']));
  expect(back.pathname).toBe('/sign-in/provider');
  return await from.call('POST', '/provider/finish', { query: back.search.slice(1) });
}

test('somebody whose address is allowed gets an account the first time and the same one after', async () => {
  const person = somebody();
  provider.setPerson(person);

  const first = await visit(strangeBrowser(app));
  const again = await visit(strangeBrowser(app));

  expect(first.body).toMatchObject({ user: { email: person.email, name: person.name, role: 'viewer' } });
  expect((again.body['user'] as { id: string }).id).toBe((first.body['user'] as { id: string }).id);
  expect((await strangeBrowser(app).call('GET', '/sign-in/ways')).body).toMatchObject({
    provider: 'Test House',
  });
});

test('groups give the role, the highest of them, also when only the userinfo endpoint tells', async () => {
  provider.setPerson(somebody({ email: 'ops@elsewhere.example', groups: ['ops', 'admins', 'others'] }));
  expect((await visit(strangeBrowser(app))).body).toMatchObject({ user: { role: 'admin' } });

  const { email: _, ...quiet } = somebody();
  provider.setUserInfo({ email: 'quiet@elsewhere.example', groups: 'ops' });
  provider.setPerson(quiet);
  expect((await visit(strangeBrowser(app))).body).toMatchObject({
    user: { email: 'quiet@elsewhere.example', role: 'operator' },
  });
});

describe('the groups of somebody who signs in again', () => {
  const roleNow = async (answer: Answer) => {
    const { id } = answer.body['user'] as { id: string };
    const { database } = app.app.resources;
    const { rows } = await database.pool.query('select role from users where id = $1', [id]);
    return { id, role: rows[0].role as string };
  };

  test('change the role, of open sessions too, and the audit says who did it', async () => {
    const person = somebody({ groups: ['admins'] });
    provider.setPerson(person);
    const first = strangeBrowser(app);
    const { id } = await roleNow(await visit(first));
    expect((await first.call('GET', '/users')).status).toBe(200);

    provider.setPerson({ ...person, groups: ['ops'] });
    const second = await visit(strangeBrowser(app));

    expect(second.body).toMatchObject({ user: { role: 'operator' } });
    expect((await first.call('GET', '/users')).status).toBe(403);
    const admin = await browser(app, 'admin');
    const { body } = await admin.call('GET', `/api/audit?targetId=${id}&action=account.follow-groups`);
    expect(body['items']).toMatchObject([
      { actor: { name: 'Test House' }, before: { role: 'admin' }, after: { role: 'operator' } },
    ]);
  });

  test('of which none is left make a viewer of whom the address lets in, and refuse everybody else', async () => {
    const [welcome, other] = [
      somebody({ groups: ['ops'] }),
      somebody({ email: 'left@elsewhere.example', groups: ['ops'] }),
    ];
    provider.setPerson(other);
    const { id } = await roleNow(await visit(strangeBrowser(app)));
    provider.setPerson(welcome);
    await visit(strangeBrowser(app));

    provider.setPerson({ ...welcome, groups: [] });
    expect((await visit(strangeBrowser(app))).body).toMatchObject({ user: { role: 'viewer' } });
    provider.setPerson({ ...other, groups: ['others'] });
    const refused = await visit(strangeBrowser(app));

    expect([refused.status, refused.body['code']]).toEqual([403, 'PROVIDER_REFUSED']);
    expect(await roleNow({ status: 200, body: { user: { id } } })).toEqual({ id, role: 'viewer' });
  });

  test('leave a role alone that never came from groups', async () => {
    const person = await browser(app, 'operator');
    provider.setPerson(somebody({ email: person.email, groups: ['others'] }));
    await visit(person, { purpose: 'link' });

    expect((await visit(strangeBrowser(app))).body).toMatchObject({ user: { role: 'operator' } });
  });

  test('never take the last administrator away', async () => {
    await using own = await testApp(inject('postgres'), { environment: settingsOf(provider) });
    const person = somebody({ groups: ['admins'] });
    provider.setPerson(person);
    await visit(strangeBrowser(own));

    provider.setPerson({ ...person, groups: ['ops'] });
    const again = strangeBrowser(own);

    expect((await visit(again)).body).toMatchObject({ user: { role: 'admin' } });
    expect((await again.call('GET', '/api/audit?action=account.follow-groups')).body['items']).toMatchObject([
      { outcome: 'failed', code: 'LAST_ADMIN' },
    ]);
  });
});

describe('nobody gets in', () => {
  test.each<[string, Record<string, unknown>]>([
    ['whose address is not allowed', { email: 'person@elsewhere.example' }],
    ['whose address only ends alike', { email: 'person@notfamily.example' }],
    ['whose address is not proven', { email_verified: false }],
    ['whose address is said to be proven in words only', { email_verified: 'true' }],
    ['without an address', { email: undefined }],
    [
      'whose group only looks like one of an object',
      { email: 'x@elsewhere.example', groups: ['constructor'] },
    ],
  ])('%s', async (_, claims) => {
    provider.setUserInfo({});
    provider.setPerson(somebody(claims));

    const answer = await visit(strangeBrowser(app));

    expect([answer.status, answer.body['code']]).toEqual([403, 'PROVIDER_REFUSED']);
  });

  test.each<ProviderFault>([
    'wrong-nonce',
    'expired',
    'wrong-audience',
    'wrong-issuer',
    'wrong-signature',
    'no-id-token',
    'token-error',
  ])('with an answer that proves nothing: %s', async (fault) => {
    provider.setPerson(somebody(), fault);

    const answer = await visit(strangeBrowser(app));

    expect([answer.status, answer.body['code']]).toEqual([502, 'UPSTREAM_REJECTED']);
  });

  test('who said no at the provider', async () => {
    provider.setPerson(somebody(), 'denied');

    const answer = await visit(strangeBrowser(app));

    expect([answer.status, answer.body['code']]).toEqual([403, 'PROVIDER_REFUSED']);
  });

  test('in another browser than the one in which it began, with another state, or a second time', async () => {
    provider.setPerson(somebody());
    const own = strangeBrowser(app);
    const started = await own.call('POST', '/provider/start', {});
    const back = await provider.visit(String(started.body['url']));
    const query = back.search.slice(1);
    const finish = (from: Browser, text: string) => from.call('POST', '/provider/finish', { query: text });

    expect((await finish(strangeBrowser(app), query)).body['code']).toBe('CHALLENGE_GONE');
    expect((await finish(own, query)).status).toBe(200);
    expect((await finish(own, query)).body['code']).toBe('CHALLENGE_GONE');
    const forged = strangeBrowser(app);
    await forged.call('POST', '/provider/start', {});
    expect((await finish(forged, query.replace(/state=[^&]*/, 'state=forged'))).body['code']).toBe(
      'UPSTREAM_REJECTED',
    );
  });
});

describe('an account that exists', () => {
  test('is never taken over by somebody with the same address there', async () => {
    const person = await browser(app, 'admin');
    provider.setPerson(somebody({ email: person.email }));

    const answer = await visit(strangeBrowser(app));

    expect([answer.status, answer.body['code']]).toEqual([409, 'PROVIDER_NOT_LINKED']);
  });

  test('is linked by its owner who is signed in, signs in so from then on, and is unlinked', async () => {
    const person = await browser(app, 'operator');
    provider.setPerson(somebody({ email: person.email }));

    const linked = await visit(person, { purpose: 'link' });

    expect(linked.body).toMatchObject({ isLinked: true });
    expect((await person.call('GET', '/security')).body).toMatchObject({
      provider: { isLinked: true, email: person.email },
    });
    expect((await visit(strangeBrowser(app))).body).toMatchObject({ user: { email: person.email } });
    expect((await person.call('DELETE', '/provider')).status).toBe(204);
    expect((await visit(strangeBrowser(app))).body['code']).toBe('PROVIDER_NOT_LINKED');
  });

  test('is not linked to another address, nor one that is linked elsewhere, nor by a stranger', async () => {
    const person = await browser(app, 'viewer');
    provider.setPerson(somebody({ email: 'another@family.example' }));
    expect((await visit(person, { purpose: 'link' })).body['code']).toBe('PROVIDER_REFUSED');
    expect((await visit(strangeBrowser(app), { purpose: 'link' })).body['code']).toBe('BAD_INPUT');

    const there = somebody({ email: person.email });
    provider.setPerson(there);
    const started = await person.call('POST', '/provider/start', { purpose: 'link' });
    const back = await provider.visit(String(started.body['url']));
    // In the same browser somebody else has signed in meanwhile.
    const other = await browser(app, 'viewer');
    await person.call('POST', '/sign-in', { email: other.email, password: testPassword });
    const late = await person.call('POST', '/provider/finish', { query: back.search.slice(1) });
    expect(late.body['code']).toBe('CHALLENGE_GONE');
  });

  test('is linked only with a fresh proof', async () => {
    const person = await browser(app, 'viewer');
    await app.app.resources.database.pool.query('update sessions set stepped_up_at = null');
    app.app.resources.authenticator.forget();

    expect((await person.call('POST', '/provider/start', { purpose: 'link' })).body['code']).toBe(
      'STEP_UP_REQUIRED',
    );
  });

  test('that was made there keeps its only way in', async () => {
    provider.setPerson(somebody());
    const own = strangeBrowser(app);
    await visit(own);

    expect((await own.call('DELETE', '/provider')).body['code']).toBe('LAST_WAY_IN');
    expect((await own.call('POST', '/password', { newPassword: 'a password at last' })).status).toBe(204);
    expect((await own.call('DELETE', '/provider')).status).toBe(204);
  });

  test('that has a password does not prove dangerous things by being signed in there', async () => {
    const person = await browser(app, 'operator');
    provider.setPerson(somebody({ email: person.email }));
    await visit(person, { purpose: 'link' });
    const elsewhere = strangeBrowser(app);
    await visit(elsewhere);

    expect((await elsewhere.call('DELETE', '/provider')).body['code']).toBe('STEP_UP_REQUIRED');
  });

  test('that is disabled stays closed', async () => {
    const person = somebody();
    provider.setPerson(person);
    await visit(strangeBrowser(app));
    await app.app.resources.database.pool.query('update users set disabled_at = now() where email = $1', [
      person.email,
    ]);

    expect((await visit(strangeBrowser(app))).body['code']).toBe('PROVIDER_REFUSED');
  });
});

test('an invitation is accepted at the provider by the person it is for, with its role', async () => {
  const admin = await browser(app, 'admin');
  const invite = async (email: string) => {
    const made = await admin.call('POST', '/invitations', { email, role: 'operator' });
    return String(made.body['url']).split('#')[1];
  };
  const invitationToken = await invite('invited@elsewhere.example');

  provider.setPerson(somebody({ email: 'thief@elsewhere.example' }));
  expect((await visit(strangeBrowser(app), { invitationToken })).body['code']).toBe('PROVIDER_REFUSED');
  await strangeBrowser(app).call('POST', '/provider/start', { invitationToken });
  const { rows } = await app.app.resources.database.pool.query('select data from challenges');
  expect(rows.length).toBeGreaterThan(0);
  expect(JSON.stringify(rows)).not.toContain(invitationToken);
  provider.setPerson(somebody({ email: 'invited@elsewhere.example' }));
  expect((await visit(strangeBrowser(app), { invitationToken })).body).toMatchObject({
    user: { email: 'invited@elsewhere.example', role: 'operator' },
  });
  expect((await visit(strangeBrowser(app), { invitationToken })).body['code']).toBe('LINK_INVALID');
});

test('a provider that hangs or is gone is told in time, and one that comes back is used again', async () => {
  const own = await openIdProvider();
  await using slow = await testApp(inject('postgres'), { environment: settingsOf(own) });
  own.setPerson(somebody());
  const from = strangeBrowser(slow);
  const started = await from.call('POST', '/provider/start', {});
  const back = await own.visit(String(started.body['url']));
  await own[Symbol.asyncDispose]();

  const gone = await from.call('POST', '/provider/finish', { query: back.search.slice(1) });

  expect([gone.status, gone.body['code']]).toEqual([503, 'UNAVAILABLE']);
  expect(String(gone.body['detail'])).toContain('did not answer');
  provider.setPerson(somebody(), 'hangs');
  const hanging = await visit(strangeBrowser(app));
  expect([hanging.status, hanging.body['code']]).toEqual([503, 'UNAVAILABLE']);
});

test('without a provider the way there does not exist', async () => {
  await using none = await testApp(inject('postgres'));

  const answer = await strangeBrowser(none).call('POST', '/provider/start', {});

  expect([answer.status, answer.body['code']]).toEqual([409, 'PROVIDER_UNAVAILABLE']);
});
