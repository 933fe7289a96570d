import { systemClock } from '@nebula/clock';
import { totpCode } from '@nebula/testbed';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { json, type TestApp, testApp, testPassword } from '../../testing.ts';
import { type Browser, browser } from './fixtures/browser.ts';

let app: TestApp;
let lead = 0;
/** The real time and what the test has added to it, so that a code of the next half minute is there at once. */
const clock = {
  now: () => new Date(systemClock.now().getTime() + lead),
  sleep: systemClock.sleep.bind(systemClock),
};

beforeAll(async () => {
  app = await testApp(inject('postgres'), { clock });
});
afterAll(async () => await app[Symbol.asyncDispose]());

function codeOf(secret: string): string {
  lead += 30_000;
  return totpCode(secret, clock.now());
}

async function enrolled(): Promise<{ person: Browser; secret: string; codes: string[] }> {
  const person = await browser(app, 'operator');
  const { secret, uri } = (await person.call('POST', '/two-step')).body as { secret: string; uri: string };
  expect(uri).toContain(`secret=${secret}`);
  const confirmed = await person.call('POST', '/two-step/confirm', { code: codeOf(secret) });
  expect(confirmed.status).toBe(200);
  const { recoveryCodes } = confirmed.body as { recoveryCodes: string[] };
  return { person, secret, codes: recoveryCodes };
}

const signIn = (person: Browser) =>
  person.call('POST', '/sign-in', { email: person.email, password: testPassword });
const secondStep = (person: Browser, code: string) => person.call('POST', '/sign-in/second-step', { code });

