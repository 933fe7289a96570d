import type { Search } from '../../../web/feature.ts';
import type { AuditEntry } from '../contract.ts';

/** What the audit is narrowed to. */
export type AuditFilter = {
  action?: string | undefined;
  outcome?: AuditEntry['outcome'] | undefined;
  targetId?: string | undefined;
  actorId?: string | undefined;
};

/** Outcomes an entry can have. */
export const outcomes: readonly AuditEntry['outcome'][] = ['done', 'denied', 'failed'];

/** Takes an outcome from words that may be anything. */
export function readOutcome(word: string | undefined): AuditEntry['outcome'] | undefined {
  return outcomes.find((outcome) => outcome === word);
}

/** Takes the filter from the address; what is not valid is left out. */
export function readFilter({ action, outcome, targetId, actorId }: Search): AuditFilter {
  return {
    action: words(action, 80),
    outcome: readOutcome(outcome),
    targetId: words(targetId, 200),
    actorId: words(actorId, 80),
  };
}

function words(text: string | undefined, longest: number): string | undefined {
  const trimmed = text?.trim().slice(0, longest);
  return trimmed === '' ? undefined : trimmed;
}
