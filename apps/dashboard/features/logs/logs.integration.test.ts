import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogLine } from '@nebula/docker';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Caller, type TestApp, testApp, until } from '../../testing.ts';
import type { LogEntry, LogItem } from './contract.ts';

let app: TestApp;
let viewer: Caller;
let made = 0;

beforeAll(async () => {
  app = await testApp(inject('postgres'));
  viewer = await app.as('viewer');
});
afterAll(async () => await app[Symbol.asyncDispose]());

const patience = { timeout: 30_000, interval: 50 };
const base = Date.parse('2026-11-26T04:00:00Z');

/** A line at so many milliseconds after the test's hour began. */
function line(text: string, ms: number, more: Partial<LogLine> = {}): LogLine {
  const time = `${new Date(base + ms).toISOString().slice(0, 23)}000000Z`;
  return { time, stream: 'stdout', text, cutBytes: 0, ...more };
}

function run(name: string, project?: string): string {
  made += 1;
  const id = `10${made.toString(16).padStart(62, '0')}`;
  const labels: Record<string, string> =
    project === undefined
      ? {}
      : { 'com.docker.compose.project': project, 'com.docker.compose.service': name };
  app.docker.put({ id, name: project === undefined ? name : `${project}-${name}-${made}`, labels });
  return id;
}

type Page = { items: LogEntry[]; next: string | null; isPartial: boolean };

async function past(query: string, who = viewer): Promise<Page> {
  const response = await who.fetch(`/api/logs?${query}`);
  if (response.status !== 200) throw new Error(await response.text());
  return (await response.json()) as Page;
}

const textsOf = async (query: string) => (await past(query)).items.map(({ text }) => text);

/** Reads the stream until `isEnough` of all entries so far. */
async function follow(
  query: string,
  isEnough: (entries: LogEntry[]) => boolean,
  onOpen: () => void = () => undefined,
  headers: Record<string, string> = {},
): Promise<{ entries: LogEntry[]; lastId: string }> {
  const stop = new AbortController();
  const response = await fetch(`${app.url}/api/logs/stream?${query}`, {
    headers: { authorization: `Bearer ${viewer.key}`, ...headers },
    signal: stop.signal,
  });
  const entries: LogEntry[] = [];
  let lastId = '';
  let waiting = '';
  let isOpen = false;
  for await (const chunk of response.body ?? []) {
    waiting += Buffer.from(chunk).toString();
    const frames = waiting.split('\n\n');
    waiting = frames.pop() ?? '';
    for (const frame of frames) {
      const data = /^data: (.*)$/m.exec(frame)?.[1];
      if (data === undefined) continue;
      if (!isOpen) {
        isOpen = true;
        onOpen();
      }
      lastId = /^id: (.*)$/m.exec(frame)?.[1] ?? lastId;
      const item = JSON.parse(data) as LogItem;
      if (item.kind === 'lines') entries.push(...item.lines);
    }
    if (isEnough(entries)) break;
  }
  stop.abort();
  return { entries, lastId };
}

test('lines of a container are there after it was removed and made anew under the name of its app', async () => {
  const first = run('web', 'shop');
  app.docker.say(first, [line('before the crash', 1), line('ERROR it broke', 2, { stream: 'stderr' })]);
  await expect.poll(() => textsOf('app=shop/web'), patience).toEqual(['ERROR it broke', 'before the crash']);
  app.docker.drop(first);
  const second = run('web', 'shop');
  app.docker.say(second, [line('alive again', 3)]);

  await expect
    .poll(() => textsOf('app=shop/web&order=oldest'), patience)
    .toEqual(['before the crash', 'ERROR it broke', 'alive again']);
  const { items } = await past('app=shop/web&order=oldest');
  expect(items.map(({ container }) => container)).toEqual([
    first.slice(0, 12),
    first.slice(0, 12),
    second.slice(0, 12),
  ]);
  expect(items[1]).toMatchObject({ level: 'error', stream: 'stderr', app: 'shop/web' });
});

