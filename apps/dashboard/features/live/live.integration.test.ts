import { connect } from 'node:net';
import { expect, inject, test } from 'vitest';
import { type Caller, type TestApp, testApp, until } from '../../testing.ts';

interface OpenStream {
  events: { id: string; topic: string; data: string }[];
  isEnded(): boolean;
  close(): void;
}

async function open(caller: Caller, lastId?: string): Promise<OpenStream> {
  const stop = new AbortController();
  const headers: Record<string, string> = lastId === undefined ? {} : { 'last-event-id': lastId };
  const response = await caller.fetch('/api/events', { headers, signal: stop.signal });
  const events: OpenStream['events'] = [];
  let isEnded = false;
  void (async () => {
    let text = '';
    try {
      for await (const chunk of response.body ?? []) {
        text += Buffer.from(chunk).toString();
        const frames = text.split('\n\n');
        text = frames.pop() ?? '';
        for (const frame of frames) {
          const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1] ?? '';
          if (field('event') !== '')
            events.push({ id: field('id'), topic: field('event'), data: field('data') });
        }
      }
    } catch {
      // The test closed it, or the server did; either way it has ended.
    }
    isEnded = true;
  })();
  return { events, isEnded: () => isEnded, close: () => stop.abort() };
}

const topics = (stream: OpenStream) => new Set(stream.events.map((event) => event.topic));
const id = 'a'.repeat(64);

async function withApp(work: (app: TestApp) => Promise<void>): Promise<void> {
  await using app = await testApp(inject('postgres'));
  await work(app);
}

test('a change reaches an open page, and a page that comes back gets what it missed', async () => {
  await withApp(async (app) => {
    const viewer = await app.as('viewer');
    const first = await open(viewer);
    await until(() => topics(first).has('containers.engine'));
    app.docker.put({ id, name: 'web' });
    await until(() => topics(first).has('containers.container'));
    first.close();
    const last = first.events.filter((event) => event.id !== '').at(-1)?.id;

    app.docker.put({ id, name: 'renamed' }, 'rename');
    await until(async () =>
      JSON.stringify(await (await viewer.fetch('/api/containers')).json()).includes('renamed'),
    );
    const second = await open(viewer, last);
    await until(() => second.events.some((event) => event.data.includes('renamed')));

    expect(topics(second).has('resync')).toBe(false);
    second.close();
  });
});

test('what a person may not see does not reach their page', async () => {
  await withApp(async (app) => {
    const keyOnly = await app.as('admin', ['account:*']);
    const stream = await open(keyOnly);
    app.docker.put({ id, name: 'web' });
    await new Promise((resolve) => setTimeout(resolve, 500));

    expect([...topics(stream)]).toEqual(['resync', 'current']);
    stream.close();
  });
});

test('a page is cut off at once when its session is closed, and two tabs of one session both are', async () => {
  await withApp(async (app) => {
    const person = await app.signIn('admin');
    const tabs = [await open(person), await open(person)];
    await until(() => tabs.every((tab) => topics(tab).has('resync')));

    const response = await person.fetch('/api/account/sign-out', { method: 'POST' });

    expect(response.status).toBe(204);
    await until(() => tabs.every((tab) => tab.isEnded()));
    expect((await person.fetch('/api/containers')).status).toBe(401);
  });
});

test('a reader that does not read is dropped and the server keeps nothing for it', async () => {
  await withApp(async (app) => {
    const { key } = await app.as('viewer');
    const { hub } = app.app.resources;
    const socket = connect(app.port, '127.0.0.1');
    socket.write(
      `GET /api/events HTTP/1.1\r\nhost: 127.0.0.1:${app.port}\r\nauthorization: Bearer ${key}\r\n\r\n`,
    );
    socket.pause();
    await until(() => hub.readers === 1);

    const filler = 'x'.repeat(64 * 1024);
    for (let n = 0; n < 400 && hub.readers > 0; n += 1) {
      hub.publish({ topic: 'filler', access: 'containers:read', data: filler });
      await new Promise((resolve) => setImmediate(resolve));
    }

    expect(hub.readers).toBe(0);
    socket.destroy();
  });
});

test('a person has 64 streams at once, whatever they opened them with, and another when one has ended', async () => {
  await withApp(async (app) => {
    const viewer = await app.as('viewer');
    const other = await app.as('viewer');
    const { hub } = app.app.resources;
    const ends: AbortController[] = [];
    const openOne = async (caller: Caller) => {
      const end = new AbortController();
      ends.push(end);
      return await caller.fetch('/api/events', { signal: end.signal });
    };
    for (let n = 0; n < 64; n += 1) expect((await openOne(viewer)).status).toBe(200);

    const refused = await openOne(viewer);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10']);
    expect(await refused.json()).toMatchObject({
      code: 'RATE_LIMITED',
      detail: expect.stringContaining('64 live streams'),
    });
    expect((await openOne(other)).status).toBe(200);
    ends[0]?.abort();
    await until(() => hub.readers === 64);
    await expect
      .poll(async () => (await openOne(viewer)).status, { timeout: 20_000, interval: 100 })
      .toBe(200);
    for (const end of ends) end.abort();
    await until(() => hub.readers === 0);
  });
});

test('a page that leaves while it is let in is not kept', async () => {
  await withApp(async (app) => {
    const { key } = await app.as('viewer');
    const { hub } = app.app.resources;
    const request = `GET /api/events HTTP/1.1\r\nhost: 127.0.0.1:${app.port}\r\nauthorization: Bearer ${key}\r\n\r\n`;

    for (let n = 0; n < 40; n += 1) {
      const socket = connect(app.port, '127.0.0.1');
      socket.on('error', () => undefined);
      await new Promise((resolve) => socket.write(request, resolve));
      if (n % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
      socket.destroy();
    }

    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(hub.readers).toBe(0);
  });
});

test('the progress of a run is gone from the live state when the run has ended', async () => {
  await withApp(async (app) => {
    app.docker.put({ id, name: 'web' });
    const operator = await app.as('operator');
    await until(async () => (await operator.fetch(`/api/containers/${id}`)).ok);
    const first = await open(operator);
    const response = await operator.fetch(`/api/containers/${id}/restart`, { method: 'POST' });
    const { runId } = (await response.json()) as { runId: string };
    await until(() =>
      first.events.some(({ topic, data }) => topic === 'jobs.progress' && data.includes(runId)),
    );
    const isOver = ({ topic, data }: { topic: string; data: string }) =>
      topic === 'jobs.run-changed' && data.includes('"succeeded"');
    await until(() => first.events.some(isOver), 20_000);
    await until(() =>
      first.events.some(({ topic, data }) => topic === 'jobs.progress' && data.includes('null}')),
    );

    const second = await open(operator);
    await until(() => topics(second).has('current'));

    expect(topics(second).has('jobs.progress')).toBe(false);
    first.close();
    second.close();
  });
});

test('open streams do not keep the server from stopping', async () => {
  const app = await testApp(inject('postgres'));
  const stream = await open(await app.as('viewer'));
  await until(() => topics(stream).has('resync'));
  const started = Date.now();

  await app[Symbol.asyncDispose]();

  expect(Date.now() - started).toBeLessThan(5000);
  await until(() => stream.isEnded());
});
