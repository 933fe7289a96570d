import { newId } from '@nebula/db';
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type Caller, json, type TestApp, testApp, until } from '../../testing.ts';
import type { Notice, Unread } from './contract.ts';
import { type NewNotice, postNotice } from './index.ts';
import { notices } from './schema.ts';
import { removeNoticesBefore } from './store.ts';

let app: TestApp;
beforeEach(async () => {
  app = await testApp(inject('postgres'));
});
afterEach(async () => await app[Symbol.asyncDispose]());

async function post(notice: Partial<NewNotice> & Pick<NewNotice, 'to'>): Promise<string | null> {
  const { database } = app.app.resources;
  const full = { kind: 'test.done', level: 'info' as const, subject: 'Something', at: new Date(), ...notice };
  return await database.transaction((sql) => postNotice(sql, full));
}

async function listOf(caller: Caller, query = ''): Promise<Notice[]> {
  const response = await caller.fetch(`/api/notices${query}`);
  expect(response.status).toBe(200);
  return ((await response.json()) as { items: Notice[] }).items;
}

async function unreadOf(caller: Caller): Promise<number> {
  return ((await (await caller.fetch('/api/notices/unread')).json()) as Unread).count;
}

async function idOf(caller: Caller): Promise<string> {
  const response = await caller.fetch('/api/account/session');
  return ((await response.json()) as { user: { id: string } }).user.id;
}

const subjects = (list: Notice[]) => list.map(({ subject }) => subject);

/** Topics and data that a caller hears on the live stream from now on. */
async function hear(caller: Caller): Promise<{ text(): string; close(): void }> {
  const stop = new AbortController();
  const response = await caller.fetch('/api/events', { signal: stop.signal });
  let text = '';
  void (async () => {
    try {
      for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    }
  })();
  await until(() => text.includes('event: current'));
  return { text: () => text, close: () => stop.abort() };
}

test('a notice for a permission is seen by those who hold it, one for a user by that user alone', async () => {
  const admin = await app.signIn('admin');
  const viewer = await app.signIn('viewer');
  await post({ to: { permission: 'jobs:read' }, subject: 'for readers' });
  await post({ to: { permission: 'jobs:operate' }, subject: 'for operators' });
  await post({ to: { userId: await idOf(viewer) }, subject: 'for one' });

  expect(subjects(await listOf(admin))).toEqual(['for operators', 'for readers']);
  expect(subjects(await listOf(viewer))).toEqual(['for one', 'for readers']);
  expect([await unreadOf(admin), await unreadOf(viewer)]).toEqual([2, 2]);
});

test("a key sees its owner's notices only with a scope for them, and nothing that its scopes leave out", async () => {
  const wide = await app.as('admin', ['notices:*', 'jobs:read']);
  const other = await app.as('admin', ['containers:*']);
  await post({ to: { permission: 'jobs:read' }, subject: 'run' });
  await post({ to: { permission: 'audit:read' }, subject: 'audit' });

  expect(subjects(await listOf(wide))).toEqual(['run']);
  expect((await other.fetch('/api/notices')).status).toBe(403);
});

test('only those who may see a notice hear of it', async () => {
  const person = await app.signIn('viewer');
  const stranger = await app.signIn('admin');
  const scoped = await app.as('admin', ['jobs:*']);
  const streams = [await hear(person), await hear(stranger), await hear(scoped)];
  await post({ to: { userId: await idOf(person) }, subject: 'private matter' });
  await post({ to: { permission: 'jobs:read' }, subject: 'public matter' });

  await until(() => streams[0]?.text().includes('public matter') === true);
  await until(() => streams[1]?.text().includes('public matter') === true);

  expect(streams.map((stream) => stream.text().includes('private matter'))).toEqual([true, false, false]);
  app.app.resources.hub.publish({ topic: 'last', access: 'jobs:read', data: {} });
  await until(() => streams[2]?.text().includes('event: last') === true);
  expect(streams[2]?.text()).not.toContain('public matter');
  for (const stream of streams) stream.close();
});

test('a notice with the key of one that is there is not posted again, for another audience it is', async () => {
  const to = { permission: 'jobs:read' } as const;

  expect(await post({ to, dedupeKey: 'disk' })).not.toBeNull();
  expect(await post({ to, dedupeKey: 'disk' })).toBeNull();
  expect(await post({ to: { permission: 'audit:read' }, dedupeKey: 'disk' })).not.toBeNull();
  expect(await post({ to })).not.toBeNull();
  expect(await post({ to })).not.toBeNull();
  expect(await listOf(await app.as('admin'))).toHaveLength(4);
});

test('a notice that is posted in a change that fails is not there', async () => {
  const { database } = app.app.resources;
  const doomed = database.transaction(async (sql) => {
    const to = { permission: 'jobs:read' } as const;
    await postNotice(sql, { to, kind: 'test.done', level: 'info', subject: 'lost', at: new Date() });
    throw new Error('the change fails');
  });

  await expect(doomed).rejects.toThrow('the change fails');
  expect(await listOf(await app.as('admin'))).toEqual([]);
});

