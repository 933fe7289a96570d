import { readSettings, secretSetting, setting } from '@nebula/config';
import { createLog } from '@nebula/log';
import { createVault } from '@nebula/vault';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { type Caller, json, type TestApp, testApp } from '../../testing.ts';
import type { SettingView } from './contract.ts';
import { readStoredTexts, runningSettings } from './index.ts';
import { sealName } from './running.ts';
import { createSettings } from './service.ts';
import { putValue } from './store.ts';

let app: TestApp;
let admin: Caller;

beforeAll(async () => {
  app = await testApp(inject('postgres'), { environment: { NEBULA_TRUSTED_PROXIES: '10.0.0.1' } });
  admin = await app.as('admin');
});
afterAll(async () => await app[Symbol.asyncDispose]());

async function view(variable: string): Promise<SettingView | undefined> {
  const response = await admin.fetch('/api/settings');
  const { items } = (await response.json()) as { items: SettingView[] };
  return items.find((item) => item.variable === variable);
}

async function change(variable: string, value: unknown, caller = admin) {
  const response = await caller.fetch(`/api/settings/${variable}`, json('PUT', { value }));
  return { status: response.status, body: (await response.json()) as SettingView & { code: string } };
}

test('a setting that applies live works at once and says so', async () => {
  const called = () => fetch(`${app.url}/api/health`, { headers: { origin: 'https://new.example' } });
  const refused = await app.nobody.fetch('/api/account/session', {
    headers: { origin: 'https://new.example' },
  });
  expect(refused.status).toBe(403);

  const guarded = await change('NEBULA_ALLOWED_ORIGINS', 'https://new.example');
  expect(guarded).toMatchObject({ status: 403, body: { code: 'STEP_UP_REQUIRED' } });

  const trusted = await app.as('admin', ['*', 'account:skip-step-up']);
  const changed = await change(
    'NEBULA_ALLOWED_ORIGINS',
    'https://allowed.test, https://new.example',
    trusted,
  );
  expect(changed).toMatchObject({ status: 200, body: { source: 'stored', needsRestart: false } });
  expect((await called()).status).toBe(200);

  const reset = await trusted.fetch('/api/settings/NEBULA_ALLOWED_ORIGINS', { method: 'DELETE' });
  expect([reset.status, await reset.json()]).toMatchObject([200, { source: 'default', needsRestart: false }]);
  expect((await called()).status).toBe(403);
});