describe('with two-step sign-in', () => {
  test('the password alone opens nothing, and a code opens the session', async () => {
    const { person, secret } = await enrolled();
    person.forgetSession();

    const first = await signIn(person);
    expect(first.body).toMatchObject({ user: null, csrfToken: null, secondStep: ['totp', 'recovery-code'] });
    expect((await person.call('GET', '/session')).body).toMatchObject({ user: null });
    const second = await secondStep(person, codeOf(secret));

    expect(second.body).toMatchObject({ user: { email: person.email } });
    expect((await person.call('GET', '/session')).body).toMatchObject({ user: { email: person.email } });
  });

  test('a code is used once, also within its half minute', async () => {
    const { person, secret } = await enrolled();
    const code = codeOf(secret);
    person.forgetSession();
    await signIn(person);
    expect((await secondStep(person, code)).status).toBe(200);
    person.forgetSession();
    await signIn(person);

    const replay = await secondStep(person, code);

    expect([replay.status, replay.body]).toEqual([401, expect.objectContaining({ code: 'WRONG_CODE' })]);
  });

  test('of two who use one code at the same time one gets in', async () => {
    const { person, secret } = await enrolled();
    const twins = [await browser(app, 'viewer'), await browser(app, 'viewer')];
    for (const twin of twins) {
      twin.forgetSession();
      await twin.call('POST', '/sign-in', { email: person.email, password: testPassword });
    }
    const code = codeOf(secret);

    const answers = await Promise.all(twins.map((twin) => secondStep(twin, code)));

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  test('each of ten recovery codes works once, however it is typed, and what is left is shown', async () => {
    const { person, codes } = await enrolled();
    const [first = ''] = codes;
    expect(new Set(codes).size).toBe(10);
    person.forgetSession();
    await signIn(person);
    expect((await secondStep(person, ` ${first.toLowerCase().replaceAll('-', ' ')} `)).status).toBe(200);
    expect((await person.call('GET', '/security')).body).toMatchObject({ recoveryCodesLeft: 9 });
    person.forgetSession();
    await signIn(person);

    expect((await secondStep(person, first)).status).toBe(401);
  });

  test('a sign-in whose password was changed meanwhile does not get in with its code', async () => {
    const { person, codes } = await enrolled();
    const thief = await browser(app, 'viewer');
    thief.forgetSession();
    await thief.call('POST', '/sign-in', { email: person.email, password: testPassword });
    const changed = await person.call('POST', '/password', {
      currentPassword: testPassword,
      newPassword: 'another password of mine',
    });
    expect(changed.status).toBe(204);

    const late = await secondStep(thief, codes[0] ?? '');

    expect([late.status, late.body['code']]).toEqual([410, 'CHALLENGE_GONE']);
  });

  test('new recovery codes replace the old ones', async () => {
    const { person, codes } = await enrolled();
    const renewed = await person.call('POST', '/recovery-codes');
    const { recoveryCodes } = renewed.body as { recoveryCodes: string[] };
    person.forgetSession();
    await signIn(person);

    expect((await secondStep(person, codes[0] ?? '')).status).toBe(401);
    expect((await secondStep(person, recoveryCodes[0] ?? '')).status).toBe(200);
  });

  test('five wrong codes end the sign-in, and proving the password again does not give free tries', async () => {
    const { person } = await enrolled();
    person.forgetSession();
    await signIn(person);
    const codes: unknown[] = [];
    for (let n = 0; n < 12; n += 1) {
      if (n % 4 === 0) await signIn(person);
      codes.push((await secondStep(person, String(100_000 + n))).body['code']);
    }

    expect(codes.at(-1)).toBe('RATE_LIMITED');
  });

  test('a sign-in whose second step takes longer than five minutes begins anew', async () => {
    const { person, secret } = await enrolled();
    person.forgetSession();
    await signIn(person);
    lead += 5 * 60_000;

    const late = await secondStep(person, codeOf(secret));

    expect([late.status, late.body['code']]).toEqual([410, 'CHALLENGE_GONE']);
  });

  test('the second step belongs to the browser that took the first', async () => {
    const { person, secret } = await enrolled();
    person.forgetSession();
    await signIn(person);
    const stranger = await browser(app, 'viewer');
    stranger.forgetSession();

    expect((await secondStep(stranger, codeOf(secret))).body['code']).toBe('CHALLENGE_GONE');
  });

  test('turned off, the password is enough again', async () => {
    const { person } = await enrolled();
    expect((await person.call('DELETE', '/two-step')).status).toBe(204);
    person.forgetSession();

    expect((await signIn(person)).body).toMatchObject({ user: { email: person.email }, secondStep: null });
    expect((await person.call('DELETE', '/two-step')).body['code']).toBe('TWO_STEP_OFF');
  });
});

test('a first code that is wrong turns nothing on, and one that is right turns it on once', async () => {
  const person = await browser(app, 'viewer');
  const { secret } = (await person.call('POST', '/two-step')).body as { secret: string };

  expect((await person.call('POST', '/two-step/confirm', { code: '000000' })).body['code']).toBe(
    'WRONG_CODE',
  );
  expect((await person.call('GET', '/security')).body).toMatchObject({ twoStepSince: null });
  const code = codeOf(secret);
  expect((await person.call('POST', '/two-step/confirm', { code })).status).toBe(200);
  expect((await person.call('POST', '/two-step')).body['code']).toBe('TWO_STEP_ON');
  expect((await person.call('POST', '/two-step/confirm', { code })).body['code']).toBe('CHALLENGE_GONE');
});

test('the secret lies in the database sealed, and nowhere in the log', async () => {
  const { secret, codes } = await enrolled();
  const { rows } = await app.app.resources.database.pool.query<{ secret: string }>(
    "select secret from user_credentials where kind in ('totp', 'recovery-code')",
  );

  const stored = rows.map((row) => row.secret).join('\n');
  expect(stored).toContain('v1.');
  for (const text of [secret, ...codes]) {
    expect(stored).not.toContain(text);
    expect(app.log.join('\n')).not.toContain(text);
  }
});

describe('a dangerous thing', () => {
  test('needs a proof not older than ten minutes, and a fresh one lets it through', async () => {
    const { person, secret } = await enrolled();
    lead += 10 * 60_000 + 1000;

    const stale = await person.call('POST', '/recovery-codes');
    const noCode = await person.call('POST', '/proof', { password: testPassword });
    const wrong = await person.call('POST', '/proof', { password: 'wrong password', code: codeOf(secret) });
    const proven = await person.call('POST', '/proof', { password: testPassword, code: codeOf(secret) });
    const fresh = await person.call('POST', '/recovery-codes');

    expect([stale.status, stale.body['code']]).toEqual([403, 'STEP_UP_REQUIRED']);
    expect(noCode.body['code']).toBe('CODE_MISSING');
    expect(wrong.body['code']).toBe('WRONG_CREDENTIALS');
    expect(proven.body['until']).toEqual(expect.any(String));
    expect(fresh.status).toBe(200);
  });

  test('is refused to API keys unless they have the scope for it by its full name', async () => {
    const everything = await app.as('admin', ['*', 'account:*']);
    const named = await app.as('admin', ['*', 'account:skip-step-up']);
    const invite = (email: string) => json('POST', { email });

    const refused = await everything.fetch('/api/account/invitations', invite('a@example.com'));
    const allowed = await named.fetch('/api/account/invitations', invite('b@example.com'));

    expect([refused.status, await refused.json()]).toEqual([
      403,
      expect.objectContaining({ code: 'STEP_UP_REQUIRED' }),
    ]);
    expect(allowed.status).toBe(201);
  });

  test('cannot be reached with a key that makes itself a stronger one', async () => {
    const everything = await app.as('viewer', ['*']);
    const stronger = { name: 'x', role: 'viewer', scopes: ['account:skip-step-up'] };

    const answer = await everything.fetch('/api/account/api-keys', json('POST', stronger));

    expect(await answer.json()).toMatchObject({ code: 'STEP_UP_REQUIRED' });
  });

  test('that is refused for want of a proof is in the audit', async () => {
    const everything = await app.as('admin', ['*']);
    await everything.fetch('/api/account/two-step', { method: 'DELETE' });

    const audit = await everything.fetch('/api/audit?action=account.turn-off-two-step&limit=1');

    expect(await audit.json()).toMatchObject({ items: [{ outcome: 'denied', code: 'STEP_UP_REQUIRED' }] });
  });
});
