import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { startEmbeddedPostgres } from '@nebula/db';
import { clusterPlace } from '@nebula/db/test-cluster';
import { createLog } from '@nebula/log';
import { expect, test } from 'vitest';
import { json, testApp, until } from './testing.ts';

const log = createLog({ service: 'test', level: 'silent' });

test.runIf(process.getuid?.() === 0)(
  'a full disk is answered as such, and all goes on when there is room again',
  async () => {
    await using place = await clusterPlace();
    const disk = `${place.dataDir}-disk`;
    mkdirSync(disk, { recursive: true });
    execFileSync('/usr/bin/mount', [
      '-t',
      'tmpfs',
      '-o',
      'size=220m,mode=0700,uid=65534,gid=65534',
      'tmpfs',
      disk,
    ]);
    try {
      await using postgres = await startEmbeddedPostgres({ ...place, dataDir: `${disk}/postgres`, log });
      const connection = postgres.connection('postgres');
      if (!('socketDir' in connection)) throw new TypeError('the embedded database is reached by its socket');
      const { socketDir, user, password } = connection;
      await using app = await testApp({ socketDir, user, password });
      const admin = await app.as('admin');
      const { database, audit } = app.app.resources;
      await database.pool.query('create table ballast (text text)');
      const fill = () =>
        database.pool.query(
          `insert into ballast select string_agg(md5(random()::text), '') from generate_series(1, 40000) n group by n % 20`,
        );
      for (let n = 0; n < 400; n += 1) {
        const isFull = await fill().then(
          () => false,
          () => true,
        );
        if (isFull) break;
      }

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
      execFileSync('/usr/bin/mount', ['-o', 'remount,size=600m', disk]);
      await until(async () => (await makeKey('again')).status === 201, 30_000);
      await until(async () => (await audit.seal(database)) === 0, 30_000);
      expect((await audit.verify(database)).findings).toEqual([]);
    } finally {
      execFileSync('/usr/bin/umount', ['-l', disk]);
    }
  },
  120_000,
);
