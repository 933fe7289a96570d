import type { Search } from '../../../web/feature.ts';
import type { ShownSpan } from '../../changes/web/index.ts';

const hour = 3_600_000;

/** Spans that end now, by the word in the address. */
export const ranges = {
  hour,
  quarter: 6 * hour,
  day: 24 * hour,
  week: 7 * 24 * hour,
  month: 30 * 24 * hour,
  year: 365 * 24 * hour,
} as const;

export type Range = keyof typeof ranges;

/** What the page shows, as it stands in the address; `from` and `to` are a part that was looked at closer. */
export type View = {
  subject?: string | undefined;
  range?: Range | undefined;
  from?: string | undefined;
  to?: string | undefined;
  compare?: 'yes' | undefined;
};

/** Takes the view from the address; what is not valid is left out. */
export function readView({ subject, range, from, to, compare }: Search): View {
  const [start, end] = [instantOf(from), instantOf(to)];
  const isSpan = start !== undefined && end !== undefined && start < end;
  return {
    subject: subject === '' ? undefined : subject?.slice(0, 300),
    range: isRange(range) ? range : undefined,
    from: isSpan ? start : undefined,
    to: isSpan ? end : undefined,
    compare: compare === 'yes' ? 'yes' : undefined,
  };
}

/** The span a view shows (ms since 1970); it ends at `now` unless a part was chosen. */
export function spanOf({ range = 'day', from, to }: View, now: number): { from: number; to: number } {
  if (from !== undefined && to !== undefined) return { from: Date.parse(from), to: Date.parse(to) };
  return { from: now - ranges[range], to: now };
}

/** The span of a view for queries: one that ends now is the same span a minute later. */
export function shownSpan(view: View): ShownSpan {
  const { from, to, range = 'day' } = view;
  return {
    words: from === undefined ? range : `${from}/${to ?? ''}`,
    from: () => new Date(spanOf(view, Date.now()).from),
    to: () => (from === undefined || to === undefined ? undefined : new Date(to)),
  };
}

/** Whether a word is the name of a range. */
export function isRange(word: string | undefined): word is Range {
  return word !== undefined && Object.hasOwn(ranges, word);
}

function instantOf(text: string | undefined): string | undefined {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
