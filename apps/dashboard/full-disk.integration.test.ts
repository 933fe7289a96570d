import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { startEmbeddedPostgres } from '@nebula/db';
import { clusterPlace } from '@nebula/db/test-cluster';
import { createLog } from '@nebula/log';
import { createSeries } from '@nebula/series';
import { expect, test } from 'vitest';
import { json, type TestApp, testApp, until } from './testing.ts';

const log = createLog({ service: 'test', level: 'silent' });

test.runIf(process.getuid?.() === 0)(
  'a full disk is answered as such, and all goes on when there is room again',
  () =>
    onSmallDisk(async ({ app, fill, makeRoom }) => {
      const admin = await app.as('admin');
      const { database, audit } = app.app.resources;
      await fill();

      const makeKey = (name: string) =>
        admin.fetch(
          '/api/account/api-keys',
          json('POST', {
            name: name.padEnd(80, 'x'),
            scopes: Array.from({ length: 50 }, () => 'containers:read'),
          }),
        );
      let answer = { status: 0, code: '' };
      await until(async () => {
        const response = await makeKey('while it is full');
        answer = { status: response.status, code: ((await response.json()) as { code?: string }).code ?? '' };
        return response.status >= 500;
      }, 30_000);

      // Full while a table grows: 507. Full while the write-ahead log grows: PostgreSQL stops itself to stay whole, 503.
      expect([
        { status: 507, code: 'STORAGE_FULL' },
        { status: 503, code: 'UNAVAILABLE' },
      ]).toContainEqual(answer);
      makeRoom();
      await until(async () => (await makeKey('again')).status === 201, 30_000);
      await until(async () => (await audit.seal(database)) === 0, 30_000);
      expect((await audit.verify(database)).findings).toEqual([]);
    }),
  120_000,
);

test.runIf(process.getuid?.() === 0)(
  'figures and changes of the time when the disk was full are there when it has room again, each once',
  () =>
    onSmallDisk(async ({ app, fill, makeRoom }) => {
      const viewer = await app.as('viewer');
      const { database, clock } = app.app.resources;
      const series = createSeries({ database, clock, log });
      const noted = { hostId: 'local', subject: 'app/noted', metric: 'memory' };
      const toldTimes = (line: string) => app.log.filter((one) => one.includes(line)).length;
      const markersOf = async (name: string) => {
        const answer = await viewer.fetch(`/api/changes?app=${name}`);
        // A database that stopped itself to stay whole tells nothing.
        if (!answer.ok) return [];
        const { items } = (await answer.json()) as { items: { app: string | null; kind: string }[] };
        return items.filter((one) => one.app === name).map(({ kind }) => kind);
      };
      await until(() => (app.docker.reads.get('event-streams') ?? 0) > 2, 30_000);
      await fill();
      const keep = async () => {
        series.record([{ ...noted, value: 42 }]);
        await series.flush();
      };
      await expect(untilItFails(keep)).rejects.toThrow();
      // More than a page of the database takes, so that it is not written into what room is left.
      const wide = Array.from({ length: 1500 }, (_, n) => `noted-${n}-`.padEnd(200, `${n}`));
      for (const name of wide)
        app.docker.happen({ type: 'container', action: 'start', id: 'a'.repeat(64), attributes: { name } });
      app.docker.happen({
        type: 'container',
        action: 'start',
        id: 'b'.repeat(64),
        attributes: { name: 'noted' },
      });
      await until(() => toldTimes('what changed could not be kept yet') > 0, 60_000);
      expect(await markersOf('noted')).toEqual([]);

      makeRoom();
      await until(async () => (await markersOf('noted')).length > 0, 60_000);
      expect(await markersOf('noted')).toEqual(['started']);
      await until(
        () =>
          series.flush().then(
            () => true,
            () => false,
          ),
        30_000,
      );
      const later = createSeries({ database, clock, log });
      const stop = new AbortController();
      const working = later.work(stop.signal);
      const values = async () => {
        const [from, to] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 60_000)];
        const found = await later.query({
          hostId: 'local',
          subjects: [noted.subject],
          from,
          to,
          maxPoints: 400,
        });
        return found.flatMap(({ points }) => points.map(({ mean }) => mean));
      };
      await expect.poll(async () => [...new Set(await values())], { timeout: 30_000 }).toEqual([42]);
      stop.abort();
      await working;
    }),
  180_000,
);

/** Runs a test on a database whose disk is small, is filled on demand, and grows on demand. */
async function onSmallDisk(
  work: (ground: { app: TestApp; fill(): Promise<void>; makeRoom(): void }) => Promise<void>,
): Promise<void> {
  await using place = await clusterPlace();
  const disk = `${place.dataDir}-disk`;
  mkdirSync(disk, { recursive: true });
  execFileSync('/usr/bin/mount', [
    ...['-t', 'tmpfs', '-o', 'size=220m,mode=0700,uid=65534,gid=65534', 'tmpfs', disk],
  ]);
  try {
    await using postgres = await startEmbeddedPostgres({ ...place, dataDir: `${disk}/postgres`, log });
    const connection = postgres.connection('postgres');
    if (!('socketDir' in connection)) throw new TypeError('the embedded database is reached by its socket');
    const { socketDir, user, password } = connection;
    await using app = await testApp({ socketDir, user, password });
    const { pool } = app.app.resources.database;
    await pool.query('create table ballast (text text)');
    await work({
      app,
      fill: async () => {
        for (let n = 0; n < 400; n += 1) {
          const isFull = await pool
            .query(
              `insert into ballast select string_agg(md5(random()::text), '') from generate_series(1, 40000) n group by n % 20`,
            )
            .then(
              () => false,
              () => true,
            );
          if (isFull) return;
        }
      },
      makeRoom: () => void execFileSync('/usr/bin/mount', ['-o', 'remount,size=600m', disk]),
    });
  } finally {
    execFileSync('/usr/bin/umount', ['-l', disk]);
  }
}

/** Repeats work until it fails, which it does soon on a disk that is full. */
async function untilItFails(work: () => Promise<void>): Promise<void> {
  for (let n = 0; n < 20_000; n += 1) await work();
}