test('pages of several apps are merged by time, hold still, and miss and repeat nothing', async () => {
  const one = run('page-one');
  const two = run('page-two');
  app.docker.say(
    one,
    Array.from({ length: 30 }, (_, n) => line(`one ${n}`, 1000 + n * 2)),
  );
  app.docker.say(
    two,
    Array.from({ length: 30 }, (_, n) => line(`two ${n}`, 1000 + n * 2 + (n % 2))),
  );
  const apps = 'app=page-one&app=page-two';
  await expect.poll(async () => (await textsOf(`${apps}&limit=100`)).length, patience).toBe(60);

  for (const order of ['newest', 'oldest']) {
    const all: LogEntry[] = [];
    let cursor = '';
    do {
      const page = await past(`${apps}&limit=7&order=${order}${cursor}`);
      all.push(...page.items);
      cursor = page.next === null ? '' : `&cursor=${encodeURIComponent(page.next)}`;
      if (all.length === 7 && order === 'newest') app.docker.say(one, [line('newer', 90_000)]);
    } while (cursor !== '');
    const seen = all.map(({ text }) => text).filter((text) => text !== 'newer');
    expect(new Set(seen).size).toBe(60);
    expect(seen.length).toBe(60);
    const keys = all.map(({ key }) => key);
    expect(keys).toEqual(order === 'newest' ? keys.toSorted().toReversed() : keys.toSorted());
  }
});

test('lines are found by text, pattern, level, stream and time', async () => {
  const id = run('found');
  app.docker.say(id, [
    line('{"level":"warn","msg":"Disk is filling"}', 1),
    line('2026-11-26 04:00:00 INFO started', 2),
    line('[error] no route', 3, { stream: 'stderr' }),
    line('plain GET /api/x 503', 4),
  ]);
  await expect.poll(async () => (await textsOf('app=found')).length, patience).toBe(4);

  expect(await textsOf('app=found&search=DISK')).toEqual(['{"level":"warn","msg":"Disk is filling"}']);
  expect(await textsOf(`app=found&isPattern=true&search=${encodeURIComponent('get .* 5\\d\\d$')}`)).toEqual([
    'plain GET /api/x 503',
  ]);
  expect(await textsOf('app=found&level=info&level=error')).toEqual([
    '[error] no route',
    '2026-11-26 04:00:00 INFO started',
  ]);
  expect(await textsOf('app=found&stream=stderr')).toEqual(['[error] no route']);
  expect(await textsOf('app=found&since=2026-11-26T04:00:00.002Z&until=2026-11-26T04:00:00.003Z')).toEqual([
    '[error] no route',
    '2026-11-26 04:00:00 INFO started',
  ]);
});

test('a pattern that is wrong is refused with what is wrong, in both ways of asking', async () => {
  for (const path of ['/api/logs', '/api/logs/stream']) {
    const response = await viewer.fetch(`${path}?isPattern=true&search=${encodeURIComponent('(a')}`);

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'BAD_INPUT',
      fields: [{ path: 'query.search', message: 'A group is not closed.' }],
    });
  }
});

test('the stream begins with past lines, goes on live, and resumes without gap or double', async () => {
  const id = run('live');
  app.docker.say(id, [line('old 1', 1), line('old 2', 2)]);
  await expect.poll(async () => (await textsOf('app=live')).length, patience).toBe(2);

  const first = await follow(
    'app=live&tail=1',
    (entries) => entries.length >= 2,
    () => app.docker.say(id, [line('new 3', 3)]),
  );
  app.docker.say(id, [line('missed 4', 4), line('missed 5', 5)]);
  const second = await follow(
    'app=live',
    (entries) => entries.length >= 3,
    () => app.docker.say(id, [line('new 6', 6)]),
    {
      'last-event-id': first.lastId,
    },
  );

  expect(first.entries.map(({ text }) => text)).toEqual(['old 2', 'new 3']);
  expect(second.entries.map(({ text }) => text)).toEqual(['missed 4', 'missed 5', 'new 6']);
});

