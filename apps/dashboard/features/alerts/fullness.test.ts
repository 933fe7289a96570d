import { TestClock } from '@nebula/clock/testing';
import type { History, HistoryQuery, Series } from '@nebula/series';
import { expect, test } from 'vitest';
import { createFullness } from './fullness.ts';

const hour = 3_600_000;
const clock = new TestClock(new Date('2026-03-02T00:00:00Z'));
const disk = { kind: 'disk', subject: 'disk/srv', name: '/srv', value: 80, path: '/system' };

/** A history in which a disk of 100 GB came from 56 to 80 GB within a day. */
function seriesOf(asked: HistoryQuery[]): Series {
  const unused = () => Promise.reject(new Error('not asked for here'));
  return {
    ...{ record: () => undefined, flush: unused, roll: unused, expire: unused, keys: () => [], work: unused },
    async query(query): Promise<History[]> {
      asked.push(query);
      const points = Array.from({ length: 144 }, (_, n) => {
        const value = (56 + n / 6) * 1e9;
        return { at: query.from.getTime() + (n * hour) / 6, min: value, mean: value, max: value };
      });
      return [{ key: { hostId: 'local', subject: 'disk/srv', metric: 'used' }, stepMs: hour / 6, points }];
    },
  };
}

test('a disk that grows by 1 GB an hour and has 20 left is full in 20 hours; the history is read every ten minutes', async () => {
  const asked: HistoryQuery[] = [];
  const fullness = createFullness({ series: seriesOf(asked), clock, hostId: 'local' });
  await fullness.refresh([disk]);
  const [condition] = fullness.conditions();
  expect(condition).toMatchObject({ kind: 'disk-full-in', subject: 'disk/srv', name: '/srv' });
  expect(condition?.value).toBeCloseTo(20, 0);
  await fullness.refresh([disk]);
  expect(asked).toHaveLength(1);
  await clock.advance(10 * 60_000);
  await fullness.refresh([disk]);
  expect(asked).toHaveLength(2);
});

test('a machine without disks asks nothing', async () => {
  const asked: HistoryQuery[] = [];
  const fullness = createFullness({ series: seriesOf(asked), clock, hostId: 'local' });
  await fullness.refresh([]);
  expect([asked, [...fullness.conditions()]]).toEqual([[], []]);
});
