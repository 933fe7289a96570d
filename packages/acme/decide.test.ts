import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decide,
  instantAt,
  lifeState,
  missingPatienceMs,
  retryMs,
  shares,
  type Situation,
  withinWindow,
} from './decide.ts';

const dayMs = 86_400_000;
const from = Date.parse('2026-01-01T00:00:00Z');

function life(days: number) {
  return {
    notBefore: new Date(from).toISOString(),
    notAfter: new Date(from + days * dayMs).toISOString(),
    fingerprint: '80000000aa',
  };
}

/** A certificate at a share of its life, kept by the proxy, without any trouble. */
function situation(share: number, days: number, more: Partial<Situation> = {}): Situation {
  const certificate = life(days);
  return {
    ...{ now: instantAt(certificate, share), keeper: 'proxy', certificate, window: null },
    ...{ missingSince: null, failures: 0, lastFailureAt: null, ...more },
  };
}

const someLife = fc.integer({ min: 1, max: 400 });
const someShare = fc.double({ min: 0, max: 3, noNaN: true });

describe('a certificate of the proxy', () => {
  test.each([6, 47, 64, 90])('of %d days is left alone until 80 %% of its life, then taken over', (days) => {
    expect(decide(situation(0.79, days)).act).toBe('wait');
    expect(decide(situation(0.8, days))).toEqual({ act: 'take-over', why: 'late' });
    expect(decide(situation(1, days))).toEqual({ act: 'take-over', why: 'expired' });
  });

  test('is taken over as soon as its authority’s window has passed', () => {
    const window = { start: new Date(from + dayMs), end: new Date(from + 2 * dayMs) };
    expect(decide(situation(0.01, 90, { window })).act).toBe('wait');
    expect(decide(situation(0.03, 90, { window }))).toEqual({ act: 'take-over', why: 'window' });
  });

  test('is fetched when visitors have met none for a while', () => {
    const { now } = situation(0.1, 90);
    const since = (ms: number) => ({ missingSince: new Date(now.getTime() - ms) });
    expect(decide(situation(0.1, 90, since(missingPatienceMs - 1))).act).toBe('wait');
    expect(decide(situation(0.1, 90, since(missingPatienceMs)))).toMatchObject({ why: 'missing' });
  });
});

describe('a certificate of NebulaCommand', () => {
  test('is renewed at two thirds, and within the window where its authority tells one', () => {
    const keeper = 'nebula' as const;
    expect(decide(situation(0.66, 47, { keeper })).act).toBe('wait');
    expect(decide(situation(0.67, 47, { keeper }))).toEqual({ act: 'renew', why: 'due' });
    const window = { start: instantAt(life(47), 0.7), end: instantAt(life(47), 0.74) };
    expect(decide(situation(0.69, 47, { keeper, window })).act).toBe('wait');
    expect(decide(situation(0.74, 47, { keeper, window }))).toEqual({ act: 'renew', why: 'window' });
  });
});

test('what a person brought is left to that person, whatever happens', () => {
  fc.assert(
    fc.property(someLife, someShare, (days, share) => {
      const missingSince = new Date(from);
      expect(decide(situation(share, days, { keeper: 'own', missingSince }))).toEqual({
        act: 'wait',
        until: null,
      });
    }),
  );
});

test('nothing that is not a person’s waits beyond 80 % of its life, whatever window its authority tells', () => {
  fc.assert(
    fc.property(
      someLife,
      fc.double({ min: shares.late, max: 3, noNaN: true }),
      fc.constantFrom('proxy' as const, 'nebula' as const),
      fc.option(fc.tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 900 }))),
      (days, share, keeper, span) => {
        const window =
          span === null
            ? null
            : { start: new Date(from + span[0] * dayMs), end: new Date(from + (span[0] + span[1]) * dayMs) };
        expect(decide(situation(share, days, { keeper, window })).act).not.toBe('wait');
      },
    ),
  );
});

test('waiting until the instant that a decision names leads to acting at that instant', () => {
  fc.assert(
    fc.property(
      someLife,
      someShare,
      fc.constantFrom('proxy' as const, 'nebula' as const),
      fc.integer({ min: 0, max: 30 }),
      fc.integer({ min: 0, max: 100 * 24 }),
      (days, share, keeper, failures, hoursAgo) => {
        const first = situation(share, days, { keeper, failures });
        const lastFailureAt = failures === 0 ? null : new Date(first.now.getTime() - hoursAgo * 3_600_000);
        const decision = decide({ ...first, lastFailureAt });
        if (decision.act !== 'wait') return;
        const until = decision.until;
        expect(until).not.toBeNull();
        if (until === null) return;
        expect(until.getTime()).toBeGreaterThan(first.now.getTime());
        // The wait after a failure gets shorter with what is left, so it is never longer than was said.
        expect(decide({ ...first, lastFailureAt, now: until }).act).not.toBe('wait');
      },
    ),
  );
});

test('tries that failed are further apart each time, and close enough that many fit into what is left', () => {
  fc.assert(
    fc.property(
      someLife,
      fc.double({ min: 0, max: 2, noNaN: true }),
      fc.integer({ min: 1, max: 100 }),
      (days, share, failures) => {
        const { now, certificate } = situation(share, days);
        const wait = retryMs(failures, certificate, now);
        expect(wait).toBeGreaterThanOrEqual(15 * 60_000);
        expect(wait).toBeGreaterThanOrEqual(failures > 1 ? retryMs(failures - 1, certificate, now) : 0);
        const left = Math.max(0, Date.parse(certificate?.notAfter ?? '') - now.getTime());
        expect(wait).toBeLessThanOrEqual(Math.max(15 * 60_000, left / 16));
      },
    ),
  );
});

test('the point of a window is always within it and the same at each look', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[0-9a-f]{64}$/),
      fc.integer({ min: 0, max: 60 * dayMs }),
      (fingerprint, span) => {
        const window = { start: new Date(from), end: new Date(from + span) };
        const at = withinWindow(window, fingerprint);
        expect(at.getTime()).toBeGreaterThanOrEqual(window.start.getTime());
        expect(at.getTime()).toBeLessThanOrEqual(window.end.getTime());
        expect(withinWindow(window, fingerprint)).toEqual(at);
      },
    ),
  );
});

test.each([
  [0.5, 'fresh'],
  [0.7, 'due'],
  [0.85, 'late'],
  [0.95, 'critical'],
  [1, 'expired'],
] as const)('%d of a life is %s', (share, state) => {
  expect(lifeState(share)).toBe(state);
});