test('one notice can be read, and all up to one; what came later stays unread, for others all does', async () => {
  const person = await app.signIn('operator');
  const other = await app.signIn('operator');
  const to = { permission: 'jobs:read' } as const;
  const ids = [];
  for (const subject of ['a', 'b', 'c', 'd']) ids.push(await post({ to, subject }));

  const one = await person.fetch(`/api/notices/${ids[3]}/read`, { method: 'POST' });
  expect(await one.json()).toEqual({ count: 3, isMore: false });
  const upTo = await person.fetch('/api/notices/read', json('POST', { upTo: ids[1] }));
  expect(await upTo.json()).toEqual({ count: 1, isMore: false });
  const back = await person.fetch('/api/notices/read', json('POST', { upTo: ids[0] }));
  expect(await back.json()).toEqual({ count: 1, isMore: false });

  expect((await listOf(person)).map(({ isRead }) => isRead)).toEqual([true, false, true, true]);
  expect(subjects(await listOf(person, '?only=unread'))).toEqual(['c']);
  expect(await unreadOf(other)).toBe(4);
  const actions = await (await (await app.as('admin')).fetch('/api/audit?action=notices.mark-read')).json();
  expect(JSON.stringify(actions)).toContain(ids[3]);
});

test('nobody marks a notice that is not theirs, nor beyond the newest', async () => {
  const viewer = await app.signIn('viewer');
  const id = await post({ to: { permission: 'audit:read' } });

  const answers = [
    await viewer.fetch(`/api/notices/${id}/read`, { method: 'POST' }),
    await viewer.fetch('/api/notices/read', json('POST', { upTo: id })),
    await viewer.fetch('/api/notices/read', json('POST', { upTo: newId() })),
  ];

  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
});

test('pages of notices follow one another without a gap, also by level', async () => {
  const viewer = await app.as('viewer');
  const levels = ['info', 'danger'] as const;
  for (let n = 0; n < 9; n += 1)
    await post({ to: { permission: 'jobs:read' }, subject: `${n}`, level: levels[n % 2] ?? 'info' });

  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const more = cursor === '' ? '' : `&cursor=${cursor}`;
    const response = await viewer.fetch(`/api/notices?limit=2&level=info${more}`);
    const page = (await response.json()) as { items: Notice[]; next: string | null };
    seen.push(...subjects(page.items));
    cursor = page.next;
  }

  expect(seen).toEqual(['8', '6', '4', '2', '0']);
});

test('more than 99 unread are not counted', async () => {
  const viewer = await app.as('viewer');
  for (let n = 0; n < 101; n += 1) await post({ to: { permission: 'jobs:read' } });

  const unread = await (await viewer.fetch('/api/notices/unread')).json();

  expect(unread).toEqual({ count: 99, isMore: true });
});

test('old notices go, with what was remembered of them', async () => {
  const person = await app.signIn('viewer');
  const to = { permission: 'jobs:read' } as const;
  const old = await post({ to, subject: 'old', at: new Date('2026-01-01') });
  await post({ to, subject: 'new' });
  await person.fetch(`/api/notices/${old}/read`, { method: 'POST' });

  await removeNoticesBefore(app.app.resources.database.sql, new Date('2026-02-01'));

  expect(subjects(await listOf(person))).toEqual(['new']);
});

test('control characters and half a character do not get into a notice', async () => {
  const id = await post({
    to: { permission: 'jobs:read' },
    subject: `line\nbreak ${'x'.repeat(188)}\u{1f680}`,
    detail: 'half \ud83d',
  });
  const { database } = app.app.resources;
  const rows = await database.sql
    .select()
    .from(notices)
    .where(eq(notices.id, id ?? ''));

  expect(rows[0]?.subject).toMatch(/^line break x+\ufffd$/);
  expect(rows[0]?.detail).toBe('half \ufffd');
});

test('a run that fails posts a notice that leads to it, once', async () => {
  const operator = await app.signIn('operator');
  const id = 'a'.repeat(64);
  app.docker.put({ id, name: 'web' });
  await until(async () => (await operator.fetch(`/api/containers/${id}`)).ok);
  app.docker.refuse('restart', 'the engine says no');
  const response = await operator.fetch(`/api/containers/${id}/restart`, { method: 'POST' });
  const { runId } = (await response.json()) as { runId: string };

  await until(async () => (await unreadOf(operator)) === 1, 30_000);

  const [notice] = await listOf(operator);
  expect(notice).toMatchObject({ kind: 'jobs.run-failed', level: 'danger', href: `/jobs/${runId}` });
  expect(notice?.subject).toContain('web');
});
