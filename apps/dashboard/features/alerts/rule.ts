import { duration } from '@nebula/clock';
import { kindOf } from './contract-kinds.ts';
import type { Waits } from './state.ts';
import type { RuleRow, SilenceRow } from './store.ts';

/** Milliseconds between two looks. */
export const lookEveryMs = 10_000;
/** Longer between two looks is a sleep or a clock that was set. */
const gapMs = 3 * lookEveryMs;
const goneMs = duration('5m');

/** Whether a rule is about a subject. */
export function isAbout({ only, except }: Pick<RuleRow, 'only' | 'except'>, subject: string): boolean {
  return !except.includes(subject) && (only.length === 0 || only.includes(subject));
}

/** How long a rule waits; the machine and the engine never go, and apps do not while the engine is away. */
export function waitsOf({ kind, forSeconds, recoverSeconds }: RuleRow, isEngineAway: boolean): Waits {
  const { about } = kindOf(kind);
  const canGo = ['disk', 'sensor', 'domain'].includes(about) || (about === 'app' && !isEngineAway);
  return {
    forMs: forSeconds * 1000,
    recoverMs: recoverSeconds * 1000,
    gapMs,
    goneMs: canGo ? goneMs : null,
  };
}

/** Until when nobody is told of a subject under a rule; null when they are. */
export function silencedUntil(
  silences: readonly SilenceRow[],
  { subject, ruleId }: { subject: string; ruleId: string },
  now: Date,
): Date | null {
  const until = silences
    .filter(
      (one) =>
        one.fromAt <= now &&
        one.untilAt > now &&
        (one.subject === null || one.subject === subject) &&
        (one.ruleId === null || one.ruleId === ruleId),
    )
    .map(({ untilAt }) => untilAt.getTime());
  return until.length === 0 ? null : new Date(Math.max(...until));
}
