import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Caller, json, type TestApp, testApp } from '../../testing.ts';
import { attach, type TerminalClient } from './fixtures/terminal-client.ts';

let app: TestApp;
let operator: Caller;
let admin: Caller;
let made = 0;
const patience = { timeout: 30_000, interval: 25 };

beforeAll(async () => {
  app = await testApp(inject('postgres'));
  operator = await app.as('operator');
  admin = await app.as('admin');
});
afterAll(async () => await app[Symbol.asyncDispose]());

function run(): string {
  made += 1;
  const id = `7e${made.toString(16).padStart(62, '0')}`;
  app.docker.put({ id, name: `shell-${made}` });
  return id;
}

async function open(containerId: string, more: object = {}, who = operator) {
  const response = await who.fetch('/api/terminal', json('POST', { containerId, ...more }));
  return { status: response.status, body: (await response.json()) as { id: string; code?: string } };
}

async function started(containerId: string, more: object = {}): Promise<TerminalClient> {
  const { body } = await open(containerId, more);
  const client = attach(app.url, body.id, { authorization: `Bearer ${operator.key}` });
  await expect.poll(() => client.isStarted(), patience).toBe(true);
  return client;
}

async function auditOf(id: string) {
  const response = await admin.fetch(`/api/audit?targetId=${id}&limit=200`);
  return ((await response.json()) as { items: { action: string; after: unknown }[] }).items;
}

test('keys, size and output go both ways, and letters of several bytes stay whole', async () => {
  const id = run();
  const client = await started(id);

  client.send({ kind: 'input', data: 'grüße 🚀' });
  client.send({ kind: 'resize', columns: 132, rows: 43 });

  await expect.poll(() => client.shown(), patience).toContain('[132x43]');
  expect(client.shown()).toContain('grüße 🚀');
  client.close();
});

test('bash is tried first, then sh; a container with neither is told so', async () => {
  const id = run();
  app.docker.refuse('exec bash', 'OCI runtime exec failed: exec: "bash": executable file not found in $PATH');

  const client = await started(id);
  await expect.poll(() => client.shown(), patience).toBe('sh$ ');
  client.close();
  app.docker.refuse('exec sh', 'OCI runtime exec failed: exec: "sh": executable file not found in $PATH');
  const { body } = await open(id);
  const none = attach(app.url, body.id, { authorization: `Bearer ${operator.key}` });

  await expect.poll(() => none.ended()?.reason, patience).toBe('no-shell');
  app.docker.refuse('exec bash', null);
  app.docker.refuse('exec sh', null);
});

test('the end of the program is told with its code, and both ends stand in the audit without a key', async () => {
  const id = run();
  const client = await started(id, { command: ['top', '-b', '--password=hunter2-argument'] });

  client.send({ kind: 'input', data: 'hunter2 exit' });

  await expect.poll(() => client.ended(), patience).toMatchObject({ reason: 'exited', exitCode: 0 });
  await expect.poll(async () => (await auditOf(id)).length, patience).toBe(2);
  const entries = await auditOf(id);
  expect(entries.map(({ action }) => action).toSorted()).toEqual(['terminal.end', 'terminal.open']);
  expect(entries.find(({ action }) => action === 'terminal.end')?.after).toMatchObject({
    argv: ['top', '-b', '--password=••••••'],
    reason: 'exited',
    seconds: expect.any(Number),
  });
  expect(JSON.stringify(entries)).not.toContain('hunter2');
});

test('a tab that goes ends the program, and the audit says so', async () => {
  const id = run();
  const client = await started(id);

  client.close();

  await expect.poll(() => app.docker.done.includes(`exec-end ${id}`), patience).toBe(true);
  await expect
    .poll(async () => (await auditOf(id)).find(({ action }) => action === 'terminal.end')?.after, patience)
    .toMatchObject({ reason: 'left' });
});

test('a ticket works once, and only for who asked for it', async () => {
  const id = run();
  const { body } = await open(id);
  const foreign = attach(app.url, body.id, { authorization: `Bearer ${admin.key}` });
  await expect.poll(() => foreign.closed()?.code, patience).toBe(1008);
  const own = attach(app.url, body.id, { authorization: `Bearer ${operator.key}` });
  await expect.poll(() => own.isStarted(), patience).toBe(true);

  const again = attach(app.url, body.id, { authorization: `Bearer ${operator.key}` });

  await expect.poll(() => again.closed(), patience).toMatchObject({ code: 1008 });
  expect(again.isStarted()).toBe(false);
  own.close();
});

