import type { Clock } from '@nebula/clock';
import type { Condition } from '@nebula/runtime';
import type { Series } from '@nebula/series';
import { kindOf } from './contract-kinds.ts';
import { isAbout, waitsOf } from './rule.ts';
import { readingOf, step, type Track } from './state.ts';
import type { RuleRow } from './store.ts';

const dayMs = 24 * 3_600_000;
const mostSubjects = 100;
/** A point each minute: finer costs 24 MB of numbers for a hundred subjects, and rules wait for minutes. */
const points = 1440;

/** What a rule would have done. */
export interface Preview {
  isKnown: boolean;
  times: number;
  subjects: { subject: string; times: number; most: number; latest: number }[];
}

/**
 * Plays the last 24 hours of figures through the same steps as live ones. `now` are the conditions of this kind: they say how
 * a figure that is kept in bytes becomes a percentage.
 */
export async function previewRule(
  rule: RuleRow,
  now: readonly Condition[],
  { series, clock, hostId }: { series: Series; clock: Clock; hostId: string },
): Promise<Preview> {
  const { history, wrong } = kindOf(rule.kind);
  if (history === null) return { isKnown: false, times: 0, subjects: [] };
  const wanted = now.filter(({ subject }) => isAbout(rule, subject)).slice(0, mostSubjects);
  const to = clock.now();
  const histories = await series.query({
    ...{ hostId, subjects: wanted.map(({ subject }) => subject), metrics: [history.metric] },
    ...{ from: new Date(to.getTime() - dayMs), to, maxPoints: points },
  });
  const subjects = wanted.flatMap(({ subject, value }) => {
    const own = histories.find(({ key }) => key.subject === subject);
    const last = own?.points.at(-1);
    if (own === undefined || last === undefined) return [];
    const factor = factorOf(rule.kind, value, last.mean);
    const values = own.points.map(({ at, mean }) => ({ at, value: mean * factor }));
    const gapMs = own.stepMs * 3;
    const times = timesFired(values, rule, wrong, gapMs);
    return [
      { subject, times, most: Math.max(...values.map((one) => one.value)), latest: last.mean * factor },
    ];
  });
  return { isKnown: true, times: subjects.reduce((all, { times }) => all + times, 0), subjects };
}

/** How often a rule fires over points in time; pure. */
export function timesFired(
  values: readonly { at: number; value: number }[],
  rule: RuleRow,
  wrong: 'above' | 'below',
  gapMs: number,
): number {
  const waits = { ...waitsOf(rule, false), gapMs };
  let track: Track | null = null;
  let times = 0;
  for (const { at, value } of values) {
    const before: Track | null = track;
    track = step(before, readingOf(value, { ...rule, wrong }), at, waits);
    const wasOpen = before !== null && before.phase !== 'pending';
    if (track !== null && track.phase !== 'pending' && !wasOpen) times += 1;
  }
  return times;
}

/** Memory and disks are kept in bytes and judged in percent of what there is now; load is kept as it is. */
function factorOf(kind: RuleRow['kind'], value: number, kept: number): number {
  if (kind === 'load') return 1 / Math.max(1, Math.round(value <= 0 ? 1 : kept / value));
  const isSame = kind === 'cpu' || kind === 'app-cpu' || kind === 'temperature';
  if (kind === 'app-memory') return 1 / (1024 * 1024);
  return isSame || kept <= 0 || value <= 0 ? 1 : value / kept;
}
