import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { systemClock } from '@nebula/clock';
import { type Docker, openEngine } from '@nebula/docker';
import { createLog } from '@nebula/log';
import { type EngineAccess, sharedEngine } from '@nebula/testbed';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Caller, type TestApp, testApp, until } from '../../testing.ts';
import { createArchive } from './archive.ts';
import type { LogEntry, Storage } from './contract.ts';

const patience = { timeout: 60_000, interval: 100 };

async function pageOf(viewer: Caller, query: string) {
  const response = await viewer.fetch(`/api/logs?${query}`);
  if (response.status !== 200) throw new Error(await response.text());
  return (await response.json()) as { items: LogEntry[]; next: string | null };
}

describe('on a real engine', () => {
  let engine: EngineAccess;
  let docker: Docker & Disposable;
  let app: TestApp;
  let viewer: Caller;

  beforeAll(async () => {
    engine = await sharedEngine();
    docker = openEngine(engine.socket);
    app = await testApp(inject('postgres'), { docker });
    viewer = await app.as('viewer');
  });
  afterAll(async () => {
    for (const name of ['long-line', 'flood-real']) await engine.docker(['rm', '-f', name]);
    await app[Symbol.asyncDispose]();
    docker[Symbol.dispose]();
  });

  const run = (name: string, words: string) =>
    engine.docker(['run', '-d', '--name', name, engine.busyboxImage, 'sh', '-c', `${words}; sleep 600`]);

  test('ten megabytes on one line are cut and counted, and the next line is whole', async () => {
    const size = 10 * 1024 * 1024;
    await run('long-line', `head -c ${size} /dev/zero | tr '\\0' x; echo; echo after it`);

    await expect
      .poll(async () => (await pageOf(viewer, 'app=long-line')).items[0]?.text, patience)
      .toBe('after it');
    const [, long] = (await pageOf(viewer, 'app=long-line')).items;
    expect([long?.text.length, long?.cutBytes]).toEqual([64 * 1024, size - 64 * 1024]);
  }, 120_000);

  test('a flood costs what is kept of it, not what was written: kept and missing lines make the whole', async () => {
    const total = 40_000;
    await run('flood-real', `seq 1 ${total}; sleep 3; echo calm`);
    await expect
      .poll(async () => (await pageOf(viewer, 'app=flood-real&limit=1')).items[0]?.text, patience)
      .toBe('calm');

    let kept = 0;
    let missing = 0;
    for (let cursor: string | null = ''; cursor !== null; ) {
      const more = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = await pageOf(viewer, `app=flood-real&limit=2000${more}`);
      kept += page.items.filter(({ gap }) => gap === null).length;
      missing += page.items.reduce((sum, { gap }) => sum + (gap?.lines ?? 0), 0);
      cursor = page.next;
    }
    expect(kept + missing).toBe(total + 1);
  }, 120_000);
});

