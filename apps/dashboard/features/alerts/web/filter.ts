import type { Search } from '../../../web/feature.ts';
import type { Severity } from '../contract.ts';

/** What a list of alerts is narrowed to; open ones when no state is said. */
export type IncidentFilter = {
  state?: 'open' | 'closed' | 'all' | undefined;
  severity?: Severity | undefined;
  search?: string | undefined;
  subject?: string | undefined;
};

/** Grades, the gravest first. */
export const severities: readonly Severity[] = ['critical', 'warning', 'info'];
const states = ['open', 'closed', 'all'] as const;

/** Takes the filter from the address; what is not valid is left out. */
export function readIncidentFilter({ state, severity, search, subject }: Search): IncidentFilter {
  return {
    state: states.find((one) => one === state),
    severity: readSeverity(severity),
    search: words(search, 100),
    subject: words(subject, 600),
  };
}

/** Takes a grade from words that may be anything. */
export function readSeverity(word: string | undefined): Severity | undefined {
  return severities.find((one) => one === word);
}

function words(text: string | undefined, longest: number): string | undefined {
  const trimmed = text?.trim().slice(0, longest);
  return trimmed === '' ? undefined : trimmed;
}
