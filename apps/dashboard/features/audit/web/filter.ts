import type { Search } from '../../../web/feature.ts';
import type { AuditEntry } from '../contract.ts';
import { whenOf } from '../contract-when.ts';

/** What the audit is narrowed to. */
export type AuditFilter = {
  action?: string | undefined;
  outcome?: AuditEntry['outcome'] | undefined;
  targetId?: string | undefined;
  actorId?: string | undefined;
  /** Instants, or how long ago. */
  from?: string | undefined;
  to?: string | undefined;
};

/** Spans that end now, by what stands in the address. */
export const spans = ['1h', '24h', '7d'] as const;
export type Span = (typeof spans)[number];

/** Outcomes an entry can have. */
export const outcomes: readonly AuditEntry['outcome'][] = ['done', 'denied', 'failed'];

/** Takes an outcome from words that may be anything. */
export function readOutcome(word: string | undefined): AuditEntry['outcome'] | undefined {
  return outcomes.find((outcome) => outcome === word);
}

/** Takes the filter from the address; what is not valid is left out. */
export function readFilter({ action, outcome, targetId, actorId, from, to }: Search): AuditFilter {
  return {
    action: words(action, 80),
    outcome: readOutcome(outcome),
    targetId: words(targetId, 200),
    actorId: words(actorId, 80),
    from: when(from),
    to: when(to),
  };
}

/** The span that a filter shows; null when it is another or none. */
export function spanOf({ from, to }: AuditFilter): Span | null {
  return to === undefined ? (spans.find((span) => span === from) ?? null) : null;
}

/** An instant as the browser's own field has it, in the person's time; empty for none and for how long ago. */
export function localOf(text: string | undefined): string {
  const at = new Date(text ?? '');
  if (Number.isNaN(at.getTime())) return '';
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The instant that the browser's own field holds; undefined while it is not one, or of a year that is still being typed. */
export function instantOf(local: string): string | undefined {
  const at = new Date(local);
  return at.getTime() > 0 && at.getFullYear() < 10_000 ? at.toISOString() : undefined;
}

function when(text: string | undefined): string | undefined {
  const trimmed = words(text, 40);
  return trimmed !== undefined && whenOf(trimmed, new Date()) !== null ? trimmed : undefined;
}

function words(text: string | undefined, longest: number): string | undefined {
  const trimmed = text?.trim().slice(0, longest);
  return trimmed === '' ? undefined : trimmed;
}