describe('on a fake engine', () => {
  let app: TestApp;
  let viewer: Caller;
  const base = Date.parse('2026-11-26T04:00:00Z');

  beforeAll(async () => {
    app = await testApp(inject('postgres'));
    viewer = await app.as('viewer');
  });
  afterAll(async () => await app[Symbol.asyncDispose]());

  function say(id: string, texts: string[], ms = 0): void {
    app.docker.say(
      id,
      texts.map((text, n) => ({
        ...{ stream: 'stdout' as const, text, cutBytes: 0 },
        time: `${new Date(base + ms + n).toISOString().slice(0, 23)}000000Z`,
      })),
    );
  }

  test('an engine that was replaced, its containers with other ids, is followed on by the names of apps', async () => {
    const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' };
    const [before, after] = ['a'.repeat(64), 'b'.repeat(64)];
    app.docker.put({ id: before, name: 'shop-web-1', labels });
    say(before, ['of the old engine']);
    await expect.poll(async () => (await pageOf(viewer, 'app=shop/web')).items.length, patience).toBe(1);

    app.docker.setAway(true);
    app.docker.drop(before);
    app.docker.put({ id: after, name: 'shop-web-1', labels });
    app.docker.setAway(false);
    say(after, ['of the new engine'], 1000);

    await expect
      .poll(
        async () => (await pageOf(viewer, 'app=shop/web&order=oldest')).items.map(({ text }) => text),
        patience,
      )
      .toEqual(['of the old engine', 'of the new engine']);
  });

  test('a page of long lines holds no more than a few megabytes, and the pages after it hold the rest', async () => {
    const id = 'c'.repeat(64);
    app.docker.put({ id, name: 'wordy' });
    for (let n = 0; n < 40; n += 1) say(id, Array(10).fill('y'.repeat(64 * 1024)), n * 1000);
    await expect.poll(async () => (await pageOf(viewer, 'app=wordy&limit=1')).items.length, patience).toBe(1);

    const sizes: number[] = [];
    await until(async () => {
      sizes.length = 0;
      for (let cursor: string | null = ''; cursor !== null; ) {
        const more = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const page = await pageOf(viewer, `app=wordy&limit=2000${more}`);
        sizes.push(page.items.filter(({ gap }) => gap === null).length);
        cursor = page.next;
      }
      return sizes.reduce((sum, size) => sum + size, 0) === 400;
    }, 60_000);
    expect(Math.max(...sizes) * 64 * 1024).toBeLessThan(9 * 1024 * 1024);
  }, 120_000);

  test('a span becomes a file, plain or packed, in which nothing is left that a terminal obeys', async () => {
    const id = 'd'.repeat(64);
    app.docker.put({ id, name: 'filed' });
    say(id, ['\u001b[31mred\u001b[0m <b>markup</b>', '\u001b]52;c;cm0=\u0007clip', 'z'.repeat(10)]);
    for (let n = 1; n < 6; n += 1)
      say(
        id,
        Array.from({ length: 900 }, (_, at) => `line ${n}.${at}`),
        n * 1000,
      );
    await expect
      .poll(async () => (await pageOf(viewer, 'app=filed&limit=1')).items[0]?.text, patience)
      .toBe('line 5.899');

    const plain = await viewer.fetch('/api/logs/download?app=filed');
    const text = await plain.text();
    const packed = await viewer.fetch('/api/logs/download?app=filed&format=gzip');
    const raw = await (await viewer.fetch('/api/logs/download?app=filed&isRaw=true')).text();
    const part = await viewer.fetch(
      '/api/logs/download?app=filed&since=2026-11-26T04:00:01.000Z&until=2026-11-26T04:00:01.001Z',
    );

    expect(plain.headers.get('content-disposition')).toBe('attachment; filename="filed.log"');
    expect(text.split('\n').slice(0, 3)).toEqual([
      '2026-11-26T04:00:00.000000000Z red <b>markup</b>',
      '2026-11-26T04:00:00.001000000Z clip',
      '2026-11-26T04:00:00.002000000Z zzzzzzzzzz',
    ]);
    expect(text.trimEnd().split('\n')).toHaveLength(4503);
    expect(packed.headers.get('content-type')).toBe('application/gzip');
    expect(gunzipSync(Buffer.from(await packed.arrayBuffer())).toString()).toBe(text);
    expect(raw).toContain('\u001b[31mred');
    expect((await part.text()).trimEnd().split('\n').length).toBe(2);
  }, 120_000);

  test('a download that is wrong is refused in words before a byte is sent', async () => {
    const response = await viewer.fetch('/api/logs/download?isPattern=true&search=%28');
    expect([response.status, response.headers.get('content-type')]).toEqual([
      400,
      expect.stringContaining('problem+json'),
    ]);
  });
});

test.runIf(process.getuid?.() === 0)(
  'while the disk of the lines is full they are shown and not kept; with room again they are kept, and what is missing is told',
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'nebula-logs-'));
    const disk = join(dir, 'disk');
    await mkdir(disk);
    execFileSync('/usr/bin/mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'tmpfs', disk]);
    const stop = new AbortController();
    try {
      const told: Storage[] = [];
      const archive = createArchive({
        ...{ dir: join(disk, 'logs'), clock: systemClock, bytesPerApp: 32 * 1024 * 1024 },
        ...{ bytesInAll: 64 * 1024 * 1024, onStorage: (storage) => void told.push(storage) },
        log: createLog({ service: 'test', level: 'silent' }),
      });
      await archive.load();
      const running = archive.run(stop.signal);
      const ring = await archive.ring('web');
      let at = 0;
      const write = () => {
        const lines = Array.from({ length: 500 }, () => ({
          ...{ stream: 'stdout' as const, text: `${at}`.padEnd(500, '#'), cutBytes: 0 },
          time: `2026-11-26T04:00:00.${String((at += 1)).padStart(9, '0')}Z`,
        }));
        return ring.append('c'.repeat(64), lines).length;
      };

      await until(() => {
        expect(write()).toBe(500);
        return told.at(-1)?.isKeeping === false;
      }, 60_000);
      expect(told.at(-1)?.detail).toMatch(/disk is full/);
      // However much comes meanwhile, no more than two mebibytes of it wait.
      for (let n = 0; n < 40; n += 1) write();
      execFileSync('/usr/bin/mount', ['-o', 'remount,size=64m', disk]);

      await until(() => told.at(-1)?.isKeeping === true, 60_000);
      let kept = 0;
      let missing = 0;
      await ring.visitBefore('9'.repeat(19), (lines) => {
        for (const { gap } of lines) {
          if (gap === null) kept += 1;
          else missing += gap.lines;
        }
        return true;
      });
      expect(missing).toBeGreaterThan(0);
      expect(kept + missing).toBe(at);
      stop.abort();
      await running;
    } finally {
      stop.abort();
      execFileSync('/usr/bin/umount', ['-l', disk]);
      await rm(dir, { recursive: true });
    }
  },
  150_000,
);
