import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Reading, readingOf, step, type Track, type Waits } from './state.ts';

const second = 1000;
const waits: Waits = { forMs: 60 * second, recoverMs: 30 * second, gapMs: 30 * second, goneMs: 300 * second };

/** Plays readings ten seconds apart; answers the phases. */
function play(readings: Reading[], more: Partial<Waits> = {}, at: number[] = []): (Track['phase'] | null)[] {
  let track: Track | null = null;
  return readings.map((reading, n) => {
    track = step(track, reading, at[n] ?? n * 10 * second, { ...waits, ...more });
    return track?.phase ?? null;
  });
}
const times = (count: number, reading: Reading): Reading[] => Array<Reading>(count).fill(reading);

test('what is wrong for long enough fires, and what is right for long enough is over', () => {
  const phases = play([...times(7, 'bad'), ...times(4, 'good')]);
  expect(phases).toEqual([
    ...times(6, 'bad').map(() => 'pending'),
    'firing',
    'recovering',
    'recovering',
    'recovering',
    null,
  ]);
});

test('a single good reading starts the wait anew', () => {
  expect(play([...times(6, 'bad'), 'good', ...times(6, 'bad')]).at(-1)).toBe('pending');
});

test('without a wait it fires and ends at once', () => {
  expect(play(['bad', 'good'], { forMs: 0, recoverMs: 0 })).toEqual(['firing', null]);
});

test('in the band between the limits nothing begins and nothing ends', () => {
  expect(play(times(20, 'between'))).toEqual(times(20, 'bad').map(() => null));
  expect(play([...times(7, 'bad'), ...times(20, 'between')]).at(-1)).toBe('firing');
  expect(play([...times(7, 'bad'), 'good', 'between', 'good', 'good', 'good', 'good']).slice(7)).toEqual([
    'recovering',
    'firing',
    'recovering',
    'recovering',
    'recovering',
    null,
  ]);
});

describe('time that was not looked at', () => {
  test('a server that slept for an hour does not fire for it', () => {
    expect(play(['bad', 'bad'], {}, [0, 3_600_000])).toEqual(['pending', 'pending']);
  });

  test('a clock that jumps back or ahead starts the wait anew', () => {
    const back = [0, 10, 20, 30, 40, 50, -3600, -3590].map((at) => at * second);
    expect(play(times(8, 'bad'), {}, back).at(-1)).toBe('pending');
    const ahead = [0, 10, 20, 30, 40, 50, 86_400].map((at) => at * second);
    expect(play(times(7, 'bad'), {}, ahead).at(-1)).toBe('pending');
  });

  test('an alert that is open does not end because of a jump', () => {
    const at = [0, 10, 20, 30, 40, 50, 60, 70, 7200].map((one) => one * second);
    expect(play([...times(7, 'bad'), 'good', 'good'], {}, at).slice(6)).toEqual([
      'firing',
      'recovering',
      'recovering',
    ]);
  });
});

describe('what gives no value', () => {
  test('does not fire, and does not end an alert', () => {
    expect(play([...times(3, 'bad'), ...times(10, 'missing')]).at(-1)).toBe(null);
    expect(play([...times(7, 'bad'), ...times(20, 'missing')]).at(-1)).toBe('firing');
  });

  test('is gone after a while where it can be', () => {
    expect(play([...times(7, 'bad'), ...times(30, 'missing')]).at(-1)).toBe(null);
    expect(play([...times(7, 'bad'), ...times(300, 'missing')], { goneMs: null }).at(-1)).toBe('firing');
  });
});

test('a value is read against both limits, whichever side is wrong', () => {
  const above = { wrong: 'above', threshold: 90, recover: 80 } as const;
  expect([95, 90, 85, 80, 10].map((value) => readingOf(value, above))).toEqual([
    'bad',
    'bad',
    'between',
    'good',
    'good',
  ]);
  const below = { wrong: 'below', threshold: 48, recover: 72 } as const;
  expect([10, 48, 60, 72, 500].map((value) => readingOf(value, below))).toEqual([
    'bad',
    'bad',
    'between',
    'good',
    'good',
  ]);
  expect(readingOf(Number.NaN, above)).toBe('missing');
  expect([0, 1].map((value) => readingOf(value, { wrong: 'above', threshold: 1, recover: 0 }))).toEqual([
    'good',
    'bad',
  ]);
});

const reading = fc.constantFrom<Reading>('bad', 'between', 'good', 'missing');
const looks = fc.array(fc.record({ reading, passed: fc.integer({ min: -5_000_000, max: 5_000_000 }) }), {
  maxLength: 200,
});

test('whatever is read and whatever the clock does: it fires only after it was seen wrong for the whole wait', () => {
  fc.assert(
    fc.property(looks, (all) => {
      let track: Track | null = null;
      let at = 0;
      let wrongMs = 0;
      for (const look of all) {
        at += look.passed;
        const before: Track | null = track;
        track = step(before, look.reading, at, waits);
        const isSeen = look.passed >= 0 && look.passed <= waits.gapMs;
        if (look.reading === 'bad') wrongMs = isSeen && before !== null ? wrongMs + look.passed : 0;
        else if (look.reading !== 'missing') wrongMs = 0;
        else if (isSeen && before !== null) wrongMs += look.passed;
        const begins = track?.phase === 'firing' && (before === null || before.phase === 'pending');
        if (begins && wrongMs < waits.forMs) return false;
      }
      return true;
    }),
  );
});

test('an alert ends only after good readings, or when its subject is gone', () => {
  fc.assert(
    fc.property(looks, (all) => {
      let track: Track | null = { phase: 'firing', heldMs: 0, missingMs: 0, at: 0 };
      let at = 0;
      for (const look of all) {
        at += look.passed;
        track = step(track, look.reading, at, { ...waits, goneMs: null });
        if (track === null) return look.reading === 'good';
      }
      return true;
    }),
  );
});
