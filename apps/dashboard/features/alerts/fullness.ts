import type { Clock } from '@nebula/clock';
import type { Condition } from '@nebula/runtime';
import type { Series } from '@nebula/series';
import { hoursUntilFull } from './fit.ts';

const dayMs = 24 * 3_600_000;
const everyMs = 10 * 60_000;
const points = 144;

/** How long disks take to be full, by their history; looked at every ten minutes. */
export interface Fullness {
  /** Reads the history anew when it is time; `disks` are conditions of the kind `disk`. */
  refresh(disks: readonly Condition[]): Promise<void>;
  conditions(): Iterable<Condition>;
}

/** See {@link Fullness}. */
export function createFullness({
  series,
  clock,
  hostId,
}: {
  series: Series;
  clock: Clock;
  hostId: string;
}): Fullness {
  let known: Condition[] = [];
  let readAt = Number.NEGATIVE_INFINITY;
  return {
    conditions: () => known,
    async refresh(disks) {
      const now = clock.now();
      const since = now.getTime() - readAt;
      if (disks.length === 0 || (since >= 0 && since < everyMs)) return;
      readAt = now.getTime();
      const histories = await series.query({
        ...{ hostId, subjects: disks.map(({ subject }) => subject), metrics: ['used'] },
        ...{ from: new Date(now.getTime() - dayMs), to: now, maxPoints: points },
      });
      known = disks.flatMap((disk): Condition[] => {
        const own = histories.find(({ key }) => key.subject === disk.subject)?.points ?? [];
        const used = own.map(({ at, mean }) => ({ at, used: mean }));
        const last = used.at(-1);
        if (last === undefined || disk.value <= 0) return [];
        const hours = hoursUntilFull(used, last.used / (disk.value / 100));
        return hours === null ? [] : [{ ...disk, kind: 'disk-full-in', value: hours }];
      });
    },
  };
}