test('an engine that goes and comes back leaves neither gap nor double, also for lines of one instant', async () => {
  const id = run('restarted');
  app.docker.say(id, [line('a', 10), line('same', 20), line('same', 20)]);
  await expect.poll(async () => (await textsOf('app=restarted')).length, patience).toBe(3);

  app.docker.setAway(true);
  app.docker.say(id, [line('same', 20), line('while away', 30)]);
  app.docker.setAway(false);

  await expect
    .poll(() => textsOf('app=restarted&order=oldest'), patience)
    .toEqual(['a', 'same', 'same', 'same', 'while away']);
});

test('lines of a clock that went back keep their order and their own time', async () => {
  const id = run('clock');
  app.docker.say(id, [line('late', 50_000), line('after the jump', 20_000), line('and on', 20_001)]);

  await expect
    .poll(() => textsOf('app=clock&order=oldest'), patience)
    .toEqual(['late', 'after the jump', 'and on']);
  const { items } = await past('app=clock&order=oldest');
  expect(items.map(({ time }) => time.slice(17, 23))).toEqual(['50.000', '20.000', '20.001']);
  expect(new Set(items.map(({ key }) => key)).size).toBe(3);
});

test('a flood is cut to a rate, and how many lines are missing is a line of its own', async () => {
  const id = run('flood');
  app.docker.say(
    id,
    Array.from({ length: 12_000 }, (_, n) => line(`flood ${n}`, 100_000 + Math.floor(n / 100))),
  );
  app.docker.say(id, [line('calm', 200_000)]);

  await expect.poll(async () => (await textsOf('app=flood&limit=1'))[0], patience).toBe('calm');
  const gaps = (await past('app=flood&limit=2000')).items.filter(({ gap }) => gap !== null);
  expect(gaps.map(({ gap }) => gap)).toEqual([{ reason: 'too-fast', lines: 7000 }]);
});

test('a log that cannot be read back is told in words, and harms no other', async () => {
  app.docker.refuse('logs', 'configured logging driver does not support reading');
  const id = run('unreadable');
  const apps = async () =>
    (
      (await (await viewer.fetch('/api/logs/apps')).json()) as {
        items: { app: string; detail: string | null }[];
      }
    ).items;
  await expect
    .poll(async () => (await apps()).find((one) => one.app === 'unreadable')?.detail, patience)
    .toMatch(/^Its log driver does not let anybody read back/);
  app.docker.refuse('logs', null);

  const other = run('readable');
  app.docker.say(other, [line('fine', 1)]);
  await expect.poll(() => textsOf('app=readable'), patience).toEqual(['fine']);
  app.docker.drop(id);
});

test('hostile names of apps stay names: nothing is written outside the folder of logs, and only we can read it', async () => {
  made += 1;
  const id = `10${made.toString(16).padStart(62, '0')}`;
  const labels = {
    'com.docker.compose.project': '../../../etc',
    'com.docker.compose.service': '<img src=x>\u001b[31m\u202e..',
  };
  app.docker.put({ id, name: 'hostile', labels });
  app.docker.say(id, [line('\u001b[2J<script>alert(1)</script>', 1)]);
  const query = `app=${encodeURIComponent('../../../etc/<img src=x>[31m..')}`;
  await expect.poll(() => textsOf(query), patience).toEqual(['\u001b[2J<script>alert(1)</script>']);

  const dir = join(app.dataDir, 'logs');
  await until(
    async () => (await readdir(dir, { recursive: true })).some((file) => file.endsWith('.log')),
    20_000,
  );
  for (const file of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    expect((await stat(join(file.parentPath, file.name))).mode & 0o077).toBe(0);
  }
  expect((await readdir(dir)).every((name) => /^[\w.-]+$/.test(name))).toBe(true);
});
