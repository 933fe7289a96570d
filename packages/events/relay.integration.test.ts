import { createLog } from '@nebula/log';
import { testDatabase } from '@nebula/db/testing';
import { expect, inject, test } from 'vitest';
import { appendEvents, eventMigrations, Hub, relayEvents } from './index.ts';

const log = createLog({ service: 'test', level: 'silent' });

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition() && waited < 200; waited += 1)
    await new Promise((resolve) => setTimeout(resolve, 25));
}

test('committed events reach the hub once and in order, rolled-back ones never', async () => {
  await using database = await testDatabase(inject('postgres'), [eventMigrations]);
  const hub = new Hub();
  const heard: unknown[] = [];
  hub.on('news', (data) => heard.push(data));
  const stop = new AbortController();
  const relaying = relayEvents({ database, hub, log, signal: stop.signal });
  await new Promise((resolve) => setTimeout(resolve, 200));

  await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      database
        .transaction(async (sql) => {
          if (n % 3 === 0) await new Promise((resolve) => setTimeout(resolve, n));
          await appendEvents(sql, [{ topic: 'news', access: 'x', data: n }]);
          if (n % 5 === 0) throw new Error('rolled back');
        })
        .catch(() => undefined),
    ),
  );
  await until(() => heard.length >= 40);
  stop.abort();
  await relaying;

  expect(heard).toHaveLength(40);
  expect(new Set(heard).size).toBe(40);
  expect(heard.filter((n) => Number(n) % 5 === 0)).toEqual([]);
});

test('events committed while the relay had lost its connection arrive afterwards', async () => {
  await using database = await testDatabase(inject('postgres'), [eventMigrations]);
  const hub = new Hub();
  const heard: unknown[] = [];
  hub.on('news', (data) => heard.push(data));
  const stop = new AbortController();
  const relaying = relayEvents({ database, hub, log, signal: stop.signal });
  await new Promise((resolve) => setTimeout(resolve, 200));

  await database.pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where query like 'listen%' and datname = current_database()`);
  await database.transaction((sql) => appendEvents(sql, [{ topic: 'news', access: 'x', data: 'missed' }]));
  await until(() => heard.length > 0);
  stop.abort();
  await relaying;

  expect(heard).toEqual(['missed']);
});

test('a read that failed is made again without another notification', async () => {
  await using database = await testDatabase(inject('postgres'), [eventMigrations]);
  const hub = new Hub();
  const heard: unknown[] = [];
  hub.on('news', (data) => heard.push(data));
  const stop = new AbortController();
  const relaying = relayEvents({ database, hub, log, signal: stop.signal });
  await new Promise((resolve) => setTimeout(resolve, 200));

  await database.pool.query(`alter table event_outbox rename to away`);
  await database.pool.query(`insert into away (topic, access, data) values ('news', 'x', '"late"')`);
  await database.pool.query(`notify nebula_outbox`);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await database.pool.query(`alter table away rename to event_outbox`);
  await until(() => heard.length > 0);
  stop.abort();
  await relaying;

  expect(heard).toEqual(['late']);
});
