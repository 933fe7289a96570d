import { TestClock } from '@nebula/clock/testing';
import { type TestDatabase, testDatabase } from '@nebula/db/testing';
import { createLog } from '@nebula/log';
import { afterAll, beforeEach, expect, inject, test } from 'vitest';
import { createSeries, type Series, seriesMigrations, tierFor } from './index.ts';

const log = createLog({ service: 'test', level: 'silent' });
const start = new Date('2026-03-01T00:00:00Z');
const hour = 3_600_000;
const day = 24 * hour;
const key = { hostId: 'local', subject: 'app/shop/web', metric: 'cpu' };

let clock: TestClock;
let database: TestDatabase;
let series: Series;
const opened: TestDatabase[] = [];

beforeEach(async () => {
  clock = new TestClock(start);
  database = await testDatabase(inject('postgres'), [seriesMigrations]);
  opened.push(database);
  series = createSeries({ database, clock, log });
});
afterAll(async () => {
  for (const one of opened) await one[Symbol.asyncDispose]();
});

/** Records a value every 10 s for `ms`, rolling every hour as the work does. */
async function live(ms: number, valueAt: (n: number) => number, other = key): Promise<void> {
  for (let n = 0; n < ms / 10_000; n += 1) {
    series.record([{ ...other, value: valueAt(n) }]);
    await clock.advance(10_000);
    if (n % 360 === 359) await series.roll();
  }
}

async function history(from: Date, to: Date, maxPoints = 1000) {
  const [found] = await series.query({ hostId: 'local', from, to, maxPoints });
  return found;
}

test('what was recorded is told at once, before anything is written', async () => {
  await live(60_000, (n) => n);
  const found = await history(start, clock.now());
  expect(found).toMatchObject({ key, stepMs: 10_000 });
  expect(found?.points.map(({ mean }) => mean)).toEqual([0, 1, 2, 3, 4, 5]);
});

test('hours that are over lie in chunks, and the look back does not notice', async () => {
  await live(3 * hour + 60_000, (n) => n % 100);
  const { rows } = await database.pool.query(
    'select tier, count(*)::int as n from series_chunks group by tier order by tier',
  );
  expect(rows).toEqual([
    { tier: 0, n: 3 },
    { tier: 1, n: 1 },
    { tier: 2, n: 1 },
    { tier: 3, n: 1 },
  ]);
  const found = await history(start, clock.now(), 2000);
  expect(found?.points).toHaveLength(3 * 360 + 6);
  expect(found?.points[359]?.mean).toBeCloseTo(59, 1);
  expect(found?.points.at(-1)?.mean).toBeCloseTo(85, 5);
});

test('an hour of many series is closed whole', async () => {
  const subjects = Array.from({ length: 70 }, (_, n) => `app/one/${n}`);
  series.record(subjects.map((subject, value) => ({ ...key, subject, value })));
  await clock.advance(hour);
  await series.roll();
  const later = createSeries({ database, clock, log });
  const stop = new AbortController();
  const work = later.work(stop.signal);
  await expect.poll(() => later.keys('local')).toHaveLength(70);
  const found = await later.query({ hostId: 'local', from: start, to: clock.now(), maxPoints: 1000 });
  stop.abort();
  await work;
  const values = found.map(({ key: { subject }, points }) => [
    subject,
    points.map(({ mean }) => Math.round(mean)),
  ]);
  expect(Object.fromEntries(values)).toEqual(
    Object.fromEntries(subjects.map((subject, n) => [subject, [n]])),
  );
});

test('a longer look back is coarser, with least, mean and most of each step', async () => {
  await live(2 * hour, (n) => n % 6);
  const found = await history(start, clock.now(), 120);
  expect(found?.stepMs).toBe(60_000);
  expect(found?.points).toHaveLength(120);
  for (const { min, mean, max } of found?.points ?? []) {
    expect([min, max]).toEqual([expect.closeTo(0, 2), expect.closeTo(5, 2)]);
    expect(mean).toBeCloseTo(2.5, 2);
  }
});

