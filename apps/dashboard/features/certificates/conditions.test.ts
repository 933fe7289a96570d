import { expect, test } from 'vitest';
import { createBoard } from './conditions.ts';
import type { Known } from './situation.ts';
import { matterOf } from './telling.ts';

const dayMs = 86_400_000;
const now = new Date('2026-03-01T00:00:00Z');

function known(name: string, share: number, more: Partial<Known> = {}): Known {
  const notBefore = new Date(now.getTime() - share * 100 * dayMs);
  const notAfter = new Date(notBefore.getTime() + 100 * dayMs);
  return {
    domain: { id: name, name, hostId: 'local' },
    keeper: 'proxy',
    watch: null,
    certificate: {
      ...{ domainId: name, fingerprint: 'f', name, issuer: 'A', names: [name], serial: '1', chain: [] },
      ...{ notBefore, notAfter, keeper: 'proxy', firstSeenAt: now, lastSeenAt: now },
    },
    ...more,
  };
}

const watched = (missingSince: Date | null): Known['watch'] => ({
  ...{ domainId: 'x', fingerprint: 'f', distrust: null, windowStart: null, windowEnd: null },
  ...{
    windowAskAt: null,
    missingSince,
    failures: 0,
    lastFailureAt: null,
    problem: null,
    told: null,
    seenAt: now,
  },
});

test('alerts judge the life of each certificate as a share, and whether visitors meet one', () => {
  const board = createBoard();
  board.put(known('a.test', 0.85));
  board.put(known('b.test', 0.1, { watch: watched(now) }));
  const judged = [...board.conditions(new Set(['certificate', 'certificate-missing']), now)];
  expect(judged.map(({ kind, subject, value }) => [kind, subject, value])).toEqual([
    ['certificate', 'domain/a.test', 85],
    ['certificate-missing', 'domain/a.test', 0],
    ['certificate', 'domain/b.test', 10],
    ['certificate-missing', 'domain/b.test', 1],
  ]);
  board.keep(new Set(['a.test']));
  expect([...board.conditions(new Set(['certificate']), now)]).toHaveLength(1);
  expect([...board.conditions(new Set(['cpu']), now)]).toEqual([]);
});

test.each([
  [0.5, 'proxy', null],
  [0.7, 'proxy', null],
  [0.7, 'own', 'own'],
  [0.85, 'nebula', 'late'],
  [0.95, 'proxy', 'critical'],
  [1.2, 'own', 'expired'],
] as const)('at %d of its life, kept by %s, what a person must know is %s', (share, keeper, matter) => {
  expect(matterOf(known('a.test', share, { keeper }), now)?.matter ?? null).toBe(matter);
});
