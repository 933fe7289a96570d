import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type TestApp, testApp, testPassword } from '../../testing.ts';
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

  test.each([
    ['is demoted', { role: 'operator' }],
    ['is disabled', { isDisabled: true }],
    ['is removed', null],
  ])('ends when whoever made it %s', async (_, change) => {
    const maker = await browser(app, 'admin');
    const email = `of-${maker.email}`;
    const invited = await maker.call('POST', '/invitations', { email, role: 'admin' });
    const token = tokenIn(invited.body['url']);
    const { id, version } = await userOf(maker.email);

    const done =
      change === null
        ? await admin.call('DELETE', `/users/${id}?email=${maker.email}`)
        : await admin.call('PATCH', `/users/${id}`, { version, ...change });

    expect([200, 204]).toContain(done.status);
    const person = { token, name: 'Late', password: testPassword };
    const late = await strangeBrowser(app).call('POST', '/invitations/accept', person);
    expect([late.status, late.body['code']]).toEqual([410, 'LINK_INVALID']);
    expect(JSON.stringify((await admin.call('GET', '/invitations?limit=200')).body)).not.toContain(email);
    if (change === null) return;
    const { body } = await admin.call('GET', `/api/audit?targetId=${id}&action=account.change-user`);
    expect(body['items']).toMatchObject([{ after: { endedInvitations: [email] } }]);
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

  test.each(['/api/events', '/api/logs/stream?apps=any'])(
    'that is changed loses what it was listening to: %s',
    async (path) => {
      const person = await browser(app, 'operator');
      const user = await userOf(person.email);
      const stream = await fetch(`${app.url}${path}`, {
        headers: { cookie: person.cookie('nebula_session') ?? '' },
      });
      const ended = stream.text();

      // A viewer may listen to both; what is open was opened with more.
      await admin.call('PATCH', `/users/${user.id}`, { version: user.version, role: 'viewer' });

      expect([stream.status, await ended]).toEqual([200, expect.stringContaining('retry: 2000')]);
    },
  );

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

    expect(disabled.body).toMatchObject({ isDisabled: true, lastSeenAt: expect.any(String) });
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