test('of two who change a setting at once one is told what is there, and nothing is lost', async () => {
  const variable = 'NEBULA_KEEP_RUNS_DAYS';
  const put = async (value: string, seen?: string | null) => {
    const response = await admin.fetch(`/api/settings/${variable}`, json('PUT', { value, seen }));
    return { status: response.status, body: await response.json() };
  };
  const first = await Promise.all(['40', '50', '60'].map((value) => put(value, null)));
  expect(first.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
  const now = await view(variable);
  expect(first.find(({ status }) => status === 409)?.body).toMatchObject({
    code: 'CONFLICT',
    data: { value: now?.value, updatedAt: now?.updatedAt },
  });

  const later = await put('70', now?.updatedAt);
  const stale = await put('80', now?.updatedAt);
  const reset = await admin.fetch(`/api/settings/${variable}?seen=${now?.updatedAt}`, { method: 'DELETE' });

  expect([later.status, stale.status, reset.status]).toEqual([200, 409, 409]);
  expect(await view(variable)).toMatchObject({ value: '70' });
  // Whoever says nothing of what was there, as at the command line, replaces it.
  expect((await put('90')).status).toBe(200);
  const { updatedAt } = (await view(variable)) ?? {};
  const gone = await admin.fetch(`/api/settings/${variable}?seen=${updatedAt}`, { method: 'DELETE' });
  expect([gone.status, (await put('40', updatedAt)).status]).toEqual([200, 409]);
});

test('of a secret that was changed meanwhile nothing but that is told', async () => {
  const trusted = await app.as('admin', ['*', 'account:skip-step-up']);
  const put = (value: string, seen: string | null) =>
    trusted.fetch('/api/settings/NEBULA_OIDC_CLIENT_SECRET', json('PUT', { value, seen }));
  expect((await put('secret-of-one', null)).status).toBe(200);

  const other = await put('secret-of-two', null);

  expect([other.status, await other.json()]).toMatchObject([409, { data: { value: null } }]);
});

test('a setting that needs a restart waits for it, and no longer when it is put back', async () => {
  expect(await view('NEBULA_SAMPLE_SECONDS')).toMatchObject({ kind: 'number', minimum: 1, maximum: 300 });
  expect(await change('NEBULA_SAMPLE_SECONDS', '30')).toMatchObject({
    body: { value: '30', needsRestart: true },
  });
  // The tests' own server runs with 1.
  expect(await change('NEBULA_SAMPLE_SECONDS', '1.0')).toMatchObject({ body: { needsRestart: false } });
});

test('what is no value is refused with the reason beside the field', async () => {
  for (const [variable, value, words] of [
    ['NEBULA_SAMPLE_SECONDS', '0', /1/],
    ['NEBULA_SAMPLE_SECONDS', 'often', /number/i],
    ['NEBULA_LOG_LEVEL', 'loud', /debug/],
    ['NEBULA_LOG_LEVEL', '', /Enter a value/],
  ] as const) {
    const { status, body } = await change(variable, value);
    expect([variable, status]).toEqual([variable, 400]);
    expect(JSON.stringify(body)).toMatch(words);
  }
  expect((await change('NEBULA_LOG_LEVEL', 7)).status).toBe(400);
  expect((await change('NEBULA_LOG_LEVEL', 'a\u0000b')).status).toBe(400);
});

test('what the environment gives, and what is needed at start, cannot be changed here', async () => {
  expect(await view('NEBULA_TRUSTED_PROXIES')).toMatchObject({
    source: 'environment',
    value: '10.0.0.1',
    isEditable: false,
  });
  for (const variable of ['NEBULA_TRUSTED_PROXIES', 'PORT', 'DATABASE_URL', 'NEBULA_DATA']) {
    expect(await change(variable, '10.0.0.2'), variable).toMatchObject({
      status: 409,
      body: { code: 'SETTING_FIXED' },
    });
  }
  expect((await change('NEBULA_NO_SUCH', 'x')).status).toBe(404);
  expect((await change('../etc', 'x')).status).toBe(404);
});

test('only an admin sees or changes settings', async () => {
  const operator = await app.as('operator');
  expect((await operator.fetch('/api/settings')).status).toBe(403);
  expect((await change('NEBULA_LOG_LEVEL', 'debug', operator)).status).toBe(403);
  expect((await change('NEBULA_LOG_LEVEL', 'debug', app.nobody)).status).toBe(401);
});

test('a change is in the audit with what was before', async () => {
  await change('NEBULA_LOG_LEVEL', 'warn');
  await change('NEBULA_LOG_LEVEL', 'debug');
  const entries = await admin.fetch('/api/audit?action=settings.change&limit=1');
  const text = JSON.stringify(await entries.json());
  expect(text).toContain('NEBULA_LOG_LEVEL');
  expect(text).toContain('warn');
});

const declared = {
  token: secretSetting('TEST_TOKEN', 'A token', { scope: 'stored' }),
  count: setting('TEST_COUNT', z.coerce.number().int().default(1), 'A count', { scope: 'stored' }),
  place: setting('TEST_PLACE', z.string().default('/'), 'A place'),
};

test('at start stored values are read, and one that is not valid or cannot be opened is left out and told', async () => {
  const { database } = app.app.resources;
  const lines: string[] = [];
  const log = createLog({ service: 'test', level: 'error', write: (line) => lines.push(line) });
  const vault = createVault({ key: randomBytes(32) });
  const put = (variable: string, value: string) =>
    putValue(database.sql, { variable, value, updatedAt: new Date() });
  await put('TEST_TOKEN', vault.seal(sealName('TEST_TOKEN'), 'the-token-itself'));
  await put('TEST_COUNT', '5');
  await put('TEST_PLACE', '/elsewhere');
  await put('TEST_GONE', 'x');
  expect(await readStoredTexts(database.sql, { declared, vault, log })).toEqual({
    TEST_TOKEN: 'the-token-itself',
    TEST_COUNT: '5',
  });

  await put('TEST_COUNT', 'five');
  const other = createVault({ key: randomBytes(32) });
  expect(await readStoredTexts(database.sql, { declared, vault: other, log })).toEqual({});
  expect(lines.join('')).toMatch(/TEST_TOKEN[\s\S]*TEST_COUNT|TEST_COUNT[\s\S]*TEST_TOKEN/);
});

test('a secret that is taken away waits for a restart while the process still works with it', async () => {
  const { clock, systemContext, vault } = app.app.resources;
  const context = systemContext('a test', AbortSignal.timeout(60_000));
  const serviceOf = (token: string | undefined) => {
    const values = readSettings(declared, {}, token === undefined ? {} : { TEST_TOKEN: token });
    const options = { declared, values, environment: new Set<string>(), live: {} };
    const running = runningSettings({ ...options, startedAt: new Date(clock.now().getTime() - 1000) });
    return createSettings({ settings: running, vault, now: () => clock.now() });
  };

  const withOne = await serviceOf('the-token-itself').reset(context, 'TEST_TOKEN');
  const without = serviceOf(undefined);
  const given = await without.change(context, 'TEST_TOKEN', 'another');
  const takenAgain = await without.reset(context, 'TEST_TOKEN');

  expect(withOne).toMatchObject({ isSet: false, needsRestart: true });
  expect(given).toMatchObject({ isSet: true, needsRestart: true });
  expect(takenAgain).toMatchObject({ isSet: false, needsRestart: false });
});

test('a live setting that nothing applies is refused when the server is put together', () => {
  const live = { a: setting('TEST_A', z.string().default(''), 'A', { scope: 'stored', applies: 'live' }) };
  const options = {
    declared: live,
    values: { a: '' },
    environment: new Set<string>(),
    startedAt: new Date(),
  };
  expect(() => runningSettings({ ...options, live: {} })).toThrow(/TEST_A/);
});