test('after a crash nothing older than the last flush is lost, and nothing is told twice', async () => {
  await live(hour + 30 * 60_000, () => 7);
  await series.flush();
  series.record([{ ...key, value: 99 }]);

  series = createSeries({ database, clock, log });
  const stop = new AbortController();
  const working = series.work(stop.signal);
  await expect
    .poll(async () => (await history(start, clock.now()))?.points.length, { timeout: 20_000 })
    .toBe(540);
  stop.abort();
  await working;
  const { rows } = await database.pool.query('select count(*)::int as n from series_chunks where tier = 0');
  expect(rows).toEqual([{ n: 1 }]);
});

test('a clock that was wrong by hours and is put right loses nothing', async () => {
  await live(30 * 60_000, () => 1);
  await clock.advance(5 * hour);
  await live(10 * 60_000, () => 2);
  await series.roll();
  const wrong = clock.now();
  clock = new TestClock(new Date(start.getTime() + 30 * 60_000));
  const { points: before = [] } = (await history(start, wrong, 5000)) ?? {};
  expect(before.filter(({ mean }) => Math.abs(mean - 2) < 0.01)).toHaveLength(60);

  series = createSeries({ database, clock, log });
  const stop = new AbortController();
  const working = series.work(stop.signal);
  await live(30 * 60_000, () => 3);
  stop.abort();
  await working;
  await clock.advance(hour);
  await series.roll();
  const found = await history(start, new Date(start.getTime() + hour), 5000);
  expect(found?.points.filter(({ mean }) => Math.abs(mean - 1) < 0.01)).toHaveLength(180);
  expect(found?.points.filter(({ mean }) => Math.abs(mean - 3) < 0.01)).toHaveLength(180);
});

test('a gap stays a gap', async () => {
  await live(60_000, () => 1);
  await clock.advance(10 * 60_000);
  await live(60_000, () => 1);
  const at = (await history(start, clock.now()))?.points.map((point) => point.at - start.getTime());
  expect(at?.[6]).toBe(11 * 60_000);
  expect(at).toHaveLength(12);
});

test('what is not a number is left out, and another host or subject is not told', async () => {
  series.record([
    { ...key, value: Number.NaN },
    { ...key, subject: 'host', value: Number.POSITIVE_INFINITY },
    { ...key, hostId: 'other', value: 3 },
  ]);
  expect(
    await series.query({ hostId: 'local', from: start, to: new Date(start.getTime() + day), maxPoints: 10 }),
  ).toEqual([]);
});

test('chunks go when their resolution has kept them long enough, and a series with them', async () => {
  await live(hour, () => 1);
  await clock.advance(3 * day);
  await series.expire();
  const tiersLeft = async () =>
    (await database.pool.query<{ tier: number }>('select tier from series_chunks order by tier')).rows.map(
      ({ tier }) => tier,
    );
  expect(await tiersLeft()).toEqual([1, 2, 3]);
  await clock.advance(800 * day);
  await series.expire();
  expect(await tiersLeft()).toEqual([]);
  expect((await database.pool.query('select 1 from series')).rows).toEqual([]);
});

test('while the database is away, figures wait in memory and are kept when it is back', async () => {
  await live(60_000, () => 5);
  await database.pool.query('alter table series rename to hidden');
  await expect(series.flush()).rejects.toThrow();
  await database.pool.query('alter table hidden rename to series');
  await series.flush();
  const { rows } = await database.pool.query('select count(*)::int as n from series_open');
  expect(rows).toEqual([{ n: 1 }]);
});

test('a look back takes the finest resolution that reaches and fits', () => {
  const now = start.getTime();
  const step = (fromDays: number, maxPoints: number) =>
    tierFor(now - fromDays * day, now, now, maxPoints).stepMs / 1000;
  expect([
    step(0.5, 5000),
    step(0.5, 800),
    step(7, 20_000),
    step(60, 20_000),
    step(700, 100),
    step(5000, 100),
  ]).toEqual([10, 60, 60, 600, 3600, 3600]);
});

test('names may hold anything a database can keep; others are left out and harm nobody', async () => {
  const odd = { hostId: 'local', subject: 'disk/mnt/a\nb', metric: 'used' };
  series.record([
    { ...odd, value: 3 },
    { ...odd, subject: 'disk/\u0000', value: 4 },
  ]);
  await series.flush();
  expect(series.keys('local')).toEqual([odd]);
});

test('a look back while old figures are removed finds what there is', async () => {
  await live(60_000, () => 1);
  await series.flush();
  await series.roll();
  const removing = series.expire();
  expect((await history(start, clock.now()))?.points).toHaveLength(6);
  await removing;
});
