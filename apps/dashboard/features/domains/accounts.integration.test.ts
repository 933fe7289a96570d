import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Caller, json } from '../../testing.ts';
import { changedAccounts } from './accounts.ts';
import type { Domain, DomainTask } from './contract.ts';
import { findDomain } from './store.ts';
import { type DomainGround, domainGround, transferAs } from './testing.ts';

let ground: DomainGround;
let operator: Caller;
let target: object;
/** Makes names different when a test is tried a second time. */
let added = 0;

beforeAll(async () => {
  ground = await domainGround(inject('postgres'));
  operator = await ground.app.as('operator');
  target = { kind: 'addresses', upstreams: [{ host: '127.0.0.1', port: ground.upstreamPort }] };
});
afterAll(() => ground[Symbol.asyncDispose]());

const patience = { timeout: 90_000, interval: 200 };
const basic = (user: string) => `Basic ${Buffer.from(user).toString('base64')}`;

async function ask<T>(caller: Caller, path: string, init?: RequestInit): Promise<T> {
  return (await (await caller.fetch(path, init)).json()) as T;
}

async function add(rest: object): Promise<Domain> {
  added += 1;
  const dns = { kind: 'provider', providerId: ground.providerId, zone: ground.zone };
  const body = { name: `closed-${added}.${ground.zone}`, target, dns, ...rest };
  return await ask<Domain>(operator, '/api/domains', json('POST', body));
}

const tasks = async (id: string) =>
  (await ask<{ items: DomainTask[] }>(operator, `/api/domains/${id}/tasks`)).items;

async function provisioned(id: string): Promise<void> {
  const { runId } = await ask<{ runId: string }>(operator, `/api/domains/${id}/provision`, json('POST', {}));
  const state = async () => (await tasks(id)).find((task) => task.id === runId)?.state;
  await expect.poll(state, patience).toBe('succeeded');
}

test('lets in who knows a password, and tells neither it nor its hash', async () => {
  const passwords = { ann: 'the first password', bob: 'the second one' };
  const { id, name, accounts, version } = await add({ passwords });
  expect(accounts).toEqual(['ann', 'bob']);
  await provisioned(id);
  const visit = async (user?: string) =>
    (await ground.visit(name, '/', user === undefined ? {} : { authorization: basic(user) })).status;
  expect(await visit()).toBe(401);
  expect(await visit('ann:the first password')).toBe(200);
  expect(await visit('ann:the second one')).toBe(401);

  const change = { version, passwords: { ann: null, bob: 'another password' } };
  expect(await ask<Domain>(operator, `/api/domains/${id}`, json('PATCH', change))).toMatchObject({
    accounts: ['bob'],
  });
  // One that is left out stays.
  const note = { version: version + 1, note: 'x' };
  expect(await ask<Domain>(operator, `/api/domains/${id}`, json('PATCH', note))).toMatchObject({
    accounts: ['bob'],
  });
  await provisioned(id);
  expect(await visit('ann:the first password')).toBe(401);
  expect(await visit('bob:another password')).toBe(200);

  const { database } = ground.app.app.resources;
  const hash = (await findDomain(database.sql, id))?.accounts[0]?.passwordHash ?? '';
  expect(hash).toMatch(/^\$2[ab]\$/);
  const admin = await ground.app.as('admin');
  const run = (await tasks(id))[0]?.id;
  const paths = [
    ...['/api/audit?limit=200', `/api/domains/${id}`, '/api/domains?limit=200', `/api/jobs/runs/${run}`],
    ...[`/api/domains/${id}/events`, `/api/domains/${id}/tasks`],
  ];
  const told = await Promise.all(paths.map(async (path) => await (await admin.fetch(path)).text()));
  expect(told.join('')).toContain('bob');
  for (const secret of [hash, '$2b$', 'the first password', 'the second one', 'another password']) {
    expect([...told, ...ground.app.log].join('')).not.toContain(secret);
  }
});

test('shows hashes in a snippet only to who may change it, and in an export neither to others', async () => {
  const hash = '$2a$14$Zkx19XLiW6VYouLHR5NmfOFU0z2GTNmpkT/5qqR7hx4IjWJPDhjvG';
  const inBase64 = Buffer.from(hash).toString('base64');
  const snippet = `basicauth /a {\n\tann ${hash}\n}\nbasicauth /b {\n\tbob ${inBase64}\n}`;
  const shown = await add({ options: { snippet } });
  const { id } = shown;
  const viewer = await ground.app.as('viewer');
  const paths = ['json', 'csv'].map((format) => `/api/domains/export?format=${format}`);
  const told = async (caller: Caller) =>
    await Promise.all(
      [`/api/domains/${id}`, '/api/domains?limit=200', ...paths].map(async (path) =>
        (await caller.fetch(path)).text(),
      ),
    );
  for (const text of await told(operator)) expect(text).toContain(hash);
  for (const text of await told(viewer)) {
    expect(text).toContain('ann (hidden-hash)');
    expect(text).not.toContain(hash);
    expect(text).not.toContain(inBase64);
  }

  // What hides them cannot take their place.
  const [, , exported = ''] = await told(viewer);
  const { send } = transferAs(operator);
  const { rows } = await send({ text: exported, onConflict: 'overwrite', isDryRun: true });
  expect(rows.find(({ name }) => name === shown.name)).toMatchObject({
    ...{ verdict: 'invalid', why: { code: 'hash-hidden' } },
  });
  const hidden = { version: shown.version, options: { snippet: snippet.replaceAll(hash, '(hidden-hash)') } };
  expect(await ask(operator, `/api/domains/${id}`, json('PATCH', hidden))).toMatchObject({
    ...{ code: 'BAD_INPUT', fields: [{ path: 'body.options.snippet' }] },
  });
});

test('more than fifty accounts are refused before a single password is hashed', async () => {
  // Hashing them all would take longer than this test may.
  const given = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`user${n}`, 'long enough']));
  await expect(changedAccounts([], given)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  const kept = Array.from({ length: 50 }, (_, n) => ({ username: `kept${n}`, passwordHash: 'x' }));
  await expect(changedAccounts(kept, { one: 'long enough' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  expect(await changedAccounts(kept, { one: 'long enough', kept0: null })).toHaveLength(50);
});

test.each([
  [{ 'a:b': 'long enough' }, 'passwords'],
  [{ '{env.HOME}': 'long enough' }, 'passwords'],
  [{ ann: 'short' }, 'body.passwords.ann'],
  [{ ann: 'ü'.repeat(37) }, 'body.passwords.ann'],
  [{ ann: 'line\nbreak inside' }, 'body.passwords.ann'],
])('takes no account that is malformed: %j', async (passwords, path) => {
  const body = { name: `x.${ground.zone}`, target, dns: { kind: 'elsewhere' }, passwords };
  const response = await operator.fetch('/api/domains', json('POST', body));
  expect(response.status).toBe(400);
  expect(await response.text()).toContain(path);
});