test('a terminal ends when its session is revoked', async () => {
  const id = run();
  const person = await app.signIn('operator');
  const response = await person.fetch('/api/terminal', json('POST', { containerId: id }));
  const { id: ticket } = (await response.json()) as { id: string };
  const client = attach(app.url, ticket, { cookie: person.cookie });
  await expect.poll(() => client.isStarted(), patience).toBe(true);

  await person.fetch('/api/account/sign-out', json('POST', {}));

  await expect.poll(() => client.closed(), patience).toEqual({ code: 4401, reason: 'signed out' });
  await expect.poll(() => app.docker.done.includes(`exec-end ${id}`), patience).toBe(true);
});

test.each(['elevated', 'plain'])(
  'a terminal that is %s ends when its person loses the role',
  async (kind) => {
    const id = run();
    const person = await app.signIn('admin');
    const manager = await app.as('admin', ['*', 'account:skip-step-up']);
    const more = kind === 'elevated' ? { user: 'root', isElevated: true } : {};
    const response = await person.fetch('/api/terminal', json('POST', { containerId: id, ...more }));
    const { id: ticket } = (await response.json()) as { id: string };
    const client = attach(app.url, ticket, { cookie: person.cookie });
    await expect.poll(() => client.isStarted(), patience).toBe(true);
    const users = await (await manager.fetch('/api/account/users?limit=200')).json();
    const user = (users as { items: { id: string; email: string; version: number }[] }).items.find(
      ({ email }) => email === person.email,
    );

    // An operator may still open a terminal, but not as root, and not the one that an administrator had.
    const change = json('PATCH', { version: user?.version, role: 'operator' });
    expect((await manager.fetch(`/api/account/users/${user?.id}`, change)).status).toBe(200);

    await expect.poll(() => client.closed()?.code, patience).toBe(4401);
    await expect.poll(() => app.docker.done.includes(`exec-end ${id}`), patience).toBe(true);
  },
);

test('a page of another origin cannot attach with the cookie of a person', async () => {
  const id = run();
  const person = await app.signIn('operator');
  const response = await person.fetch('/api/terminal', json('POST', { containerId: id }));
  const { id: ticket } = (await response.json()) as { id: string };

  const client = attach(app.url, ticket, { cookie: person.cookie, origin: 'https://evil.example' });

  await expect.poll(() => client.closed() !== null, patience).toBe(true);
  expect(client.isStarted()).toBe(false);
});

test('another user is for admins with a fresh proof, a viewer gets none, and what does not run is told', async () => {
  const id = run();
  const viewer = await app.as('viewer');
  app.docker.put({ id: run(), name: 'asleep', state: 'exited' });
  const asleep = `7e${made.toString(16).padStart(62, '0')}`;

  expect(await open(id, { user: 'root' })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  expect(await open(id, { user: 'root' }, admin)).toMatchObject({
    status: 403,
    body: { code: 'STEP_UP_REQUIRED' },
  });
  expect(await open(id, {}, viewer)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  expect(await open(asleep)).toMatchObject({ status: 409, body: { code: 'NOT_RUNNING' } });
  expect(await open(id, { user: '--help' }, admin)).toMatchObject({
    status: 400,
    body: { code: 'BAD_INPUT' },
  });
});

test('whoever loses the role within the minute does not get the terminal of that role', async () => {
  const id = run();
  const trusted = await app.as('admin', ['*', 'account:skip-step-up']);
  const { body } = await open(id, { user: 'root' }, trusted);
  const { authenticator, database } = app.app.resources;
  const { userId } = (await authenticator.byApiKey(trusted.key ?? '')).actor as { userId: string };
  await database.pool.query(`update users set role = 'operator' where id = $1`, [userId]);
  authenticator.forget();

  const client = attach(app.url, body.id, { authorization: `Bearer ${trusted.key}` });

  await expect.poll(() => client.closed()?.code, patience).toBe(1008);
  expect(client.isStarted()).toBe(false);
});
